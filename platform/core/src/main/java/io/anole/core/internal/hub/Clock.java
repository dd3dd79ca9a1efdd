package io.anole.core.internal.hub;

import java.time.Instant;

/**
 * Wall time for the price of a monotonic reading: the difference of both is taken anew once a second, so a corrected wall
 * clock shows within a second. Any thread; two that refresh at once do no harm.
 */
final class Clock {
    private static final long FRESH = 1_000_000_000;

    private volatile long offset;
    private volatile long taken;

    Clock() {
        refresh(System.nanoTime());
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
