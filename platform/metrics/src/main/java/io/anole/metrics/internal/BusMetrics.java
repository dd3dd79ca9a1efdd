package io.anole.metrics.internal;

import io.anole.bus.Bus;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Endpoint;
import io.anole.bus.Statistics.LinkState;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What the buses count: read when somebody asks, so that nothing is counted twice and no message pays for it. */
final class BusMetrics implements MultiCollector {
    private final Supplier<? extends Collection<Bus>> buses;
    private final int mostEndpoints;

    /** @param mostEndpoints of each bus; the others are only in its totals */
    BusMetrics(Supplier<? extends Collection<Bus>> buses, int mostEndpoints) {
        this.buses = buses;
        this.mostEndpoints = mostEndpoints;
    }

    @Override
    public MetricSnapshots collect() {
        Family up = Family.gauge("bus_up", "Whether the link of the bus is up", "bus", "provider");
        Family omitted = Family.gauge("bus_endpoints_omitted", "Endpoints beyond endpoints.max, only in the totals", "bus");
        Family dropped = Family.counter("bus_dropped", "Messages dropped, by reason", "bus", "reason");
        Count total = new Count("bus", "of all endpoints of the bus, closed ones too", "bus");
        Count each = new Count("endpoint", "of the open endpoints", "bus", "kind", "name", "owner");
        Family waiting = Family.gauge("endpoint_waiting", "Messages in the buffers", "bus", "kind", "name", "owner");
        for (Bus bus : buses.get()) {
            Statistics now = bus.statistics();
            up.add(now.link() == LinkState.UP ? 1 : 0, now.bus(), now.provider());
            total.add(now.total(), now.bus());
            now.total().dropped().forEach((reason, count) -> dropped.add(count, now.bus(), word(reason)));
            List<Endpoint> open = now.endpoints();
            omitted.add(Math.max(0, open.size() - mostEndpoints), now.bus());
            for (Endpoint one : open.subList(0, Math.min(open.size(), mostEndpoints))) {
                String[] labels = {now.bus(), word(one.kind()), one.name(), one.owner()};
                each.add(one.counters(), labels);
                waiting.add(one.waiting(), labels);
            }
        }
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        List.of(up, omitted, dropped, waiting).forEach(family -> all.metricSnapshot(family.snapshot()));
        total.snapshots(all);
        each.snapshots(all);
        return all.build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The counters that a bus and an endpoint share. */
    private static final class Count {
        private final Family sent;
        private final Family received;
        private final Family handled;
        private final Family failed;
        private final Family missed;

        Count(String prefix, String whose, String... labels) {
            sent = Family.counter(prefix + "_sent", "Published, called or answered, " + whose, labels);
            received = Family.counter(prefix + "_received", "Reached a buffer, " + whose, labels);
            handled = Family.counter(prefix + "_handled", "Handled without an error, " + whose, labels);
            failed = Family.counter(prefix + "_failed", "Handlers that threw and sends that failed, " + whose, labels);
            missed = Family.counter(prefix + "_missed_deadlines", "Times that nothing came within the deadline, " + whose, labels);
        }

        void add(Counters counters, String... labels) {
            sent.add(counters.sent(), labels);
            received.add(counters.received(), labels);
            handled.add(counters.handled(), labels);
            failed.add(counters.failed(), labels);
            missed.add(counters.missedDeadlines(), labels);
        }

        void snapshots(MetricSnapshots.Builder all) {
            List.of(sent, received, handled, failed, missed).forEach(family -> all.metricSnapshot(family.snapshot()));
        }
    }
}
