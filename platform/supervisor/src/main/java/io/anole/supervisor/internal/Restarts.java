package io.anole.supervisor.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The restarts of one process by its policy: how many there may be, and when the next is. Guarded by the {@link Roster}; times are
 * readings of the nano clock.
 */
final class Restarts {
    private final Deque<Long> times = new ArrayDeque<>();
    private Duration delay = Duration.ZERO;
    private long count;
    /** Not before this, if it waits. */
    private long next;
    private boolean waits;

    /** Somebody else starts it: nothing of what was before counts, and it does not wait. */
    void forget() {
        times.clear();
        delay = Duration.ZERO;
        waits = false;
    }

    long count() {
        return count;
    }

    /**
     * Another one, if there may be one.
     *
     * @param lived how long the last life was, in nanoseconds
     * @return how long to wait before it; null if there were too many
     */
    Duration another(Spec spec, long lived) {
        long now = System.nanoTime();
        long period = spec.period().toNanos();
        while (!times.isEmpty() && now - times.peekFirst() > period) {
            times.removeFirst();
        }
        if (times.size() >= spec.intensity()) {
            return null;
        }
        delay = delay.isZero() || lived > period ? spec.delay() : delay.multipliedBy(2);
        delay = delay.compareTo(spec.maxDelay()) > 0 ? spec.maxDelay() : delay;
        next = now + delay.toNanos();
        waits = !delay.isZero();
        times.addLast(next);
        count++;
        return delay;
    }

    /** Whether the time for it has not come. */
    boolean waiting() {
        waits = waits && System.nanoTime() - next < 0;
        return waits;
    }
}
