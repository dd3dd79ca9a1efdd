package io.anole.bridge.internal;

import io.anole.bridge.Bridge;
import io.anole.bridge.Crossing;
import io.anole.bridge.Crossing.Kind;
import io.anole.bridge.internal.Line.Mapping;
import io.anole.bus.Bus;
import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;

/**
 * One configured bridge. Its lines work while both buses are there, whatever providers they are on; the framework's threads tell when
 * they come and go. What was counted stays when they come back.
 */
@Component(service = Bridge.class, configurationPid = "io.anole.bridge", configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = BridgeConfig.class, factory = true)
public final class BridgeComponent implements Bridge {
    private static final int MOST_LINES = 256;
    private static final int MOST = 65_536;

    private final Participants participants;
    private final Shapes shapes;
    private final String name;
    private final String from;
    private final String to;
    private final int mostNames;
    private final int mostCalls;
    private final List<Line> lines = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private final Trail trail;
    private final String sender;
    private final Buses buses;
    private final ServiceRegistration<?> readiness;
    /** Empty unless both buses are there. Guarded by this object, as are the next two. */
    private final List<Route> routes = new ArrayList<>();
    private final List<ParticipantBus> views = new ArrayList<>();
    private final List<String> there = new ArrayList<>();

    /** @throws IllegalArgumentException with the key and the reason */
    @Activate
    public BridgeComponent(BundleContext context, BridgeConfig config, Map<String, Object> properties,
            @Reference Participants participants, @Reference Shapes shapes) {
        this.participants = participants;
        this.shapes = shapes;
        String pid = String.valueOf(properties.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw wrong("its name", "may have letters, digits, '.', '_' and '-', and at most 64 of them");
        }
        from = bus("from", config.from());
        to = bus("to", config.to());
        if (from.equals(to)) {
            throw wrong("to", "it is '" + to + "', as from is");
        }
        mostNames = within("names.max", config.names_max());
        mostCalls = within("calls.max", config.calls_max());
        read("topics", Kind.TOPIC, config.topics());
        read("services", Kind.SERVICE, config.services());
        read("params", Kind.PARAM, config.params());
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw wrong("topics, services, params", "there must be 1 to " + MOST_LINES + " lines, not " + lines.size());
        }
        String runtime = context.getProperty("anole.runtime");
        String self = runtime == null || runtime.isBlank() ? UUID.randomUUID().toString() : runtime.trim();
        trail = new Trail(self + "/" + name);
        sender = self + "/" + participant() + "/";
        lines.forEach(line -> directions(line).forEach(outwards -> tallies.add(tally(line, outwards))));
        readiness = context.registerService(Supplier.class, (Supplier<List<String>>) this::unsatisfied, properties(name));
        buses = new Buses(context);
        buses.open();
    }

    private static Dictionary<String, Object> properties(String name) {
        return new Hashtable<>(Map.of("anole.readiness", "contribution", "bridge.name", name));
    }

    private String bus(String key, String given) {
        if (given == null || given.isBlank()) {
            throw wrong(key, "it names no bus");
        }
        return given.trim();
    }

    private int within(String key, int value) {
        if (value < 1 || value > MOST) {
            throw wrong(key, value + " is not within 1 and " + MOST);
        }
        return value;
    }

    private void read(String key, Kind kind, String[] texts) {
        for (String text : texts) {
            if (!text.isBlank()) {
                try {
                    lines.add(Line.of(kind, text));
                } catch (IllegalArgumentException e) {
                    throw wrong(key, "'" + text.strip() + "': " + e.getMessage());
                }
            }
        }
    }

    private IllegalArgumentException wrong(String key, String why) {
        return new IllegalArgumentException("bridge '" + name + "': " + key + ": " + why);
    }

    private String participant() {
        return "bridge-" + name;
    }

    /** Parameters of both ways are one route, counted as one. */
    private static List<Boolean> directions(Line line) {
        return line.out() && line.in() && line.kind() == Kind.TOPIC ? List.of(true, false) : List.of(line.out());
    }

    private Tally tally(Line line, boolean outwards) {
        String left = from + ":" + line.left();
        String right = to + ":" + line.right();
        return new Tally(name, line.kind(), outwards ? left : right, outwards ? right : left);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Crossing> crossings() {
        return tallies.stream().map(Tally::read).toList();
    }

    private List<String> unsatisfied() {
        List<String> missing;
        synchronized (this) {
            missing = Stream.of(from, to).filter(bus -> !there.contains(bus)).toList();
        }
        if (!missing.isEmpty()) {
            return missing.stream().map(bus -> "bridge '" + name + "': there is no bus '" + bus + "': configure io.anole.bus~" + bus).toList();
        }
        return crossings().stream().filter(one -> !one.problem().isEmpty())
                .map(one -> "bridge '" + name + "': " + one.from() + " to " + one.to() + ": " + one.problem()).toList();
    }

    private synchronized void came(String bus) {
        there.add(bus);
        if (there.contains(from) && there.contains(to)) {
            open();
        }
    }

    private synchronized void went(String bus) {
        there.remove(bus);
        closeRoutes();
    }

    private void open() {
        ParticipantBus left;
        ParticipantBus right;
        try {
            left = participants.open(from, participant(), null);
            views.add(left);
            right = participants.open(to, participant(), null);
            views.add(right);
        } catch (NoSuchElementException e) {
            // It is going, which is told next.
            closeRoutes();
            return;
        }
        List<Mapping> outwards = new ArrayList<>();
        List<Mapping> inwards = new ArrayList<>();
        int next = 0;
        for (Line line : lines) {
            for (boolean out : directions(line)) {
                Tally tally = tallies.get(next++);
                ParticipantBus source = out ? left : right;
                ParticipantBus target = out ? right : left;
                routes.add(switch (line.kind()) {
                    case TOPIC -> new TopicRoute(name, tally, line, out, List.copyOf(out ? outwards : inwards), trail, mostNames, source,
                            target);
                    case SERVICE -> new ServiceRoute(name, tally, line, sender, mostCalls, source, target);
                    case PARAM -> new ParamRoute(name, tally, line, shapes, mostNames, left, right);
                });
                if (line.kind() == Kind.TOPIC) {
                    (out ? outwards : inwards).add(line.mapping(out));
                }
            }
        }
    }

    private void closeRoutes() {
        routes.forEach(Route::end);
        views.forEach(ParticipantBus::close);
        views.clear();
        routes.forEach(Route::close);
        routes.clear();
    }

    @Deactivate
    void close() {
        readiness.unregister();
        buses.close();
        synchronized (this) {
            closeRoutes();
        }
    }

    /** Looks for the two buses, without making use of them. */
    private final class Buses extends ServiceTracker<Bus, String> {
        Buses(BundleContext context) {
            super(context, Bus.class, null);
        }

        @Override
        public String addingService(ServiceReference<Bus> reference) {
            String bus = String.valueOf(reference.getProperty(Bus.NAME));
            if (!bus.equals(from) && !bus.equals(to)) {
                return null;
            }
            came(bus);
            return bus;
        }

        @Override
        public void removedService(ServiceReference<Bus> reference, String bus) {
            went(bus);
        }
    }
}
