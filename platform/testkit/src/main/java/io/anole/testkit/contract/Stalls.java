package io.anole.testkit.contract;

import java.util.ArrayList;
import java.util.List;

/** How long publishers were held back, one reading per swap. */
public final class Stalls {
    private final List<Long> nanos = new ArrayList<>();

    /** One more reading, in nanoseconds. */
    public void add(long longest) {
        nanos.add(longest);
    }

    /** The reading that this share of all do not exceed, in milliseconds; 0 if there is none. */
    public double millis(double share) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, index)) / 1e6;
    }

    @Override
    public String toString() {
        return nanos.isEmpty() ? "none" : "p50 %.1f ms, p99 %.1f ms of %d".formatted(millis(0.5), millis(0.99), nanos.size());
    }
}
