package io.anole.core.internal.hub;

import java.time.Instant;

/**
 * Wall time for the price of a monotonic reading: the difference of both is taken anew once a second, so a corrected wall
 * clock shows within a second. Any thread; two that refresh at once do no harm.
 *
 * <p>While somebody asks for it, it also beats, on the sweeper's thread: who finds the same beat as before knows that not
 * much time has passed, without a reading.
 */
final class Clock implements Sweeper.Sweepable {
    private static final long FRESH = 1_000_000_000;

    private volatile long offset;
    private volatile long taken;
    private final Sweeper sweeper;
    private volatile int beat;
    private volatile boolean heard;

    Clock(Sweeper sweeper) {
        this.sweeper = sweeper;
        refresh(System.nanoTime());
    }

    /** There is another beat within about {@link Sweeper#TICK}. */
    void keepBeating() {
        if (!heard) {
            heard = true;
            sweeper.arm();
        }
    }

    int beat() {
        return beat;
    }

    @Override
    public long sweep(long now) {
        if (!heard) {
            return Sweeper.NEVER;
        }
        heard = false;
        beat++;
        return Sweeper.TICK;
    }

    /** Nanoseconds since 1970 at a monotonic reading made just now. */
    long wall(long now) {
        if (now - taken > FRESH) {
            refresh(now);
        }
        return now + offset;
    }

    private void refresh(long now) {
        Instant instant = Instant.now();
        offset = instant.getEpochSecond() * 1_000_000_000 + instant.getNano() - now;
        taken = now;
    }
}
