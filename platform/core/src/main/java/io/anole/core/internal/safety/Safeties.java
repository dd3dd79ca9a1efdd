package io.anole.core.internal.safety;

import io.anole.bus.Name;
import io.anole.core.SafetyGate.Stop;
import io.anole.core.SafetyGate.Trip;
import io.anole.core.SafetyGate.Trip.What;
import io.anole.core.internal.safety.StopFile.Kept;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rules, all buses, and all emergency stops; puts them together. A bus finds its rules, and a stop that held before a restart,
 * when it is made, so that there is no moment without them. Every change happens under this object's lock.
 */
@Component(service = Safeties.class, configurationPid = "io.anole.estop")
@Designate(ocd = StopConfig.class)
public final class Safeties {
    private static final Logger LOG = LoggerFactory.getLogger(Safeties.class);

    private final StopFile file;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Trips trips = new Trips();
    /** Guarded by this object, as are all that follow. Rules by their configurations' names. */
    private final Map<String, Bound> rules = new TreeMap<>();
    private final Map<String, Safety> gates = new TreeMap<>();
    /** Stops of others, by bus and name. */
    private final Map<String, Map<String, Stop>> others = new TreeMap<>();
    private boolean persist;
    private Kept own;

    private record Bound(String bus, Rule rule) {
    }

    @Activate
    public Safeties(BundleContext context, StopConfig config) {
        file = new StopFile(context.getProperty("anole.home"));
        own = file.read().orElse(null);
        persist = config.estop_persist();
        if (own != null) {
            LOG.error("EMERGENCY STOP since {}: {} ('anole estop reset' ends it)", own.since(), own.reason());
            trips.stop(What.STOPPED, "", "", "held since " + own.since() + ": " + own.reason());
        }
    }

    @Modified
    synchronized void change(StopConfig config) {
        persist = config.estop_persist();
    }

    synchronized boolean persists() {
        return persist;
    }

    /** A bus comes; of several of one name the first is the one. */
    public synchronized void add(String bus, Safety safety) {
        if (gates.putIfAbsent(bus, safety) == null) {
            safety.tell(trips);
            safety.rules(of(bus));
            hold(bus, safety);
        }
    }

    /** A bus goes. */
    public synchronized void remove(String bus, Safety safety) {
        gates.remove(bus, safety);
    }

    private List<Rule> of(String bus) {
        return rules.values().stream().filter(bound -> bound.bus.equals("*") || bound.bus.equals(bus)).map(Bound::rule).toList();
    }

    synchronized void put(String name, String bus, Rule rule) {
        rules.put(name, new Bound(bus, rule));
        gates.forEach((each, safety) -> safety.rules(of(each)));
    }

    synchronized void remove(String name) {
        rules.remove(name);
        gates.forEach((each, safety) -> safety.rules(of(each)));
    }

    /** Whether any rule holds on the bus. */
    synchronized boolean guards(String bus) {
        return !of(bus).isEmpty();
    }

    synchronized Optional<Rule> rule(String bus, Name topic) {
        return Optional.ofNullable(gates.get(bus)).flatMap(safety -> safety.rule(topic));
    }

    /** Hears, under the lock, that something about stops has changed. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    private void hold() {
        gates.forEach(this::hold);
        listeners.forEach(Runnable::run);
    }

    private void hold(String bus, Safety safety) {
        Map<String, Stop> elsewhere = others.getOrDefault(bus, Map.of());
        if (own != null) {
            safety.stop(own.reason());
        } else if (!elsewhere.isEmpty()) {
            Stop first = elsewhere.values().iterator().next();
            safety.stop(first.reason() + " (on " + first.by() + ")");
        } else {
            safety.release();
        }
    }

    /** First it holds, then it is written down. */
    synchronized void stop(String reason, String by) {
        if (own != null) {
            return;
        }
        own = new Kept(Instant.now(), reason);
        hold();
        LOG.error("EMERGENCY STOP: {}", reason);
        trips.stop(What.STOPPED, "", by, reason);
        if (persist) {
            try {
                file.write(own);
            } catch (IOException e) {
                LOG.error("the emergency stop will not hold after a restart: {}", e.toString());
            }
        }
    }

    /** Ends the own stop. */
    synchronized void reset(String by) {
        try {
            file.delete();
        } catch (IOException e) {
            throw new IllegalStateException("the emergency stop holds on, its file can't be deleted: " + e, e);
        }
        if (own != null) {
            own = null;
            LOG.warn("the emergency stop was reset");
            trips.stop(What.RESET, "", by, "");
            hold();
        }
    }

    synchronized Optional<Kept> own() {
        return Optional.ofNullable(own);
    }

    /** Somebody else stops a bus. */
    synchronized void other(Stop stop) {
        Stop before = others.computeIfAbsent(stop.bus(), bus -> new TreeMap<>()).put(stop.by(), stop);
        if (before == null) {
            LOG.error("EMERGENCY STOP of bus '{}' on {}: {}", stop.bus(), stop.by(), stop.reason());
            trips.stop(What.STOPPED, stop.bus(), stop.by(), stop.reason());
        }
        hold();
    }

    /** Somebody else has ended his stop. */
    synchronized void otherReset(String bus, String by) {
        Map<String, Stop> there = others.get(bus);
        if (there != null && there.remove(by) != null) {
            LOG.warn("the emergency stop of bus '{}' on {} was reset", bus, by);
            trips.stop(What.RESET, bus, by, "");
            hold();
        }
    }

    /** A bus is gone, and with it what was seen there. */
    synchronized void forget(String bus) {
        if (others.remove(bus) != null) {
            hold();
        }
    }

    List<Trip> trips() {
        return trips.latest();
    }

    /** All that hold, the own first. */
    synchronized List<Stop> stops(String runtime) {
        List<Stop> all = new ArrayList<>();
        if (own != null) {
            all.add(new Stop(runtime, "", own.reason(), own.since()));
        }
        others.values().forEach(there -> all.addAll(there.values()));
        return all;
    }
}
