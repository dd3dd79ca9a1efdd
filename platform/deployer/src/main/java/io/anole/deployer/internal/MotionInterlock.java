package io.anole.deployer.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.bus.Watcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps processes from being changed while a number on a topic says that the robot moves. It is there whether or not its bus is:
 * an interlock that were away with its bus would let everything pass.
 *
 * <p>The bus's threads leave the newest message here, the deployer's thread looks at it. The monitor guards what is registered.
 */
@Component(service = Interlock.class, configurationPid = "io.anole.deployer.interlock",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = InterlockConfig.class, factory = true)
public final class MotionInterlock implements Interlock {
    private final InterlockConfig config;
    private final List<Pattern> processes;
    private final Map<Name, String> publishers = new ConcurrentHashMap<>();
    private final List<Registration> registrations = new ArrayList<>();
    private volatile Reading newest;
    private Bus bus;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Shapes shapes;

    /** A message, and when it came as a reading of {@link System#nanoTime()}. */
    private record Reading(Object body, long time) {
    }

    @Activate
    public MotionInterlock(InterlockConfig config) {
        this.config = config;
        this.processes = Arrays.stream(config.processes()).filter(name -> !name.isBlank())
                .map(name -> Pattern.compile(Arrays.stream(name.strip().split("\\*", -1)).map(Pattern::quote)
                        .collect(Collectors.joining(".*")))).toList();
        among("action", config.action(), "postpone", "refuse");
        among("unknown", config.unknown(), "unpublished", "stands", "moves");
        Name.of(config.topic());
    }

    private static void among(String key, String value, String... allowed) {
        if (!List.of(allowed).contains(value)) {
            throw new IllegalArgumentException("io.anole.deployer.interlock: " + key + " '" + value + "' is none of "
                    + String.join(", ", allowed));
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addBus(Bus added) {
        if (bus == null && added.name().equals(config.bus())) {
            bus = added;
            registrations.add(added.subscribe(config.topic(), Object.class,
                    Qos.SENSOR_DATA.buffer(Qos.Overflow.DROP_OLDEST, 1),
                    (body, message) -> newest = new Reading(body, System.nanoTime())));
            registrations.add(added.watch("@graph/**", Object.class, new Publishers()));
        }
    }

    synchronized void removeBus(Bus removed) {
        if (removed == bus) {
            bus = null;
            registrations.forEach(Registration::close);
            registrations.clear();
            publishers.clear();
        }
    }

    @Deactivate
    synchronized void stop() {
        if (bus != null) {
            removeBus(bus);
        }
    }

    @Override
    public Optional<Hold> hold(Collection<String> touched) {
        Optional<String> guarded = touched.stream().filter(name -> processes.isEmpty()
                || processes.stream().anyMatch(pattern -> pattern.matcher(name).matches())).sorted().findFirst();
        return guarded.flatMap(process -> motion().map(why -> new Hold("process " + process + " is not touched while "
                + why.reason, why.postpone && config.action().equals("postpone"),
                (long) (config.patience_s() * TimeUnit.SECONDS.toMillis(1)))));
    }

    /** Why it counts as moving, and whether that passes by itself. */
    private record Motion(String reason, boolean postpone) {
    }

    private Optional<Motion> motion() {
        Reading reading = newest;
        if (reading == null || System.nanoTime() - reading.time() > config.silence_s() * 1e9) {
            return unknown();
        }
        try {
            Object value = field(shapes == null ? reading.body() : shapes.tree(reading.body()));
            if (!(value instanceof Number number)) {
                return Optional.of(new Motion("it is not known whether the robot moves: messages of " + config.topic()
                        + " have no number in " + config.field(), false));
            }
            return Math.abs(number.doubleValue()) <= config.threshold() ? Optional.empty()
                    : Optional.of(new Motion("the robot moves: " + config.topic() + " " + config.field() + " is " + number
                            + ", beyond " + config.threshold(), true));
        } catch (BusException e) {
            return Optional.of(new Motion("it is not known whether the robot moves: a message of " + config.topic()
                    + " can't be read: " + e.getMessage(), false));
        }
    }

    private Optional<Motion> unknown() {
        boolean stands = switch (config.unknown()) {
            case "stands" -> true;
            case "moves" -> false;
            default -> publishers.isEmpty() && present();
        };
        return stands ? Optional.empty() : Optional.of(new Motion("it is not known whether the robot moves: " + (present()
                ? config.topic() + " was silent for " + config.silence_s() + " s" + (publishers.isEmpty() ? ""
                        : ", though " + publishers.values().iterator().next() + " publishes it")
                : "there is no bus " + config.bus()), false));
    }

    private synchronized boolean present() {
        return bus != null;
    }

    private Object field(Object tree) {
        Object here = tree;
        for (String step : config.field().split("\\.")) {
            here = here instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return here;
    }

    /** Who publishes the topic, in this runtime and in all others on the bus. */
    private final class Publishers implements Watcher<Object> {
        @Override
        public void put(Name key, Object value) {
            if (value instanceof Map<?, ?> map && "publisher".equals(map.get("kind"))
                    && config.topic().equals(String.valueOf(map.get("name")))) {
                publishers.put(key, String.valueOf(map.get("participant")));
            } else {
                publishers.remove(key);
            }
        }

        @Override
        public void removed(Name key) {
            publishers.remove(key);
        }
    }
}
