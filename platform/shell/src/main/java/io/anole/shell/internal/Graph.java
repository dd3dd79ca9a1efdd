package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Watcher;
import io.anole.core.Endpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
    private static final Set<Kind> KINDS = Set.of(Kind.PUBLISHER, Kind.SUBSCRIPTION, Kind.SERVICE);

    /** Who has it, for a user. */
    static String where(Endpoint endpoint) {
        return endpoint.participant() + (endpoint.runtime().isEmpty() ? "" : " on " + endpoint.runtime());
    }

    /** Reads the graph of a bus. Where no state can be had nobody tells the others, and it is that of this runtime alone. */
    static Graph of(Bus bus, Loop loop) throws Exception {
        List<Endpoint> endpoints = new ArrayList<>();
        try {
            read(bus, loop, Endpoint.ALL).values().forEach(value -> Endpoint.of(value).ifPresent(endpoints::add));
        } catch (Unsupported e) {
            bus.statistics().endpoints().stream().filter(own -> KINDS.contains(own.kind())).map(own -> new Endpoint(own.kind(),
                    Pattern.of(own.name()), own.type(), Map.of(), own.owner(), "")).forEach(endpoints::add);
        }
        endpoints.sort(Comparator.comparing(endpoint -> endpoint.name().toString()));
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
                String down = Invocation.down(bus);
                throw new Failure(Failure.TIMEOUT, "bus '" + bus.name() + "' did not tell its state within "
                        + Invocation.seconds(Invocation.PATIENCE) + (down.isEmpty() ? ": see ./anole bus list" : "; it is down: " + down));
            }
        }
        return snapshot.values;
    }

    List<Endpoint> of(Kind kind, Predicate<Endpoint> wanted) {
        return endpoints.stream().filter(endpoint -> endpoint.kind() == kind).filter(wanted).toList();
    }

    List<Endpoint> of(Kind kind, Name name) {
        return of(kind, endpoint -> endpoint.name().matches(name));
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
