package io.anole.access.internal;

import io.anole.access.Users.Generated;
import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
        DurableFiles.privateDirectory(file.getParent());
        DurableFiles.create(file, text + "\n");
        return new Generated(text, true);
    }
}
