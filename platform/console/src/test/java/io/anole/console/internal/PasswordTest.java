package io.anole.console.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordTest {
    @TempDir
    private Path run;
    private Path file;

    @BeforeEach
    void setUp() {
        file = run.resolve("console.password");
    }

    @Test
    void itIsGeneratedOnceAndForItsOwnerOnly() throws IOException {
        Password first = Password.of(file);
        assertThat(first.created()).isTrue();
        assertThat(Base64.getUrlDecoder().decode(first.text())).hasSizeGreaterThanOrEqualTo(16);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Password second = Password.of(file);
        assertThat(second.created()).isFalse();
        assertThat(second.text()).isEqualTo(first.text());
        try (var files = Files.list(run)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void noTwoHomesShareOne() throws IOException {
        assertThat(Password.of(file).text()).isNotEqualTo(Password.of(run.resolve("other")).text());
    }

    @Test
    void aWeakOrExposedOneIsRefused() throws IOException {
        Files.writeString(file, "admin\n");
        assertThatIOException().isThrownBy(() -> Password.of(file))
                .withMessage("the password in " + file + " is shorter than 16 characters: delete the file for a new one");
        Files.writeString(file, "long enough, but for all to see\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatIOException().isThrownBy(() -> Password.of(file)).withMessageContaining("may be read or written by others");
    }

    @Test
    void itDoesNotShowItself() {
        assertThat(new Password("secret", true).toString()).doesNotContain("secret");
    }
}
