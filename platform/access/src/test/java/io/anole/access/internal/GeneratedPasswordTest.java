package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.anole.access.Users.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedPasswordTest {
    @TempDir
    private Path run;
    private Path file;

    @BeforeEach
    void setUp() {
        file = run.resolve("console.password");
    }

    @Test
    void itIsGeneratedOnceAndForItsOwnerOnly() throws IOException {
        Generated first = GeneratedPassword.of(file);
        assertThat(first.created()).isTrue();
        assertThat(Base64.getUrlDecoder().decode(first.password())).hasSizeGreaterThanOrEqualTo(16);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Generated second = GeneratedPassword.of(file);
        assertThat(second.created()).isFalse();
        assertThat(second.password()).isEqualTo(first.password());
        try (var files = Files.list(run)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void noTwoHomesShareOne() throws IOException {
        assertThat(GeneratedPassword.of(file).password()).isNotEqualTo(GeneratedPassword.of(run.resolve("other")).password());
    }

    @Test
    void aWeakOrExposedOneIsRefused() throws IOException {
        Files.writeString(file, "admin\n");
        assertThatIOException().isThrownBy(() -> GeneratedPassword.of(file))
                .withMessage("the password in " + file + " is shorter than 16 characters: delete the file for a new one");
        Files.writeString(file, "long enough, but for all to see\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatIOException().isThrownBy(() -> GeneratedPassword.of(file)).withMessageContaining("may be read or written by others");
    }

    @Test
    void itDoesNotShowItself() {
        assertThat(new Generated("secret", true).toString()).doesNotContain("secret");
    }
}
