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
 * Who children are to others: an identity for each by which an operator sees whose it is, and, if this runtime's router asks who its
 * clients are, a token for it in a file that only this user can read, for as long as it lives.
 */
final class Passes {
    private static final Logger LOG = LoggerFactory.getLogger(Passes.class);
    private static final int TOKEN_BYTES = 24;
    private static final int MARK_BYTES = 3;
    /** Before it is the parent's identity, whole: a router elsewhere lets children in by that, see docs/tcp-protocol.md. */
    private static final String CHILD = "--";
    private static final int LONGEST = 64;
    private static final int MOST_OF_RUNTIME = 46;
    private static final int MOST_OF_PROCESS = 24;
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_PLACE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final String runtime;
    private final SecureRandom random = new SecureRandom();
    /** Lines by children's homes, by file. */
    private final Map<String, Map<Path, String>> given = new HashMap<>();

    Passes(String runtime) {
        this.runtime = runtime;
    }

    /**
     * An identity for a child that is started for this process. None has ever had it: a system may still know what another has left
     * there under its own, such as an emergency stop.
     */
    String identity(String process) {
        String parent = shortened(runtime, MOST_OF_RUNTIME) + CHILD;
        String mark = "-" + hex(MARK_BYTES);
        int left = LONGEST - parent.length() - mark.length();
        return parent + shortened(process.replaceAll("[^A-Za-z0-9_-]", "_"), Math.min(left, MOST_OF_PROCESS)) + mark;
    }

    private static String shortened(String text, int most) {
        return text.substring(0, Math.min(most, text.length()));
    }

    private String hex(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The configuration of a child's bus, with its token if it needs one. */
    synchronized Map<String, Object> link(Kind kind, String identity, Path home) throws IOException {
        Path run = Files.createDirectory(home.resolve("run"), OWNERS_PLACE);
        // No child outlives a power cut, and each start would wait for the disk.
        DurableFiles.writeUnforced(run.resolve("runtime-id"), identity + "\n");
        if (kind.clients().isEmpty()) {
            return kind.link();
        }
        String token = hex(TOKEN_BYTES);
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
