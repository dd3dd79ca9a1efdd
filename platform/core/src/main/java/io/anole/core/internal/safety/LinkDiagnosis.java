package io.anole.core.internal.safety;

import io.anole.bus.Bus;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.LinkState;
import io.anole.types.diagnostic.DiagnosticStatus;
import io.anole.types.diagnostic.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How one bus is: its link, and whether it has dropped anything since the last look. For one thread. */
final class LinkDiagnosis {
    private final Bus bus;
    private long dropped;

    LinkDiagnosis(Bus bus) {
        this.bus = bus;
    }

    DiagnosticStatus look(String runtime) {
        Statistics statistics = bus.statistics();
        List<KeyValue> values = new ArrayList<>();
        values.add(new KeyValue("provider", statistics.provider()));
        values.add(new KeyValue("sent", String.valueOf(statistics.total().sent())));
        values.add(new KeyValue("received", String.valueOf(statistics.total().received())));
        long all = 0;
        for (var reason : statistics.total().dropped().entrySet()) {
            all += reason.getValue();
            values.add(new KeyValue("dropped: " + reason.getKey().name().toLowerCase(Locale.ROOT), String.valueOf(reason.getValue())));
        }
        long fresh = Math.max(0, all - dropped);
        dropped = all;
        boolean up = statistics.link() == LinkState.UP;
        byte level = !up ? DiagnosticStatus.ERROR : fresh > 0 ? DiagnosticStatus.WARN : DiagnosticStatus.OK;
        String message = (up ? "up" : "down: " + statistics.detail()) + (fresh > 0 ? ", " + fresh + " messages dropped just now" : "");
        return new DiagnosticStatus(level, "anole: bus " + statistics.bus(), message, runtime, values);
    }
}
