package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.anole.access.Role;
import io.anole.access.Users.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeopleTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private Path run;

    private People people() {
        return new People(run, 1000);
    }

    @Test
    void theyAreThereAfterARestartAndTheirSecretsNowhere() throws IOException {
        People people = people();
        people.user("ada", Role.OPERATOR, PASSWORD);
        String token = people.token("pad", Role.VIEWER, Optional.of(LocalDate.parse("2027-01-31")));
        String file = Files.readString(run.resolve("users"));
        assertThat(file).doesNotContain(PASSWORD).doesNotContain(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.resolve("users")))).isEqualTo("rw-------");
        People again = people();
        assertThat(again.list()).containsExactly(new Entry("ada", false, Role.OPERATOR, Optional.empty()),
                new Entry("pad", true, Role.VIEWER, Optional.of(LocalDate.parse("2027-01-31"))));
        assertThat(again.user("ada", PASSWORD)).isPresent();
        assertThat(again.user("ada", PASSWORD + " ")).isEmpty();
        assertThat(again.user("pad", token)).as("a token is no password").isEmpty();
        assertThat(again.tokens()).hasSize(1);
    }

    /** A start computes no slow hash: this many rounds take minutes. Who is not there still costs as many. */
    @Test
    void aStartHashesNothing() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> new People(run, Integer.MAX_VALUE));
        assertThat(Secret.Password.unknown("nobody", 1000).line()).startsWith("nobody:viewer:pbkdf2:1000:");
        assertThat(people().user("nobody", PASSWORD)).isEmpty();
    }

    @Test
    void twoOfOnePasswordHaveDifferentHashes() {
        assertThat(Secret.Password.of("a", Role.VIEWER, PASSWORD, 1000).line())
                .isNotEqualTo(Secret.Password.of("a", Role.VIEWER, PASSWORD, 1000).line());
    }

    @Test
    void aFileThatCantBeReadLetsNobodyInAndIsNotWrittenOver() throws IOException {
        people().user("ada", Role.OPERATOR, PASSWORD);
        Path file = run.resolve("users");
        String text = Files.readString(file) + "eve:king:pbkdf2:1:AA==:AA==\n";
        Files.writeString(file, text);
        People people = people();
        assertThat(people.none()).as("open to all").isFalse();
        assertThat(people.user("ada", PASSWORD)).isEmpty();
        assertThat(people.get()).singleElement().asString().contains("line 2: 'king' is no role");
        assertThatIOException().isThrownBy(() -> people.user("bob", Role.ADMIN, PASSWORD)).withMessageContaining("mend or delete it");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void aFileForAllToSeeIsRefused() throws IOException {
        people().user("ada", Role.OPERATOR, PASSWORD);
        Files.setPosixFilePermissions(run.resolve("users"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(people().get()).singleElement().asString().endsWith("it may be read or written by others: chmod 600");
    }

    @Test
    void aUserWhoIsThereIsReplacedOnlyIfThatIsMeant() throws IOException {
        People people = people();
        people.user("ada", Role.OPERATOR, PASSWORD);
        String file = Files.readString(run.resolve("users"));
        assertThatIllegalArgumentException().isThrownBy(() -> people.user("ada", Role.VIEWER, "another one that is long"))
                .withMessage("there is a user 'ada' already: take another name, or --replace gives it another role and password");
        assertThat(Files.readString(run.resolve("users"))).isEqualTo(file);
        assertThat(people.user("ada", PASSWORD).orElseThrow().role()).isEqualTo(Role.OPERATOR);

        people.replace("ada", Role.VIEWER, "another one that is long");
        assertThat(people.user("ada", PASSWORD)).isEmpty();
        assertThat(people.user("ada", "another one that is long").orElseThrow().role()).isEqualTo(Role.VIEWER);
        people.replace("bob", Role.VIEWER, PASSWORD);
        people.token("pad", Role.VIEWER, Optional.empty());
        assertThatIllegalArgumentException().isThrownBy(() -> people.replace("pad", Role.VIEWER, PASSWORD))
                .withMessage("'pad' is a token already: remove it, or take another name");
        assertThat(people.list()).extracting(Entry::name, Entry::token)
                .containsExactly(tuple("ada", false), tuple("bob", false), tuple("pad", true));
    }

    @Test
    void whatCantBeAUserIsToldInWords() throws IOException {
        People people = people();
        assertThatIllegalArgumentException().isThrownBy(() -> people.user("a:b", Role.VIEWER, PASSWORD));
        assertThatIllegalArgumentException().isThrownBy(() -> people.user("admin", Role.VIEWER, PASSWORD));
        assertThatIllegalArgumentException().isThrownBy(() -> people.user("ada", Role.VIEWER, "short"))
                .withMessage("a password has 12 to 256 characters");
        people.token("pad", Role.VIEWER, Optional.empty());
        assertThatIllegalArgumentException().isThrownBy(() -> people.user("pad", Role.VIEWER, PASSWORD))
                .withMessage("'pad' is a token already: remove it, or take another name");
        for (int i = 1; i < People.MOST; i++) {
            people.token("t" + i, Role.VIEWER, Optional.empty());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> people.token("more", Role.VIEWER, Optional.empty()))
                .withMessageContaining("there are 256");
        assertThat(people.remove("more")).isFalse();
    }
}
