package io.anole.access.internal;

import io.anole.access.Users.Generated;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The administrator's password, generated once per home directory and kept in a file that only its owner may read. */
final class GeneratedPassword {
    /** Shorter ones, which somebody must have chosen, are refused. */
    static final int MIN_LENGTH = 16;
    private static final int BYTES = 20;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private GeneratedPassword() {
    }

    /**
     * Reads the file, or creates it.
     *
     * @throws IOException with one line that says what to do
     */
    static Generated of(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return create(file);
        }
        if (text.length() < MIN_LENGTH) {
            throw new IOException("the password in %s is shorter than %d characters: delete the file for a new one"
                    .formatted(file, MIN_LENGTH));
        }
        if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            throw new IOException(file + " may be read or written by others: delete it for a new password, or chmod 600");
        }
        return new Generated(text, false);
    }

    private static Generated create(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        Files.createDirectories(file.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path part = Files.createTempFile(file.getParent(), "console", ".part", ownerOnly);
        Files.write(part, (text + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        return new Generated(text, true);
    }
}
