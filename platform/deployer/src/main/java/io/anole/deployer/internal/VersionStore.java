package io.anole.deployer.internal;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Jars under the digest of their content: what is deployed and its former versions. A jar is here, whole and on the disk,
 * before the journal names it.
 *
 * <p>Confined to one thread.
 */
final class VersionStore {
    private final Path directory;
    private final long maxBytes;
    private final Set<Path> pinned = new HashSet<>();
    private long copies;

    VersionStore(Path directory, long maxBytes) throws IOException {
        this.directory = DurableFiles.privateDirectory(directory);
        this.maxBytes = maxBytes;
    }

    /** A verified copy of a file, not yet kept. */
    StagedJar stage(Path file) throws BadJar, IOException {
        Path copy = directory.resolve(++copies + ".part");
        try {
            return StagedJar.of(file, copy, maxBytes);
        } catch (BadJar | IOException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    /** The jar with this digest, verified. */
    StagedJar get(String sha256) throws BadJar, IOException {
        StagedJar jar = stage(path(sha256));
        if (!jar.sha256().equals(sha256)) {
            throw BadJar.broken("its content in " + path(sha256) + " has changed");
        }
        return jar;
    }

    /** Keeps a staged jar for good. */
    void keep(StagedJar jar) throws IOException {
        Path kept = path(jar.sha256());
        if (!Files.exists(kept)) {
            Path next = directory.resolve(++copies + ".part");
            Files.copy(jar.path(), next, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.publish(next, kept);
        }
    }

    /** Holds a staged copy until it is let go. */
    void pin(StagedJar jar) {
        pinned.add(jar.path());
    }

    void unpin(StagedJar jar) {
        pinned.remove(jar.path());
    }

    Path path(String sha256) {
        return directory.resolve(sha256 + ".jar");
    }

    /** Deletes all but these. */
    void retain(Set<String> digests, Set<Path> staged) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(directory)) {
            all = files.toList();
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            boolean kept = name.endsWith(".jar") && digests.contains(name.substring(0, name.length() - 4));
            if (!kept && !staged.contains(file) && !pinned.contains(file)) {
                Files.delete(file);
            }
        }
    }
}
