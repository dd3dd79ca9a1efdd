package io.anole.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Small files that are there whole or not at all, and directories, for their owner only (0600, 0700).
 *
 * <p>What {@link #write} and {@link #create} do outlasts a power cut from their return on, as far as the directory does; a power cut
 * before leaves the former file or the new one. Three things see to that:
 *
 * <ul>
 * <li>The content goes to a new file beside it and is forced to the disk <em>before</em> it gets the name: a file system may write a
 * name down before the bytes, and would then show an empty file, or zeros.
 * <li>It gets the name in one step, by a rename or a link: whoever reads meanwhile has the former content or the new one.
 * <li>Then the directory is forced: a name is the directory's content, and without that it is there for this run only.
 * </ul>
 *
 * <p>The new file is {@code name.next}. What a kill leaves of it is deleted by the next write, never written through: it may be a
 * second name of the file itself. For one writer of a file at a time; readers need no care. An interrupted thread writes as others do,
 * and stays interrupted.
 *
 * <p>Some file systems have no links: FAT, some of networks and containers. There {@link #create} looks whether the name is free, and
 * renames. That is as whole and as durable as {@link #write}, and among writers as exclusive as a link, as there is one at a time: the
 * lock of a home keeps other runtimes out, and a lock file more would keep out nobody else. What is lost is a file that somebody puts
 * there by hand between the look and the rename. To take the name first, by an empty file, would not keep that one either, and a reader
 * or a power cut would find the file empty.
 */
public final class DurableFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private DurableFiles() {
    }

    /** How a file system gives a file a second name, if it does. */
    interface Links {
        void link(Path name, Path file) throws IOException;
    }

    /** Writes a file in UTF-8, in place of one that is there. */
    public static void write(Path file, String text) throws IOException {
        replace(file, next(file, text, true));
        force(parent(file));
    }

    /**
     * Writes a new file in UTF-8.
     *
     * @throws FileAlreadyExistsException if there is one; it stays as it is
     */
    public static void create(Path file, String text) throws IOException {
        create(file, text, Files::createLink);
    }

    static void create(Path file, String text, Links links) throws IOException {
        Path next = next(file, text, true);
        try {
            name(next, file, links);
        } finally {
            Files.deleteIfExists(next);
        }
        force(parent(file));
    }

    private static void name(Path next, Path file, Links links) throws IOException {
        try {
            // A rename would take the place of a file that has come meanwhile, a link is refused.
            links.link(file, next);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            // Why is told in words only. Where it was for another reason, the rename fails as well, or does no harm.
            if (!Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            rename(next, file);
        }
    }

    /**
     * As {@link #write}, but nothing is forced: after a power cut the file may be empty or broken. For what is of no use then, and
     * must not keep anybody waiting.
     */
    public static void writeUnforced(Path file, String text) throws IOException {
        replace(file, next(file, text, false));
    }

    /**
     * Gives a complete file its name, in place of one that has it; it keeps its permissions. Both in one directory.
     *
     * @param complete closed by who wrote it
     */
    public static void publish(Path complete, Path name) throws IOException {
        force(complete);
        rename(complete, name);
        force(parent(name));
    }

    /** Deletes a file, if it is there, so that a power cut does not bring it back. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            force(parent(file));
        }
    }

    /** Makes a directory, if it is not there, and those above it, with the permissions that are usual for this user. */
    public static Path directory(Path directory) throws IOException {
        if (make(directory)) {
            force(parent(directory));
        }
        return directory;
    }

    /** Makes a directory, if it is not there, and those above it: these with the permissions that are usual for this user. */
    public static Path privateDirectory(Path directory) throws IOException {
        if (make(directory, OWNERS_DIRECTORY)) {
            force(parent(directory));
        }
        return directory;
    }

    /** As {@link #privateDirectory(Path)}, and those of these names in it, for which the disk is waited for once. */
    public static Path privateDirectory(Path directory, Set<String> names) throws IOException {
        privateDirectory(directory);
        boolean made = false;
        for (String name : names) {
            made |= make(directory.resolve(name), OWNERS_DIRECTORY);
        }
        if (made) {
            force(directory);
        }
        return directory;
    }

    /** Whether it was not there; then its name is still to be forced. */
    private static boolean make(Path directory, FileAttribute<?>... attributes) throws IOException {
        if (Files.isDirectory(directory)) {
            return false;
        }
        directory(parent(directory));
        // Somebody else may make it at the same time.
        Files.createDirectories(directory, attributes);
        return true;
    }

    private static Path next(Path file, String text, boolean force) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        undisturbed(() -> fill(next, text, force));
        return next;
    }

    private static void fill(Path next, String text, boolean force) throws IOException {
        Files.deleteIfExists(next);
        try (FileChannel out = FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS_FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            if (force) {
                out.force(true);
            }
        } catch (IOException e) {
            // A full disk must not stay full of this.
            Files.deleteIfExists(next);
            throw e;
        }
    }

    private static void replace(Path file, Path next) throws IOException {
        try {
            rename(next, file);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path parent(Path path) {
        return path.toAbsolutePath().getParent();
    }

    /** Forces a file's content, or a directory's names, to the disk. */
    private static void force(Path path) throws IOException {
        undisturbed(() -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        });
    }

    private interface Action {
        void run() throws IOException;
    }

    /** An interruption closes a channel. It is for what the thread waits for next: an emergency stop must not be lost by it. */
    private static void undisturbed(Action action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } catch (ClosedByInterruptException e) {
            elsewhere(action);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Who is interrupted once may be again and again, while a busy disk takes its time; this thread nobody knows. */
    private static void elsewhere(Action action) throws IOException {
        FutureTask<IOException> task = new FutureTask<>(() -> {
            try {
                action.run();
                return null;
            } catch (IOException e) {
                return e;
            }
        });
        new Thread(task, "anole-files").start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    IOException failed = task.get();
                    if (failed != null) {
                        throw failed;
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException(e.getCause().toString(), e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
