package io.anole.facades.internal.graph;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Watcher;
import io.anole.facades.internal.graph.Endpoint.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What participants have announced of themselves. Nodes are left out: a node that reads a topic doesn't make it one. An
 * item is there as long as its last endpoint is.
 *
 * <p>Guarded by the node that owns it.
 */
final class GraphView implements Watcher<Object> {
    /** How a node's participant begins. */
    static final String NODE_PREFIX = "node-";

    private static final Logger LOG = LoggerFactory.getLogger(GraphView.class);

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
            endpoint(key, announcement).filter(endpoint -> !endpoint.participant().startsWith(NODE_PREFIX))
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

    /** Another runtime's announcement may be of any form; what can't be read is left out. */
    private static Optional<Endpoint> endpoint(Name key, Object announcement) {
        if (!(announcement instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        try {
            Kind kind = Kind.valueOf(text(map, "kind").toUpperCase(Locale.ROOT));
            return Optional.of(new Endpoint(kind, Pattern.of(text(map, "name")), text(map, "type"), shape(map.get("shape")),
                    text(map, "participant")));
        } catch (IllegalArgumentException e) {
            LOG.debug("{} announces nothing known: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> map, String field) {
        return Objects.toString(map.get(field), "");
    }

    private static Map<String, Object> shape(Object shape) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (shape instanceof Map<?, ?> map) {
            map.forEach((field, type) -> fields.put(String.valueOf(field), type));
        }
        return fields;
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
