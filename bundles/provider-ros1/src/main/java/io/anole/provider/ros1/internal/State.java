package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What ROS has of state, and who watches it. A watch is told differences to what it was told before, by whatever way
 * they came about; so nothing is told twice, and after an outage only what has changed. Called on any thread; the rest is the
 * event loop's.
 */
final class State {
    private final Node node;
    private final Parameters parameters;
    private final Graph graph;
    private final List<Source> sources;
    private final Set<Watch> watches = new LinkedHashSet<>();

    State(Node node) {
        this.node = node;
        this.parameters = new Parameters(node, this);
        this.graph = new Graph(node, this);
        this.sources = List.of(parameters, graph);
    }

    private static final class Watch {
        private final Pattern pattern;
        private final StateListener listener;
        private final List<Source> sources;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final Map<Name, Value> told = new LinkedHashMap<>();
        private boolean synced;
        private volatile boolean closed;

        Watch(Pattern pattern, StateListener listener, List<Source> sources) {
            this.pattern = pattern;
            this.listener = listener;
            this.sources = sources;
        }
    }

    Parameters parameters() {
        return parameters;
    }

    CompletableFuture<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        if (key.segments().get(0).equals(Graph.ROOT) && (lifetime == Lifetime.EPHEMERAL || value.isEmpty())) {
            node.run(() -> graph.announce(key, value));
            return CompletableFuture.completedFuture(null);
        }
        Optional<String> parameter = Parameters.path(key);
        if (parameter.isEmpty()) {
            return CompletableFuture.failedFuture(refused(key));
        }
        if (value.isPresent() && lifetime == Lifetime.EPHEMERAL) {
            return CompletableFuture.failedFuture(new BusException.Unsupported("'" + key
                    + "': a parameter of ROS 1 stays until it is deleted; put it to stay"));
        }
        return value.isPresent() ? parameters.set(key, parameter.get(), value.get().body())
                : parameters.delete(key, parameter.get());
    }

    CompletableFuture<Optional<Value>> get(Name key) {
        return Parameters.path(key).map(path -> parameters.get(key, path))
                .orElseGet(() -> CompletableFuture.failedFuture(refused(key)));
    }

    private static BusException.Unsupported refused(Object what) {
        return new BusException.Unsupported("'" + what + "': ROS 1 has no state but parameters, below /" + Parameters.ROOT
                + ", and what can be watched below /" + Graph.ROOT);
    }

    Registration watch(Pattern pattern, StateListener listener) {
        String first = pattern.segments().get(0);
        List<Source> reached = sources.stream()
                .filter(one -> first.equals(one.root()) || first.equals("*") || first.equals("**")).toList();
        if (reached.isEmpty()) {
            return Handle.failed(refused(pattern));
        }
        Watch watch = new Watch(pattern, listener, reached);
        node.run(() -> {
            if (!watch.closed && !node.closed()) {
                watches.add(watch);
                reached.forEach(this::follow);
                update(watch);
            }
        });
        return new Handle(watch.ready, () -> {
            watch.closed = true;
            node.run(() -> end(watch));
        });
    }

    private void end(Watch watch) {
        watch.ready.completeExceptionally(new BusException.Closed("'" + watch.pattern + "': closed"));
        if (watches.remove(watch)) {
            watch.sources.forEach(this::follow);
        }
    }

    private void follow(Source source) {
        source.follow(watches.stream().anyMatch(watch -> watch.sources.contains(source)));
    }

    /** Something of this source may be different now. */
    void changed(Source source) {
        List.copyOf(watches).stream().filter(watch -> watch.sources.contains(source)).forEach(this::update);
    }

    private void update(Watch watch) {
        if (watch.closed) {
            return;
        }
        if (!watch.sources.stream().allMatch(Source::synced)) {
            watch.synced = false;
            return;
        }
        Map<Name, Value> now = new LinkedHashMap<>();
        watch.sources.forEach(source -> now.putAll(source.select(watch.pattern)));
        List<Name> gone = watch.told.keySet().stream().filter(name -> !now.containsKey(name)).toList();
        gone.forEach(name -> {
            watch.told.remove(name);
            watch.listener.removed(name);
        });
        now.forEach((name, value) -> {
            if (!value.equals(watch.told.put(name, value))) {
                watch.listener.put(name, value);
            }
        });
        if (!watch.synced) {
            watch.synced = true;
            watch.listener.synced();
            watch.ready.complete(null);
        }
    }

    // With the master

    /** Whether the master should know of a source. */
    boolean any() {
        return parameters.followed();
    }

    void register() {
        sources.forEach(Source::register);
    }

    boolean registered() {
        return watches.stream().flatMap(watch -> watch.sources.stream()).allMatch(Source::synced);
    }

    /** The master does not answer. */
    void lost() {
        sources.forEach(Source::lost);
        sources.forEach(this::changed);
    }

    /** The node ends. */
    void close() {
        List.copyOf(watches).forEach(watch -> {
            watch.closed = true;
            watch.ready.completeExceptionally(new BusException.Closed("'" + watch.pattern + "': closed"));
        });
        watches.clear();
    }
}
