package io.anole.facades.internal.graph;

import io.anole.bus.Name;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Watcher;
import io.anole.core.Endpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What participants have announced of themselves. Nodes are left out: a node that reads a topic doesn't make it one. An
 * item is there as long as its last endpoint is.
 *
 * <p>Guarded by the node that owns it.
 */
final class GraphView implements Watcher<Object> {
    /** How a node's participant begins. */
    static final String NODE_PREFIX = "node-";

    private final Map<Name, Endpoint> endpoints = new LinkedHashMap<>();
    private final Object guard;
    private final Runnable changed;

    GraphView(Object guard, Runnable changed) {
        this.guard = guard;
        this.changed = changed;
    }

    @Override
    public void put(Name key, Object announcement) {
        synchronized (guard) {
            Endpoint.of(announcement).filter(endpoint -> !endpoint.participant().startsWith(NODE_PREFIX))
                    .ifPresent(endpoint -> {
                        endpoints.put(key, endpoint);
                        changed.run();
                    });
        }
    }

    @Override
    public void removed(Name key) {
        synchronized (guard) {
            if (endpoints.remove(key) != null) {
                changed.run();
            }
        }
    }

    /** Names of topics that are published or subscribed to by name. */
    Set<Name> topics() {
        return names(List.of(Kind.PUBLISHER, Kind.SUBSCRIPTION));
    }

    /** Names of services. */
    Set<Name> services() {
        return names(List.of(Kind.SERVICE));
    }

    private Set<Name> names(Collection<Kind> kinds) {
        Set<Name> names = new TreeSet<>();
        endpoints.values().stream().filter(endpoint -> kinds.contains(endpoint.kind()))
                .flatMap(endpoint -> endpoint.name().name().stream()).filter(name -> !name.reserved()).forEach(names::add);
        return names;
    }

    /** How many endpoints of the kind the name has; patterns of subscriptions count. */
    int count(Kind kind, Name name) {
        return (int) of(name).filter(endpoint -> endpoint.kind() == kind).count();
    }

    /** The endpoint that tells the name's type best: one with a shape, of the kinds in order. */
    Optional<Endpoint> typed(Name name, Kind... kinds) {
        return Stream.of(kinds).flatMap(kind -> of(name).filter(endpoint -> endpoint.kind() == kind))
                .reduce((best, next) -> best.shape().isEmpty() && !next.shape().isEmpty() ? next : best);
    }

    private Stream<Endpoint> of(Name name) {
        return endpoints.values().stream().filter(endpoint -> endpoint.name().matches(name));
    }
}
