package io.anole.facades.internal.graph;

import io.anole.bus.Bus;
import io.anole.bus.Caller;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.core.Endpoint;
import io.anole.facades.internal.Held;
import io.anole.graph.ChangeListener;
import io.anole.graph.Exposure;
import io.anole.graph.Node;
import io.anole.graph.NotExposed;
import io.anole.graph.Snapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A node: the exposure's rules applied to what the bus announces, again whenever either changes. A topic that appears and
 * matches gets a reader or a writer, one that vanishes or no longer matches loses it; one that stays keeps it.
 *
 * <p>All state is guarded by this object. Bus handles are made and closed under the guard, which blocks nobody: readers
 * have a lock of their own, and nothing here runs inside one of their handlers.
 */
final class ExposedNode implements Node, AutoCloseable {
    private final String name;
    private final Bus bus;
    private final Shapes shapes;
    private final int keep;
    private final GraphView graph = new GraphView(this, this::refresh);
    private final Map<Name, TopicReader> readers = new TreeMap<>();
    private final Map<Name, Publisher<Object>> writers = new TreeMap<>();
    private final Map<Name, Caller<Object, Object>> callers = new TreeMap<>();
    private final Set<Name> params = new TreeSet<>();
    private final Map<ChangeListener.Kind, Set<String>> told = new TreeMap<>();
    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Registration graphWatch;
    private final Registration paramWatch;
    private ExposureRules rules;

    ExposedNode(String name, Bus bus, Shapes shapes, int keep, ExposureRules rules) {
        this.name = name;
        this.bus = bus;
        this.shapes = shapes;
        this.keep = keep;
        this.rules = rules;
        this.graphWatch = bus.watch(Endpoint.ALL, Object.class, graph);
        this.paramWatch = bus.watch("@param/**", Object.class, new ParamWatcher());
    }

    private final class ParamWatcher implements Watcher<Object> {
        @Override
        public void put(Name key, Object value) {
            synchronized (ExposedNode.this) {
                if (params.add(paramName(key))) {
                    refresh();
                }
            }
        }

        @Override
        public void removed(Name key) {
            synchronized (ExposedNode.this) {
                if (params.remove(paramName(key))) {
                    refresh();
                }
            }
        }

        private static Name paramName(Name key) {
            return Name.of(key.toString().substring("/@param".length()));
        }
    }

    private synchronized void refresh() {
        Set<Name> topics = graph.topics();
        adjust(readers, topics, topic -> rules.reads().hold(topic) && graph.count(Kind.PUBLISHER, topic) > 0,
                topic -> new TopicReader(bus, shapes, topic, keep));
        adjust(writers, topics, topic -> rules.writes().hold(topic) && graph.count(Kind.SUBSCRIPTION, topic) > 0,
                topic -> bus.publisher(topic.toString(), Object.class));
        adjust(callers, graph.services(), service -> rules.services().hold(service),
                service -> bus.caller(service.toString(), Object.class, Object.class));
        Set<Name> exposedTopics = new TreeSet<>(readers.keySet());
        exposedTopics.addAll(writers.keySet());
        tell(ChangeListener.Kind.TOPIC, exposedTopics);
        tell(ChangeListener.Kind.SERVICE, callers.keySet());
        tell(ChangeListener.Kind.PARAM, exposedParams());
    }

    private static <T extends AutoCloseable> void adjust(Map<Name, T> handles, Set<Name> there,
            Predicate<Name> wanted, Function<Name, T> open) {
        Set<Name> gone = new HashSet<>(handles.keySet());
        for (Name name : there) {
            if (wanted.test(name)) {
                gone.remove(name);
                handles.computeIfAbsent(name, open);
            }
        }
        gone.forEach(name -> close(handles.remove(name)));
    }

    private static void close(AutoCloseable handle) {
        try {
            handle.close();
        } catch (Exception e) {
            throw new IllegalStateException("a handle could not be closed", e);
        }
    }

    private void tell(ChangeListener.Kind kind, Set<Name> now) {
        Set<String> names = strings(now);
        Set<String> before = told.getOrDefault(kind, Set.of());
        told.put(kind, names);
        tell(kind, before, names, listeners);
    }

    private static void tell(ChangeListener.Kind kind, Set<String> before, Set<String> now, List<ChangeListener> listeners) {
        Set<String> added = new TreeSet<>(now);
        added.removeAll(before);
        Set<String> removed = new TreeSet<>(before);
        removed.removeAll(now);
        if (!added.isEmpty() || !removed.isEmpty()) {
            listeners.forEach(listener -> listener.changed(kind, added, removed));
        }
    }

    private static Set<String> strings(Set<Name> names) {
        Set<String> strings = new TreeSet<>();
        names.forEach(each -> strings.add(each.toString()));
        return strings;
    }

    private Set<Name> exposedParams() {
        Set<Name> exposed = new TreeSet<>(params);
        exposed.removeIf(param -> !rules.params().hold(param));
        return exposed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Void> inject(String topic, Object content) {
        Publisher<Object> writer;
        Optional<Endpoint> type;
        synchronized (this) {
            Name asked = Name.of(topic);
            writer = writers.get(asked);
            if (writer == null) {
                throw notExposed("topic", asked, rules.writes().hold(asked), "writing", "subscribes to it");
            }
            type = graph.typed(asked, Kind.SUBSCRIPTION);
        }
        return writer.publish(fitting(type, content));
    }

    @Override
    public Optional<Value> extract(String topic) {
        return reader(topic).newest();
    }

    @Override
    public List<Value> drain(String topic, int most) {
        return reader(topic).drain(most);
    }

    private synchronized TopicReader reader(String topic) {
        Name asked = Name.of(topic);
        TopicReader reader = readers.get(asked);
        if (reader == null) {
            throw notExposed("topic", asked, rules.reads().hold(asked), "reading", "publishes it");
        }
        return reader;
    }

    @Override
    public CompletableFuture<Object> call(String service, Object content, Duration timeout) {
        Caller<Object, Object> caller;
        Optional<Endpoint> type;
        synchronized (this) {
            Name asked = Name.of(service);
            caller = callers.get(asked);
            if (caller == null) {
                throw notExposed("service", asked, rules.services().hold(asked), "calling", "serves it");
            }
            type = graph.typed(asked, Kind.SERVICE);
        }
        return caller.call(fitting(type, content), timeout).thenApply(shapes::tree);
    }

    /** The content as a tree, once it is known to fit the type, if there is one. */
    private Object fitting(Optional<Endpoint> type, Object content) {
        Object tree = shapes.tree(content);
        type.ifPresent(known -> known.check(tree));
        return tree;
    }

    private NotExposed notExposed(String kind, Name asked, boolean held, String use, String offer) {
        return new NotExposed(held ? kind + " " + asked + " is not there: nobody " + offer + " now"
                : kind + " " + asked + " is not exposed for " + use + " by node '" + name + "'");
    }

    @Override
    public CompletableFuture<Void> setParam(String param, Object value) {
        return bus.put(key(param), value, Lifetime.DURABLE);
    }

    @Override
    public CompletableFuture<Optional<Value>> param(String param) {
        return bus.get(key(param), Value.class);
    }

    @Override
    public CompletableFuture<Void> deleteParam(String param) {
        return bus.remove(key(param));
    }

    private synchronized String key(String param) {
        Name asked = Name.of(param);
        if (!rules.params().hold(asked)) {
            throw new NotExposed("parameter " + asked + " is not exposed by node '" + name + "'");
        }
        return "@param" + asked;
    }

    @Override
    public synchronized Snapshot snapshot() {
        Set<Name> topics = new TreeSet<>(readers.keySet());
        topics.addAll(writers.keySet());
        return new Snapshot(topics.stream().map(this::topic).toList(),
                callers.keySet().stream().map(this::service).toList(),
                exposedParams().stream().map(Name::toString).toList());
    }

    private Snapshot.Topic topic(Name topic) {
        Optional<Endpoint> typed = graph.typed(topic, Kind.PUBLISHER, Kind.SUBSCRIPTION);
        return new Snapshot.Topic(topic.toString(), typed.map(Endpoint::type).orElse(""),
                typed.map(Endpoint::shape).orElse(Map.of()), graph.count(Kind.PUBLISHER, topic),
                graph.count(Kind.SUBSCRIPTION, topic), readers.containsKey(topic), writers.containsKey(topic));
    }

    private Snapshot.Service service(Name service) {
        Optional<Endpoint> typed = graph.typed(service, Kind.SERVICE);
        return new Snapshot.Service(service.toString(), typed.map(Endpoint::type).orElse(""),
                typed.map(Endpoint::shape).orElse(Map.of()));
    }

    @Override
    public synchronized Map<String, Object> describe(String item) {
        Name asked = Name.of(item);
        if (!readers.containsKey(asked) && !writers.containsKey(asked) && !callers.containsKey(asked)) {
            throw new NotExposed(asked + " is not exposed by node '" + name + "', or nobody offers it now");
        }
        return graph.typed(asked, Kind.SERVICE, Kind.SUBSCRIPTION, Kind.PUBLISHER).map(Endpoint::blank).orElse(Map.of());
    }

    @Override
    public synchronized Registration onChange(ChangeListener listener) {
        told.forEach((kind, names) -> tell(kind, Set.of(), names, List.of(listener)));
        listeners.add(listener);
        return new Held(CompletableFuture.completedFuture(null), () -> listeners.remove(listener));
    }

    @Override
    public synchronized Exposure exposure() {
        return rules.exposure();
    }

    @Override
    public synchronized void expose(Exposure exposure) {
        rules = ExposureRules.of(exposure);
        refresh();
    }

    @Override
    public void close() {
        graphWatch.close();
        paramWatch.close();
        synchronized (this) {
            readers.values().forEach(TopicReader::close);
            writers.values().forEach(Publisher::close);
            callers.values().forEach(Caller::close);
            readers.clear();
            writers.clear();
            callers.clear();
        }
    }
}
