package io.anole.launcher.internal;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * The home directory of one running robot, held by a lock on {@code run/lock} that the operating system gives up when
 * the process dies, however it dies. Directories are 0700 and what is written here 0600.
 */
final class Home implements AutoCloseable {
    private static final Set<String> DIRECTORIES = Set.of("config", "deploy", "etc", "log", "run");

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private Home(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /** @param lasting false for that of a child JVM: it is made at each of its starts, which would wait for the disk, and deleted after */
    static Home open(Path directory, boolean lasting) throws LaunchException {
        try {
            if (lasting) {
                DurableFiles.privateDirectory(directory, DIRECTORIES);
            } else {
                makePrivate(directory);
                for (String name : DIRECTORIES) {
                    makePrivate(directory.resolve(name));
                }
            }
            // the real path: a link and its target are the same home
            Path real = directory.toRealPath();
            return lock(real);
        } catch (AccessDeniedException e) {
            throw LaunchException.configuration("home " + directory + ": no permission to write " + e.getFile());
        } catch (FileAlreadyExistsException e) {
            throw LaunchException.configuration("home " + directory + ": " + e.getFile() + " is no directory");
        } catch (FileSystemException e) {
            throw LaunchException.configuration("home " + directory + ": "
                    + (e.getReason() == null ? e.getMessage() : e.getReason()));
        } catch (IOException e) {
            throw LaunchException.configuration("home " + directory + ": " + e.getMessage());
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            if (directory.getParent() != null) {
                Files.createDirectories(directory.getParent());
            }
            Files.createDirectory(directory, owner);
        }
    }

    private static Home lock(Path directory) throws IOException, LaunchException {
        Path file = directory.resolve("run/lock");
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE), owner);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            ByteBuffer pid = ByteBuffer.allocate(32);
            channel.read(pid, 0);
            channel.close();
            String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
            throw new LaunchException(LaunchException.RUNNING, "already running in " + directory + " as process " + text
                    + ": stop it first (kill " + text + "), or give another --home");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return new Home(directory, channel, lock);
    }

    Path directory() {
        return directory;
    }

    Path resolve(String path) {
        return directory.resolve(path);
    }

    /** An id of this home that stays; it names the runtime on every bus. */
    String runtimeId() throws LaunchException {
        Path file = resolve("run/runtime-id");
        try {
            if (Files.exists(file)) {
                String id = Files.readString(file).strip();
                if (id.matches("[A-Za-z0-9_-]{1,64}")) {
                    return id;
                }
                throw LaunchException.configuration(file + ": '" + id + "' is no runtime id (1 to 64 letters, digits, _ -)");
            }
            String id = UUID.randomUUID().toString().substring(0, 13).replace("-", "");
            DurableFiles.write(file, id + "\n");
            return id;
        } catch (IOException e) {
            throw LaunchException.configuration(file + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
