package io.anole.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatsTest {
    private long now = -5;
    private final Repeats repeats = new Repeats(() -> now);

    @Test
    void the_same_line_comes_once_in_ten_seconds_with_how_often_it_was_held_back() {
        assertThat(repeats.since("a")).isZero();
        assertThat(repeats.since("a")).isEqualTo(Repeats.TOO_SOON);
        assertThat(repeats.since("b")).isZero();
        now += TimeUnit.SECONDS.toNanos(9);
        assertThat(repeats.since("a")).isEqualTo(Repeats.TOO_SOON);
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(repeats.since("a")).isEqualTo(2);
        assertThat(repeats.since("a")).isEqualTo(Repeats.TOO_SOON);
        assertThat(repeats.since("b")).isZero();
    }

    @Test
    void the_line_that_came_longest_ago_is_forgotten_first() {
        repeats.since("often");
        repeats.since("once");
        for (int i = 0; i < 255; i++) {
            repeats.since("often");
            repeats.since("line " + i);
        }
        assertThat(repeats.since("often")).isEqualTo(Repeats.TOO_SOON);
        assertThat(repeats.since("once")).isZero();
    }
}
