package io.anole.console.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts wrong passwords: after {@link #MOST} within a minute nobody is let in until that minute is over. All come from
 * this machine, so they are counted together. Safe for any thread.
 */
final class Attempts {
    /** Wrong passwords in a minute. */
    static final int MOST = 10;
    /** Length of the window, in s. */
    static final long SECONDS = 60;

    private final LongSupplier clock;
    private long since;
    private int failed;

    /** @param clock a reading of nanoseconds that only grows */
    Attempts(LongSupplier clock) {
        this.clock = clock;
    }

    synchronized boolean exhausted() {
        if (failed > 0 && clock.getAsLong() - since >= TimeUnit.SECONDS.toNanos(SECONDS)) {
            failed = 0;
        }
        return failed >= MOST;
    }

    /** @return whether this was the last one allowed */
    synchronized boolean failed() {
        if (failed == 0) {
            since = clock.getAsLong();
        }
        failed++;
        return failed == MOST;
    }

    synchronized void succeeded() {
        failed = 0;
    }
}
