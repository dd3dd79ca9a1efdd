package io.anole.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where in a home directory the shell listens: {@code run/cli.sock}. The path of a Unix socket may have only about a
 * hundred bytes; below a home with a longer path, {@code run/cli.path} names a socket elsewhere.
 */
public final class Address {
    /** Longest path of a socket, in bytes, that all systems take. */
    public static final int MAX_LENGTH = 100;

    private Address() {
    }

    /** The socket in the home itself. */
    public static Path socket(Path home) {
        return home.resolve("run").resolve("cli.sock");
    }

    /** The file that names a socket elsewhere. */
    public static Path redirect(Path home) {
        return home.resolve("run").resolve("cli.path");
    }

    /** Whether a socket can have this path. */
    public static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_LENGTH;
    }

    /**
     * The socket to connect to; whether anybody listens there is not known.
     *
     * @throws NoSuchFileException if the home has none
     */
    public static Path find(Path home) throws IOException {
        Path socket = socket(home);
        return fits(socket) ? socket : Path.of(Files.readString(redirect(home)).strip());
    }
}
