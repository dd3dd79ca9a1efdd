package io.anole.core.internal.hub;

import io.anole.bus.SwapReport;
import java.util.ArrayDeque;
import java.util.List;

/** The latest swaps of one bus. */
final class SwapHistory {
    private static final int MOST = 64;

    private final ArrayDeque<SwapReport> reports = new ArrayDeque<>();

    synchronized void add(SwapReport report) {
        if (reports.size() == MOST) {
            reports.removeFirst();
        }
        reports.add(report);
    }

    synchronized List<SwapReport> latest() {
        return List.copyOf(reports);
    }
}
