package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.Watcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A reading of who publishes, subscribes and serves what on a bus, in this runtime and in all others on it.
 *
 * @param endpoints in the order of their names
 */
record Graph(List<Endpoint> endpoints) {
    private static final Set<String> INTERNAL = Set.of("mail", "sig", "req");

    /** What an endpoint is, as the hub announces it. */
    enum Kind { PUBLISHER, SUBSCRIPTION, SERVICE }

    /**
     * One endpoint.
     *
     * @param name  a name, or for a subscription a pattern
     * @param type  empty if untyped
     * @param shape fields and their types; null if not known
     */
    record Endpoint(Kind kind, String name, String type, Object shape, String participant, String runtime) {
        static Optional<Endpoint> of(Object announced) {
            if (announced instanceof Map<?, ?> map) {
                for (Kind kind : Kind.values()) {
                    if (kind.name().equalsIgnoreCase(text(map, "kind"))) {
                        return Optional.of(new Endpoint(kind, text(map, "name"), text(map, "type"), map.get("shape"),
                                text(map, "participant"), text(map, "runtime")));
                    }
                }
            }
            return Optional.empty();
        }

        static Optional<Endpoint> of(Statistics.Endpoint own) {
            return Arrays.stream(Kind.values()).filter(kind -> kind.name().equals(own.kind().name())).findFirst()
                    .map(kind -> new Endpoint(kind, own.name(), own.type(), null, own.owner(), ""));
        }

        private static String text(Map<?, ?> map, String key) {
            Object value = map.get(key);
            return value == null ? "" : value.toString();
        }

        boolean matches(Name asked) {
            return kind == Kind.SUBSCRIPTION ? Pattern.of(name).matches(asked) : name.equals(asked.toString());
        }

        /** Whether it stands for a set of names. */
        boolean isPattern() {
            return name.indexOf('*') >= 0;
        }

        /** Whether it belongs to the platform's own traffic: state, mail and signals. */
        boolean isInternal() {
            String first = Pattern.of(name).toString().split("/", 3)[1];
            return first.startsWith("@") || INTERNAL.contains(first);
        }

        String where() {
            return participant + (runtime.isEmpty() ? "" : " on " + runtime);
        }
    }

    /** Reads the graph of a bus. Where no state can be had nobody tells the others, and it is that of this runtime alone. */
    static Graph of(Bus bus, Loop loop) throws Exception {
        List<Endpoint> endpoints = new ArrayList<>();
        try {
            read(bus, loop, "@graph/**").values().forEach(value -> Endpoint.of(value).ifPresent(endpoints::add));
        } catch (Unsupported e) {
            bus.statistics().endpoints().forEach(own -> Endpoint.of(own).ifPresent(endpoints::add));
        }
        endpoints.sort((a, b) -> a.name.compareTo(b.name));
        return new Graph(List.copyOf(endpoints));
    }

    /**
     * Reads the state below a pattern once, as trees or records.
     *
     * @param loop where the bus's handlers run
     */
    static Map<Name, Object> read(Bus bus, Loop loop, String pattern) throws Exception {
        Snapshot snapshot = new Snapshot();
        try (Registration watch = bus.watch(pattern, Object.class, snapshot)) {
            CompletableFuture<Void> ready = watch.ready().toCompletableFuture();
            // so that the loop looks at a refusal, too
            ready.whenComplete((done, error) -> loop.execute(() -> { }));
            if (!loop.runUntil(System.nanoTime() + Invocation.PATIENCE.toNanos(),
                    () -> snapshot.synced || ready.isCompletedExceptionally()) || !snapshot.synced) {
                if (ready.isCompletedExceptionally()) {
                    Invocation.await(ready, "", Invocation.PATIENCE); // a watch that is refused says so itself
                }
                Statistics now = bus.statistics();
                throw new Failure(Failure.TIMEOUT, "bus '" + bus.name() + "' did not tell its state within "
                        + Invocation.seconds(Invocation.PATIENCE) + (now.link() == LinkState.UP ? ": see ./anole bus list"
                                : "; it is down: " + now.detail()));
            }
        }
        return snapshot.values;
    }

    List<Endpoint> of(Kind kind, Predicate<Endpoint> wanted) {
        return endpoints.stream().filter(endpoint -> endpoint.kind == kind).filter(wanted).toList();
    }

    List<Endpoint> of(Kind kind, Name name) {
        return of(kind, endpoint -> endpoint.matches(name));
    }

    private static final class Snapshot implements Watcher<Object> {
        private final Map<Name, Object> values = new TreeMap<>();
        private boolean synced;

        @Override
        public void put(Name key, Object value) {
            values.put(key, value);
        }

        @Override
        public void removed(Name key) {
            values.remove(key);
        }

        @Override
        public void synced() {
            synced = true;
        }
    }
}
