package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who comes a hundred thousand times a second is no flood, however many come together for once. */
class FloodTest {
    private static final long MILLI = 1_000_000;

    private final Flood flood = new Flood();
    private long now;
    private long handled;

    private boolean after(long millis, long messages) {
        now += millis * MILLI;
        handled += messages;
        return flood.at(now, handled);
    }

    @Test
    void isOneWhileAMillionComeInASecond() {
        assertThat(after(1, 1_000)).isTrue();
        assertThat(after(1, 999)).isFalse();
    }

    @Test
    void isNoneForWhatComesTogetherAfterAWhile() {
        assertThat(after(10, 1_000)).isFalse();
        assertThat(after(0, 100)).isFalse();
        assertThat(after(1, 0)).isFalse();
    }

    @Test
    void isOverAfterAPause() {
        assertThat(after(1, 5_000)).isTrue();
        assertThat(after(0, 1)).isTrue();
        assertThat(after(2, 1)).isFalse();
    }
}
