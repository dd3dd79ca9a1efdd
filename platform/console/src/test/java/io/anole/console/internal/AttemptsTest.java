package io.anole.console.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private long now = Long.MAX_VALUE - 5;      // nanoTime may overflow
    private final Attempts attempts = new Attempts(() -> now);

    @Test
    void afterTenWrongPasswordsNobodyIsLetInUntilTheMinuteIsOver() {
        for (int i = 1; i < Attempts.MOST; i++) {
            assertThat(attempts.failed()).isFalse();
            assertThat(attempts.exhausted()).isFalse();
        }
        assertThat(attempts.failed()).as("the last").isTrue();
        now += TimeUnit.SECONDS.toNanos(59);
        assertThat(attempts.exhausted()).isTrue();
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(attempts.exhausted()).isFalse();
    }

    @Test
    void theRightOneClearsThem() {
        for (int i = 1; i < Attempts.MOST; i++) {
            attempts.failed();
        }
        attempts.succeeded();
        attempts.failed();
        assertThat(attempts.exhausted()).isFalse();
    }
}
