package io.anole.ros1.master.internal;

import io.anole.ros1.master.internal.Registrations.Kind;
import io.anole.ros1.master.internal.Registrations.Removal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Nodes and what they have registered. Whoever calls holds the lock of {@link MasterApi}. A node is known as long as it has
 * something; one that comes with another URI takes the name over, and the former is told to shut down.
 */
final class Graph {
    private final Notifier notifier;
    private final int maxRegistrations;
    private final Map<Kind, Registrations> registrations = new EnumMap<>(Kind.class);
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();

    private static final class Node {
        private final String api;
        private final Map<Kind, Set<String>> keys = new EnumMap<>(Kind.class);

        Node(String api) {
            this.api = api;
            EnumSet.allOf(Kind.class).forEach(kind -> keys.put(kind, new HashSet<>()));
        }

        boolean empty() {
            return keys.values().stream().allMatch(Set::isEmpty);
        }
    }

    Graph(Notifier notifier, int maxRegistrations) {
        this.notifier = notifier;
        this.maxRegistrations = maxRegistrations;
        EnumSet.allOf(Kind.class).forEach(kind -> registrations.put(kind, new Registrations(kind)));
    }

    Registrations of(Kind kind) {
        return registrations.get(kind);
    }

    void register(Kind kind, String key, String node, String api) throws Failure {
        take(of(kind), key, node, api);
        of(kind).add(key, node, api);
    }

    void registerService(String service, String node, String api, String serviceApi) throws Failure {
        take(of(Kind.SERVICE), service, node, api);
        of(Kind.SERVICE).addService(service, node, api, serviceApi);
    }

    private void take(Registrations kind, String key, String name, String api) throws Failure {
        Node node = nodes.get(name);
        boolean known = node != null && node.api.equals(api) && node.keys.get(kind.kind()).contains(key);
        if (!known && registrations.values().stream().mapToInt(Registrations::size).sum() + types.size() >= maxRegistrations) {
            throw new Failure(Failure.FAILURE, "the master has " + maxRegistrations
                    + " registrations, which is the most it takes (max.registrations)");
        }
        if (node != null && !node.api.equals(api)) {
            registrations.values().forEach(each -> each.removeAll(name));
            notifier.shutdown(node.api, name, "new node registered with same name");
            node = null;
        }
        if (node == null) {
            node = new Node(api);
            nodes.put(name, node);
        }
        node.keys.get(kind.kind()).add(key);
    }

    Removal unregister(Kind kind, String key, String node, String api) {
        return release(kind, key, node, () -> of(kind).remove(key, node, api));
    }

    Removal unregisterService(String service, String node, String serviceApi) {
        return release(Kind.SERVICE, service, node, () -> of(Kind.SERVICE).removeService(service, node, serviceApi));
    }

    private Removal release(Kind kind, String key, String name, Supplier<Removal> removal) {
        Node node = nodes.get(name);
        if (node == null) {
            return new Removal("[" + name + "] is not a registered node", false);
        }
        Removal result = removal.get();
        if (result.removed()) {
            node.keys.get(kind).remove(key);
        }
        if (node.empty()) {
            nodes.remove(name);
            if (nodes.values().stream().noneMatch(other -> other.api.equals(node.api))) {
                notifier.forget(node.api);
            }
        }
        return result;
    }

    /** Null if unknown. */
    String api(String node) {
        Node found = nodes.get(node);
        return found == null ? null : found.api;
    }

    /** The publisher says what a topic's type is; any type is better than none. */
    void publishes(String topic, String type) {
        if (!type.equals(Check.ANY_TYPE) || !types.containsKey(topic)) {
            types.put(topic, type);
        }
    }

    /** A subscriber says it where nobody else has. */
    void subscribes(String topic, String type) {
        if (!type.equals(Check.ANY_TYPE)) {
            types.putIfAbsent(topic, type);
        }
    }

    List<Object> types() {
        List<Object> all = new ArrayList<>();
        types.forEach((topic, type) -> all.add(List.of(topic, type)));
        return all;
    }

    List<Object> published(String subgraph) {
        String prefix = subgraph.isEmpty() || subgraph.endsWith("/") ? subgraph : subgraph + "/";
        List<Object> all = new ArrayList<>();
        of(Kind.PUBLISHER).keys().stream().filter(topic -> topic.startsWith(prefix))
                .forEach(topic -> all.add(List.of(topic, types.get(topic))));
        return all;
    }

    List<Object> state() {
        return List.of(of(Kind.PUBLISHER).state(), of(Kind.SUBSCRIBER).state(), of(Kind.SERVICE).state());
    }

    /** All subscribers of a topic hear who publishes it now. */
    void tellSubscribers(String topic) {
        List<Object> publishers = of(Kind.PUBLISHER).apis(topic);
        of(Kind.SUBSCRIBER).of(topic).forEach(party -> notifier.publishers(party.api(), topic, publishers));
    }
}
