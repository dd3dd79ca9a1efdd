package io.anole.children.internal;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identities for children of a router that asks who its clients are: a name and a token for each, in a file that only this user can
 * read, for as long as it lives.
 */
final class Passes {
    private static final Logger LOG = LoggerFactory.getLogger(Passes.class);
    private static final int TOKEN_BYTES = 24;
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_PLACE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final String runtime;
    private final SecureRandom random = new SecureRandom();
    /** Lines by children's homes, by file. */
    private final Map<String, Map<Path, String>> given = new HashMap<>();

    Passes(String runtime) {
        this.runtime = runtime;
    }

    /** The configuration of a child's bus, with its token if it needs one. */
    synchronized Map<String, Object> link(Kind kind, String name, Path home) throws IOException {
        if (kind.clients().isEmpty()) {
            return kind.link();
        }
        String identity = runtime + "-" + name;
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        Path run = Files.createDirectory(home.resolve("run"), OWNERS_PLACE);
        // No child outlives a power cut, and each start would wait for the disk.
        DurableFiles.writeUnforced(run.resolve("runtime-id"), identity + "\n");
        DurableFiles.writeUnforced(run.resolve("token"), token + "\n");
        given.computeIfAbsent(kind.clients(), file -> new TreeMap<>()).put(home, identity + " " + token);
        publish(kind.clients());
        return again(kind, home);
    }

    /** The same for a child that has its token already. */
    Map<String, Object> again(Kind kind, Path home) {
        Map<String, Object> link = new HashMap<>(kind.link());
        if (!kind.clients().isEmpty()) {
            link.put("token.file", home.resolve("run/token").toString());
        }
        return link;
    }

    /** A child has gone. */
    synchronized void withdraw(Kind kind, Path home) {
        Map<Path, String> lines = given.get(kind.clients());
        if (lines != null && lines.remove(home) != null) {
            try {
                publish(kind.clients());
            } catch (IOException e) {
                LOG.warn("{} still names a child that has gone: {}", kind.clients(), e.getMessage());
            }
        }
    }

    private void publish(String file) throws IOException {
        DurableFiles.writeUnforced(Path.of(file), given.get(file).values().stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}
