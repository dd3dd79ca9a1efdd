package io.anole.bus.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnClockTest {
    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final OwnClock clock = new OwnClock(nanos::get, wall::get);

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        wall.addAndGet(millis);
    }

    private static String name(String told) {
        return told.substring(0, told.indexOf(' '));
    }

    @Test
    void it_tells_ms_under_one_name() {
        String first = clock.tell();
        assertThat(first).matches("[0-9a-f]{8} -5000");
        pass(70_000);
        assertThat(clock.tell()).isEqualTo(name(first) + " 65000");
    }

    /** As others can't know for how long it stood still. */
    @Test
    void it_has_another_name_after_a_sleep_and_where_the_wall_clock_was_set() {
        String first = clock.tell();
        wall.addAndGet(501);
        String second = clock.tell();
        assertThat(name(second)).isNotEqualTo(name(first));
        pass(10);
        assertThat(name(clock.tell())).isEqualTo(name(second));
        wall.addAndGet(-501);
        assertThat(name(clock.tell())).isNotEqualTo(name(second));
    }

    /** One that is being set right little by little is none of these. */
    @Test
    void it_keeps_its_name_while_the_wall_clock_drifts() {
        String first = clock.tell();
        for (int i = 0; i < 100; i++) {
            pass(1000);
            wall.addAndGet(499);
            assertThat(name(clock.tell())).isEqualTo(name(first));
        }
    }
}
