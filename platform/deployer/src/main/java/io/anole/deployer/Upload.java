package io.anole.deployer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A jar that came in by a door, in a directory of its own that only this user can look into, until it is deployed or closed. Its
 * name, which becomes that of the file in the deploy directory, is held to letters, digits and {@code . _ + -}.
 */
public final class Upload implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,120}\\.jar");
    private static final int BLOCK = 1 << 16;

    private final Path directory;
    private final Path jar;

    /** More came than may. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(long most) {
            super("it has more than " + (most >> 20) + " MiB: copy it to the deploy directory");
        }
    }

    private Upload(Path directory, String name) {
        this.directory = directory;
        this.jar = directory.resolve(name);
    }

    /** @throws IllegalArgumentException if a jar in the deploy directory can't be called that */
    public static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a jar: letters, digits and any of . _ + -, then .jar");
        }
    }

    /**
     * Takes a jar to its end.
     *
     * @param most bytes it may have
     * @throws IllegalArgumentException if it can't be called that
     * @throws TooLarge if it has more bytes
     * @throws IOException if it does not come whole or can't be kept; then nothing of it is left
     */
    public static Upload receive(String name, InputStream from, long most) throws IOException {
        check(name);
        Upload upload = new Upload(Files.createTempDirectory("anole-upload"), name);
        try (OutputStream to = Files.newOutputStream(upload.jar)) {
            byte[] block = new byte[BLOCK];
            long size = 0;
            for (int read = from.read(block); read >= 0; read = from.read(block)) {
                size += read;
                if (size > most) {
                    throw new TooLarge(most);
                }
                to.write(block, 0, read);
            }
            return upload;
        } catch (IOException | RuntimeException e) {
            upload.close();
            throw e;
        }
    }

    /** The file. */
    public Path jar() {
        return jar;
    }

    /** Deletes it. Idempotent. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(jar);
        Files.deleteIfExists(directory);
    }
}
