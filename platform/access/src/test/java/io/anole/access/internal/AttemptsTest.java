package io.anole.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private long now = Long.MAX_VALUE - 5;      // nanoTime may overflow
    private final Attempts attempts = new Attempts(() -> now);

    @Test
    void afterTenWrongSecretsNoneFromThereIsLookedAtUntilTheMinuteIsOver() {
        for (int i = 1; i < Attempts.FROM_ONE; i++) {
            assertThat(attempts.failed("10.0.0.7", "eve" + i)).isFalse();
            assertThat(attempts.exhausted("10.0.0.7", null)).isFalse();
        }
        assertThat(attempts.failed("10.0.0.7", null)).as("the last").isTrue();
        assertThat(attempts.exhausted("10.0.0.8", "eve1")).as("of others").isFalse();
        now += TimeUnit.SECONDS.toNanos(59);
        assertThat(attempts.exhausted("10.0.0.7", "ada")).isTrue();
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(attempts.exhausted("10.0.0.7", "ada")).isFalse();
    }

    @Test
    void whoIsGuessedAtFromManyAddressesIsLockedOut() {
        for (int i = 1; i < Attempts.FOR_ONE; i++) {
            assertThat(attempts.failed("10.0.0." + i, "ada")).isFalse();
        }
        assertThat(attempts.failed("10.0.1.1", "ada")).isTrue();
        assertThat(attempts.exhausted("10.0.1.2", "ada")).isTrue();
        assertThat(attempts.exhausted("10.0.1.2", "bob")).isFalse();
    }

    @Test
    void theRightOneClearsThem() {
        for (int i = 1; i < Attempts.FROM_ONE; i++) {
            attempts.failed("10.0.0.7", "ada");
        }
        attempts.succeeded("10.0.0.7", "ada");
        assertThat(attempts.failed("10.0.0.7", "ada")).isFalse();
        assertThat(attempts.exhausted("10.0.0.7", "ada")).isFalse();
    }

    @Test
    void strangersFillNoMemory() {
        for (int i = 0; i < 10 * Attempts.REMEMBERED; i++) {
            attempts.failed("address " + i, "name " + i);
        }
        assertThat(attempts.size()).isEqualTo(Attempts.REMEMBERED);
    }
}
