package io.anole.console.internal.pages;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How fast counters have grown from one reading to the next. For one thread. */
final class Growth {
    private Map<String, Long> former = new HashMap<>();
    private Map<String, Long> counts = new HashMap<>();
    private long read = System.nanoTime();
    private double seconds;

    /** Begins another reading; what was not counted in the one before is forgotten. */
    void next() {
        long now = System.nanoTime();
        seconds = (now - read) / (double) TimeUnit.SECONDS.toNanos(1);
        read = now;
        former = counts;
        counts = new HashMap<>();
    }

    /** Per second; NaN at first, and when it has begun anew. */
    double of(String name, long count) {
        counts.put(name, count);
        Long before = former.get(name);
        return before == null || before > count ? Double.NaN : (count - before) / seconds;
    }
}
