package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.provider.BusProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The buses with their topics, how each was moved, and moving one. */
@Component(service = Part.class)
public final class BusesPart implements Part {
    /** Topics of a bus that are shown. */
    static final int MOST_TOPICS = 500;
    /** Topics of a bus that are weighed. */
    private static final int MOST_WEIGHED = 100;

    /** Properties of the providers, set by the framework's threads, as are the other two. */
    @Reference(service = BusProvider.class, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Map<String, Object>> providers = List.of();
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL)
    volatile Shapes shapes;
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY,
            cardinality = ReferenceCardinality.OPTIONAL, target = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")")
    volatile Codec cbor;

    private final Buses buses;
    private final Leases leases;
    private final Progress progress = new Progress();
    private final History.Kept history;
    /** The history's own. */
    private final Growth growth = new Growth();

    @Activate
    public BusesPart(@Reference Buses buses, @Reference Leases leases, @Reference History history) {
        this.buses = buses;
        this.leases = leases;
        this.history = history.keep(this::read);
    }

    @Deactivate
    void close() {
        history.close();
    }

    private void read(History.Readings readings) {
        growth.next();
        for (Bus bus : buses.all()) {
            new Topics(bus, List.of(), true).count((topic, messages, dropped) -> {
                String name = chart(bus.name(), topic);
                readings.put(name, growth.of(name, messages), growth.of("dropped " + name, dropped));
            });
        }
    }

    /** No name of a bus has a space. */
    private static String chart(String bus, String topic) {
        return bus + " " + topic;
    }

    @Override
    public String name() {
        return "buses";
    }

    @Override
    public Object state(Map<String, String> asked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", Patience.millis());
        tree.put("providers", providers.stream().map(properties -> String.valueOf(properties.get(BusProvider.KIND))).distinct()
                .sorted().toList());
        tree.put("swap", progress.tree());
        tree.put("buses", buses.all().stream().map(bus -> tree(bus, asked)).toList());
        history.of(asked.getOrDefault("chart", "")).ifPresent(values -> tree.put("chart", values));
        return tree;
    }

    private Map<String, Object> tree(Bus bus, Map<String, String> asked) {
        Statistics statistics = bus.statistics();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", statistics.bus());
        tree.put("provider", statistics.provider());
        tree.put("link", statistics.link().name().toLowerCase(Locale.ROOT));
        tree.put("detail", statistics.detail());
        Topics topics = new Topics(bus, buses.endpoints(bus), Boolean.parseBoolean(asked.get("platform")));
        List<Map<String, Object>> shown = topics.trees(MOST_TOPICS);
        if (Boolean.parseBoolean(asked.get("weigh"))) {
            shown.stream().limit(MOST_WEIGHED).forEach(topic -> topic.put("size", size(bus, (String) topic.get("name"))));
        }
        tree.put("topics", shown);
        tree.put("more", topics.size() - shown.size());
        List<Object> swaps = new ArrayList<>(bus.swaps().stream().map(SwapReport::tree).toList());
        Collections.reverse(swaps);
        tree.put("swaps", swaps);
        return tree;
    }

    private record Weighed(Bus bus, String topic) {
    }

    private long size(Bus bus, String topic) {
        Shapes by = shapes;
        Codec as = cbor;
        return by == null || as == null ? -1
                : leases.of(Scale.class, new Weighed(bus, topic), () -> new Scale(bus, topic, by, as)).size();
    }

    @Override
    public String act(String action, Map<String, String> asked, String who) {
        if (!action.equals("swap")) {
            throw new Refusal(404, "buses can't be asked to " + action + " here: see ./anole bus --help");
        }
        Bus bus = buses.bus(asked.getOrDefault("bus", ""));
        String provider = asked.getOrDefault("provider", "").strip();
        Map<String, Object> keys = keys(asked.getOrDefault("keys", ""));
        String begun = progress.begin("moving " + bus.name() + " from " + bus.statistics().provider() + " to " + provider);
        try {
            bus.swap(provider, keys).whenComplete((report, failure) -> {
                if (failure != null) {
                    progress.fail(failure);
                } else {
                    progress.end(report.outcome() == Outcome.DONE, report.outcome() == Outcome.DONE ? told(report)
                            : "it stays on " + report.from() + ": " + report.reason());
                }
            });
        } catch (RuntimeException e) {
            progress.fail(e);
        }
        return begun;
    }

    private static String told(SwapReport report) {
        return "done, publishers held back for %.1f ms, %d lost, %d duplicates%s".formatted(report.blackout().toNanos() / 1e6,
                report.lost(), report.duplicates(), report.reason().isEmpty() ? "" : ": " + report.reason());
    }

    /** A key and its value on each line. */
    private static Map<String, Object> keys(String lines) {
        Map<String, Object> keys = new HashMap<>();
        for (String line : lines.lines().map(String::strip).filter(text -> !text.isEmpty()).toList()) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new Refusal(400, "'" + line + "' is not KEY=VALUE");
            }
            keys.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
        return keys;
    }
}
