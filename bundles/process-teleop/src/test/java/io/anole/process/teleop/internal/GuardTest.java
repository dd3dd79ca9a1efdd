package io.anole.process.teleop.internal;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private final Guard guard = new Guard("Robot.example", "10.1.2.3");

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080",
        "robot.example:80", "ROBOT.EXAMPLE", "10.1.2.3:8080"})
    void ownNamesAreServed(String host) {
        assertThatNoException().isThrownBy(() -> guard.host(host));
    }

    // A stranger's name that was made to point to this machine (DNS rebinding).
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil.example@localhost", "localhost:8080:1", "[::2]:8080", "127.0.0.1 evil", "localhost:123456", "10.1.2.4"})
    void otherNamesAreNot(String host) {
        assertThatThrownBy(() -> guard.host(host)).isInstanceOf(Refusal.class).extracting("status").isEqualTo(421);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "localhost:8080, -, -",
        "localhost:8080, http://localhost:8080, -",
        "localhost:8080, http://localhost:8080, same-origin",
        "robot.example, https://Robot.Example, same-origin",
        "localhost:8080, -, none"})
    void theOwnPageAndToolsMayCommand(String host, String origin, String site) {
        assertThatNoException().isThrownBy(() -> guard.origin(host, origin, site));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "localhost:8080, http://evil.example, -",
        "localhost:8080, http://localhost:9090, same-site",
        "localhost:8080, http://localhost, -",
        "localhost:8080, null, -",
        "localhost:8080, http://localhost:8080.evil.example, -",
        "localhost:8080, ftp://localhost:8080, -",
        "localhost:8080, -, cross-site",
        "localhost:8080, http://localhost:8080, cross-site"})
    void thePagesOfOthersMayNot(String host, String origin, String site) {
        assertThatThrownBy(() -> guard.origin(host, origin, site)).isInstanceOf(Refusal.class).extracting("status")
                .isEqualTo(403);
    }
}
