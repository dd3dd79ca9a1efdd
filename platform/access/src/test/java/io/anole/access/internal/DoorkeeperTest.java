package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.access.Access;
import io.anole.access.Audit;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Role;
import io.anole.access.Visit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorkeeperTest {
    private static final Clock TODAY = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
    /** Of "secret". */
    private static final String HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @TempDir
    private Path run;
    private People people;
    private final List<String> told = new ArrayList<>();
    private final Audit audit = new Audit() {
        @Override
        public void record(String door, String who, String from, String what, String result) {
            told.add(String.join("|", door, who, from, what, result));
        }

        @Override
        public List<String> latest(int most) {
            return told;
        }
    };
    private long now;

    @BeforeEach
    void nobody() {
        people = new People(run, 1000);
    }

    private Access access(String... tokens) {
        return new Doorkeeper(people, audit, new Origins(new String[] {"robot.local"}, new String[] {"https://studio.example"}),
                tokens, new Rules(), "operator", TODAY, new Attempts(() -> now));
    }

    private static Visit visit(String host, String origin, String site, String token, String remote) {
        return new Visit("api", remote, host, origin, site, null, token, null, false);
    }

    private static Visit as(String name, String password, String remote) {
        String pair = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Visit("console", remote, "localhost", null, null, "Basic " + pair, null, null, false);
    }

    private static int status(Access access, String host, String origin, String site, String token, String remote) {
        return status(access, visit(host, origin, site, token, remote));
    }

    private static int status(Access access, Visit visit) {
        try {
            access.admit(visit);
            return 200;
        } catch (Refused refused) {
            return refused.status();
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "localhost:8080, -, -, 127.0.0.1, 200",
        "[::1]:8080, -, -, ::1, 200",
        "Robot.local, -, -, 127.0.0.1, 200",
        "127.0.0.1:8080, http://127.0.0.1:8080, same-origin, 127.0.0.1, 200",
        "localhost:8080, https://studio.example, cross-site, 127.0.0.1, 200",
        "localhost:8080, http://localhost:9090, same-site, 127.0.0.1, 403",
        "localhost:8080, https://evil.example, cross-site, 127.0.0.1, 403",
        "localhost:8080, null, cross-site, 127.0.0.1, 403",
        "localhost:8080, -, cross-site, 127.0.0.1, 403",
        "evil.example:8080, -, -, 127.0.0.1, 421",
        "127.0.0.1.evil.example, -, -, 127.0.0.1, 421",
        "-, -, -, 127.0.0.1, 421",
        "robot.local, -, -, 192.168.1.7, 401"})
    void whoMayComeInWithoutTokens(String host, String origin, String site, String remote, int status) {
        assertThat(status(access(), host, origin, site, null, remote)).isEqualTo(status);
    }

    @Test
    void aTokenIsItsRoleFromAnywhereAndNobodyComesWithoutOne() {
        Access access = access("pad:operator:" + HASH, "old:admin:" + HASH.replace('2', '3') + ":2026-11-20");
        assertThat(access.admit(visit("robot.local", null, null, "secret", "192.168.1.7")))
                .isEqualTo(new Identity("pad", Role.OPERATOR));
        assertThat(status(access, "localhost", null, null, null, "127.0.0.1")).isEqualTo(401);
        assertThat(status(access, "localhost", null, null, "Secret", "127.0.0.1")).isEqualTo(401);
        assertThat(status(access, "localhost", null, null, "x".repeat(10_000), "127.0.0.1")).isEqualTo(401);
    }

    @Test
    void aTokenIsGoodUntilItsLastDayIsOver() {
        assertThat(status(access("a:admin:" + HASH + ":2026-11-21"), "localhost", null, null, "secret", "127.0.0.1")).isEqualTo(200);
        assertThat(status(access("a:admin:" + HASH + ":2026-11-20"), "localhost", null, null, "secret", "127.0.0.1")).isEqualTo(401);
    }

    @Test
    void aCertificateIsWhomItNamesAndATokenThatIsSentGoesBeforeIt() {
        Access access = access("pad:operator:tls", "old:admin:tls:2026-11-20", "desk:admin:" + HASH);
        Visit nobody = visit("robot.local", null, null, null, "10.0.0.7");
        assertThat(status(access, nobody)).isEqualTo(401);
        assertThat(access.admit(certified("pad", null))).isEqualTo(new Identity("pad", Role.OPERATOR));
        assertThat(access.prove(certified("pad", "secret"))).isEqualTo(new Identity("desk", Role.ADMIN));
        assertThat(status(access, certified("pad", "tls"))).isEqualTo(401);
        assertThat(status(access, certified("old", null))).isEqualTo(401);
        // A name that only a token proves, and one that nobody has.
        assertThat(status(access, certified("desk", null))).isEqualTo(401);
        assertThat(status(access, certified("admin", null))).isEqualTo(401);
        assertThat(access("pad:operator:tls").open()).isFalse();
        assertThat(status(access, new Visit("api", "10.0.0.7", "robot.local", "https://evil.example", null, null, null, "pad", false)))
                .isEqualTo(403);
    }

    private static Visit certified(String name, String token) {
        return new Visit("api", "10.0.0.7", "robot.local", null, null, null, token, name, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:king:tls", "a:admin:tls:tomorrow", ":admin:tls", "a b:admin:tls", "a:admin:tls:2026-11-20:x"})
    void aWrongEntryForACertificateIsShown(String entry) {
        assertThatThrownBy(() -> access(entry)).hasMessageStartingWith("io.anole.access: tokens: '" + entry + "': ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-secret", "a:king:" + HASH, "a:admin:plain-secret", "a:admin:" + HASH + ":tomorrow", ":admin:" + HASH})
    void aWrongEntryIsNamedButNotShown(String entry) {
        assertThatThrownBy(() -> access(entry)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("io.anole.access: tokens: the entry of '").message()
                .doesNotContain("admin:plain-secret");
    }

    @Test
    void rolesIncludeThoseBelow() {
        Identity operator = new Identity("pad", Role.OPERATOR);
        operator.need(Role.VIEWER, "looking");
        operator.need(Role.OPERATOR, "driving");
        assertThatThrownBy(() -> operator.need(Role.ADMIN, "stopping a process"))
                .hasMessage("stopping a process needs the role admin, and 'pad' has operator");
    }

    @Test
    void whoOnlyFollowsALinkMayLookWhereItIsAPage() {
        assertThat(status(access(), visit("localhost", null, "cross-site", null, "127.0.0.1").shows(true))).isEqualTo(200);
        assertThat(status(access(), visit("localhost", "https://evil.example", "cross-site", null, "127.0.0.1").shows(true)))
                .isEqualTo(403);
    }

    @Test
    void aUserIsLetInByThePasswordAndThenNobodyWithout() throws IOException {
        assertThat(status(access(), "localhost", null, null, null, "127.0.0.1")).isEqualTo(200);
        people.user("ada", Role.VIEWER, "correct horse battery");
        assertThat(status(access(), "localhost", null, null, null, "127.0.0.1")).isEqualTo(401);
        for (int i = 0; i < 2; i++) {
            assertThat(access().admit(as("ada", "correct horse battery", "10.0.0.7"))).isEqualTo(new Identity("ada", Role.VIEWER));
        }
        assertThat(status(access(), as("ada", "correct horse batterz", "10.0.0.7"))).isEqualTo(401);
        assertThat(status(access(), as("bob", "correct horse battery", "10.0.0.7"))).isEqualTo(401);
        people.replace("ada", Role.ADMIN, "another one that is long");
        assertThat(status(access(), as("ada", "correct horse battery", "10.0.0.7"))).as("the former").isEqualTo(401);
        assertThat(access().admit(as("ada", "another one that is long", "10.0.0.7")).role()).isEqualTo(Role.ADMIN);
        assertThat(people.remove("ada")).isTrue();
        assertThat(status(access(), as("ada", "another one that is long", "10.0.0.7"))).isEqualTo(401);
    }

    @Test
    void aMadeTokenIsItsRoleUntilItEndsOrIsRemoved() throws IOException {
        String token = people.token("pad", Role.OPERATOR, Optional.of(LocalDate.parse("2026-11-21")));
        String old = people.token("old", Role.ADMIN, Optional.of(LocalDate.parse("2026-11-20")));
        Access access = access();
        assertThat(access.admit(visit("localhost", null, null, token, "10.0.0.7"))).isEqualTo(new Identity("pad", Role.OPERATOR));
        assertThat(status(access, "localhost", null, null, old, "10.0.0.7")).isEqualTo(401);
        people.remove("pad");
        assertThat(status(access, "localhost", null, null, token, "10.0.0.7")).isEqualTo(401);
    }

    @Test
    void theAdministratorIsTheGeneratedPassword() throws IOException {
        Access access = access();
        assertThat(status(access, as("admin", "", "127.0.0.1"))).isEqualTo(401);
        String password = people.administrator().password();
        assertThat(access.prove(as("admin", password, "127.0.0.1"))).isEqualTo(new Identity("admin", Role.ADMIN));
        assertThatThrownBy(() -> access.prove(visit("localhost", null, null, null, "127.0.0.1"))).isInstanceOf(Refused.class);
    }

    @Test
    void guessingIsLockedOutAndToldAndARightTokenIsNot() throws IOException {
        people.user("ada", Role.VIEWER, "correct horse battery");
        String token = people.token("pad", Role.OPERATOR, Optional.empty());
        Access access = access();
        for (int i = 0; i < 5; i++) {
            assertThat(status(access, as("ada", "my guess " + i, "10.0.0.7"))).isEqualTo(401);
            assertThat(status(access, "localhost", null, null, "guess" + i, "10.0.0.7")).isEqualTo(401);
        }
        assertThat(status(access, as("ada", "correct horse battery", "10.0.0.7"))).isEqualTo(429);
        assertThat(status(access, "localhost", null, null, "guess", "10.0.0.7")).isEqualTo(429);
        assertThat(status(access, "localhost", null, null, token, "10.0.0.7")).isEqualTo(200);
        assertThat(status(access, as("ada", "correct horse battery", "10.0.0.8"))).isEqualTo(200);
        assertThat(told).contains("api|?|10.0.0.7|sign in|locked out for a minute",
                "console|ada|10.0.0.7|sign in|refused: the name or the password is wrong").noneMatch(line -> line.contains("guess"));
        now += 60_000_000_000L;
        assertThat(status(access, as("ada", "correct horse battery", "10.0.0.7"))).isEqualTo(200);
    }
}
