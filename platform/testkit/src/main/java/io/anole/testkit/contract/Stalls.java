package io.anole.testkit.contract;

import java.util.ArrayList;
import java.util.List;

/** How long publishers were held back, one reading per swap. */
final class Stalls {
    private final List<Long> nanos = new ArrayList<>();

    void add(long longest) {
        nanos.add(longest);
    }

    private String millis(double share) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return "%.1f ms".formatted(sorted.get(Math.max(0, index)) / 1e6);
    }

    @Override
    public String toString() {
        return nanos.isEmpty() ? "none" : "p50 " + millis(0.5) + ", p99 " + millis(0.99) + " of " + nanos.size();
    }
}
