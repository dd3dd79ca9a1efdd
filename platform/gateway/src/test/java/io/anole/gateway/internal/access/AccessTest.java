package io.anole.gateway.internal.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private static final Clock TODAY = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
    /** Of "secret". */
    private static final String HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    private static Access access(String... tokens) {
        return new Access(new String[] {"robot.local"}, new String[] {"https://studio.example"}, tokens, "operator", TODAY);
    }

    private static int status(Access access, String host, String origin, String site, String token, String remote) {
        try {
            access.admit(host, origin, site, token, remote);
            return 200;
        } catch (Refusal refusal) {
            return refusal.status();
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
        assertThat(access.admit("robot.local", null, null, "secret", "192.168.1.7")).isEqualTo(new Visitor("pad", Role.OPERATOR));
        assertThat(status(access, "localhost", null, null, null, "127.0.0.1")).isEqualTo(401);
        assertThat(status(access, "localhost", null, null, "Secret", "127.0.0.1")).isEqualTo(401);
        assertThat(status(access, "localhost", null, null, "x".repeat(10_000), "127.0.0.1")).isEqualTo(401);
    }

    @Test
    void aTokenIsGoodUntilItsLastDayIsOver() {
        assertThat(status(access("a:admin:" + HASH + ":2026-11-21"), "localhost", null, null, "secret", "127.0.0.1")).isEqualTo(200);
        assertThat(status(access("a:admin:" + HASH + ":2026-11-20"), "localhost", null, null, "secret", "127.0.0.1")).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-secret", "a:king:" + HASH, "a:admin:plain-secret", "a:admin:" + HASH + ":tomorrow", ":admin:" + HASH})
    void aWrongEntryIsNamedButNotShown(String entry) {
        assertThatThrownBy(() -> access(entry)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("io.anole.gateway.access: tokens: the entry of '").message()
                .doesNotContain("admin:plain-secret");
    }

    @Test
    void rolesIncludeThoseBelow() {
        Visitor operator = new Visitor("pad", Role.OPERATOR);
        operator.need(Role.VIEWER, "looking");
        operator.need(Role.OPERATOR, "driving");
        assertThatThrownBy(() -> operator.need(Role.ADMIN, "stopping a process"))
                .hasMessage("stopping a process needs the role admin, and 'pad' has operator");
    }
}
