package io.anole.core.internal.hub;

import io.anole.bus.Publisher;
import io.anole.bus.SwapReport;
import io.anole.core.ParticipantBus;
import java.util.ArrayDeque;
import java.util.List;

/** The latest swaps of one bus, each published on that bus when it is over. */
final class SwapHistory {
    private static final String TOPIC = "/@bus/swaps";
    private static final int MOST = 64;

    private final Hub hub;
    /** Guarded by this object, as is the next. */
    private final ArrayDeque<SwapReport> reports = new ArrayDeque<>();
    private Publisher<Object> publisher;

    SwapHistory(Hub hub) {
        this.hub = hub;
    }

    void add(SwapReport report) {
        Publisher<Object> to;
        synchronized (this) {
            if (reports.size() == MOST) {
                reports.removeFirst();
            }
            reports.add(report);
            if (publisher == null) {
                ParticipantBus view = hub.view("bus", null);
                publisher = view.publisher(TOPIC, Object.class);
            }
            to = publisher;
        }
        to.publish(report.tree());
    }

    synchronized List<SwapReport> latest() {
        return List.copyOf(reports);
    }
}
