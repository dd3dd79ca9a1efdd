package io.anole.process.teleop.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenessTest {
    private static final long NOW = 1_000_000;
    private static final Command DRIVE = new Command(0.5, 0, null);
    private static final Command STOP = new Command(0, 0, null);

    private final Lateness lateness = new Lateness(500);

    private void taken(Command command) {
        assertThatNoException().isThrownBy(() -> lateness.check(command, NOW));
    }

    private void refused(Command command, String why) {
        assertThatThrownBy(() -> lateness.check(command, NOW)).isInstanceOf(Refusal.class).hasMessageContaining(why)
                .extracting("status").isEqualTo(409);
    }

    @Test
    void whatIsTooOldMovesNothing() {
        taken(DRIVE.given(NOW - 500));
        refused(DRIVE.given(NOW - 501), "the command is 501 ms old, more than 500 (late.ms)");
        refused(DRIVE.given(-NOW), "ms old");
        taken(DRIVE);
        taken(DRIVE.given(NOW + 5_000));
    }

    @Test
    void aStopIsNeverLateAndVoidsWhatWasGivenBefore() {
        taken(STOP.given(NOW - 100));
        refused(DRIVE.given(NOW - 101), "before a stop");
        taken(DRIVE.given(NOW - 100));
        taken(STOP.given(NOW - 60_000));
        taken(DRIVE.given(NOW - 100));
        taken(STOP);
        refused(DRIVE.given(NOW - 1), "before a stop");
        taken(DRIVE);
        taken(STOP.given(NOW + 5_000));
        taken(DRIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {49, 60_001, -1})
    void theLimitHasBounds(int most) {
        assertThatCode(() -> new Lateness(most)).hasMessage("late.ms=" + most + " is not within 50 and 60000");
    }
}
