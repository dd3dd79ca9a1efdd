package io.anole.bus.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderClocksTest {
    private static final int QUICK = 7;

    private final SenderClocks clocks = new SenderClocks();

    private long late(String told, long receivedMillis) {
        return clocks.late(told, TimeUnit.MILLISECONDS.toNanos(receivedMillis));
    }

    @Test
    void what_takes_longer_than_the_quickest_is_late_by_that() {
        assertThat(late("a 1000", 50_020)).isZero();
        assertThat(late("a 1100", 50_110)).as("quicker").isZero();
        assertThat(late("a 1200", 50_230)).isEqualTo(20);
        assertThat(late("a 1300", 52_310)).isEqualTo(2000);
        assertThat(late("a 1400", 50_410)).isZero();
    }

    @Test
    void each_clock_is_by_itself() {
        assertThat(late("a 1000", 50_000)).isZero();
        assertThat(late("b 90", 50_000)).isZero();
        assertThat(late("a 1001", 50_011)).isEqualTo(10);
        assertThat(late("b 91", 50_021)).isEqualTo(20);
    }

    /** A name is a foreign client's to choose. */
    @Test
    void what_nobody_understands_is_not_late_and_takes_no_room() {
        for (String told : new String[] {null, "", "a", " 5", "a ", "a b", "a 5 6", "a 99999999999999999999", "a " + Long.MIN_VALUE, "a " + Long.MAX_VALUE, "x".repeat(33) + " 5"}) {
            assertThat(late(told, 50_000)).as(String.valueOf(told)).isZero();
        }
        assertThat(clocks.size()).isZero();
    }

    @Test
    void as_many_are_known_as_may_be() {
        late("used 0", 50_000);
        for (int i = 0; i < 5000; i++) {
            late("c" + i + " 0", 50_000);
            assertThat(late("used 0", 50_001)).isEqualTo(1);
        }
        assertThat(clocks.size()).isEqualTo(1024);
        assertThat(late("c0 0", 60_000)).as("forgotten").isZero();
    }

    /** Random delays, hangs and drift over a day: never late by more than it was, and what hung is late by nearly all of it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void what_hung_is_told_from_what_did_not(long seed) {
        Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        double drift = (random.nextDouble() - 0.5) * 2e-4;
        long offset = random.nextLong(1L << 40);
        long now = 1_000_000;
        for (int i = 0; i < 20_000; i++) {
            now += 1 + random.nextInt(8000);
            boolean hung = i > 0 && random.nextInt(50) == 0;
            int way = hung ? 300 + random.nextInt(3000) : QUICK + random.nextInt(3);
            long sent = Math.round(now * (1 + drift)) + offset;
            long late = late("clock " + sent, now + way);
            if (hung) {
                assertThat(late).isBetween(way - QUICK - 10L, way - QUICK + 10L);
            } else {
                assertThat(late).isLessThanOrEqualTo(10);
            }
        }
    }
}
