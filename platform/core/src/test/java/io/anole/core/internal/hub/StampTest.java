package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several messages of a burst share is not older than a beat of the clock, and nobody else shares. */
class StampTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    /** The clock looks anew what time it is once a second, and may find that it was wrong, in ns. */
    private static final long CORRECTION = 20_000_000;
    /** More than two readings in a row can show by chance. */
    private static final int SAME = 4;

    private final Sweeper sweeper = new Sweeper("stamps");
    private final Clock clock = new Clock(sweeper);
    private final Stamp stamp = new Stamp(clock);
    private long number;
    private long latest;
    private int same;

    @BeforeEach
    void start() {
        sweeper.add(clock);
        sweeper.start();
    }

    @AfterEach
    void stop() {
        sweeper.close();
    }

    private void next() {
        long time = stamp.time(++number);
        same = time == latest ? same + 1 : 0;
        latest = time;
    }

    /** Until the last messages had one time. */
    private void burst() {
        long until = System.nanoTime() + BOUND.toNanos();
        while (same < SAME) {
            for (int i = 0; i < 10_000 && same < SAME; i++) {
                next();
            }
            assertThat(System.nanoTime()).as("no two messages of a burst shared a reading").isLessThan(until);
        }
    }

    @Test
    void sharesAReadingInABurstAndNeverTellsATimeToCome() {
        burst();
        assertThat(latest).isLessThanOrEqualTo(clock.wall(System.nanoTime()) + CORRECTION);
    }

    @Test
    void readsTheClockAgainWhenTheBurstIsOver() {
        burst();
        // In this order: a beat that was due before is over then, and another one is sure to come.
        int beat = clock.beat();
        clock.keepBeating();
        await().atMost(BOUND).until(() -> clock.beat() != beat);
        long before = System.nanoTime();
        next();
        assertThat(latest).isBetween(clock.wall(before) - CORRECTION, clock.wall(System.nanoTime()) + CORRECTION);
        assertThat(same).isZero();
    }

    @Test
    void beatsWhileABurstIsOnAndThenNoMore() {
        int beat = clock.beat();
        burst();
        await().atMost(BOUND).until(() -> clock.beat() != beat);
        await().atMost(BOUND).until(() -> clock.sweep(System.nanoTime()) == Sweeper.NEVER);
    }

    @Test
    void givesEachMessageItsOwnTimeAtAPaceBelowABurst() {
        for (int i = 0; i < 1_000; i++) {
            long since = System.nanoTime();
            while (System.nanoTime() - since < 2_000) {
                Thread.onSpinWait();
            }
            next();
            assertThat(same).isZero();
        }
    }
}
