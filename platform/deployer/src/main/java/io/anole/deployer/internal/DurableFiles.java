package io.anole.deployer.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** File operations whose effect a power cut does not undo: content is forced out before its name is, and the name too. */
final class DurableFiles {
    private DurableFiles() {
    }

    static Path privateDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory.getParent());
            Files.createDirectory(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            force(directory.getParent());
        }
        return directory;
    }

    /** Gives a complete file its name, in place of one that has it; whole or not at all. Both in one directory. */
    static void publish(Path complete, Path name) throws IOException {
        force(complete);
        Files.move(complete, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(name.getParent());
    }

    static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            force(file.getParent());
        }
    }

    /** Forces a file's content, or a directory's names, to the disk. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
