package io.anole.gateway.internal.door;

import io.anole.bus.Name;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Watcher;
import io.anole.core.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What participants have announced of themselves. The bus's threads tell it, anybody may ask.
 */
public final class Graph implements Watcher<Object> {
    private final Map<Name, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** Counts up with each change, after it. */
    public long changes() {
        return changes.get();
    }

    @Override
    public void put(Name key, Object announcement) {
        Endpoint.of(announcement).ifPresentOrElse(endpoint -> endpoints.put(key, endpoint), () -> endpoints.remove(key));
        changes.incrementAndGet();
    }

    @Override
    public void removed(Name key) {
        endpoints.remove(key);
        changes.incrementAndGet();
    }

    /** Names that endpoints of these kinds have, patterns left out. */
    Set<Name> names(Predicate<Name> visible, Kind... kinds) {
        Set<Name> names = new TreeSet<>();
        endpoints.values().stream().filter(endpoint -> List.of(kinds).contains(endpoint.kind()))
                .flatMap(endpoint -> endpoint.name().name().stream()).filter(visible).forEach(names::add);
        return names;
    }

    /** Endpoints that the name has; patterns of subscriptions count. */
    public List<Endpoint> of(Name name, Kind kind) {
        return endpoints.values().stream().filter(endpoint -> endpoint.kind() == kind && endpoint.name().matches(name)).toList();
    }

    /** Endpoints of a participant. */
    public List<Endpoint> of(String participant) {
        return endpoints.values().stream().filter(endpoint -> endpoint.participant().equals(participant)).toList();
    }

    /** All endpoints. */
    public List<Endpoint> all() {
        return List.copyOf(endpoints.values());
    }

    /** The endpoint that tells the name's type best: one with a shape, of the kinds in order. */
    public Optional<Endpoint> typed(Name name, Kind... kinds) {
        return Stream.of(kinds).flatMap(kind -> of(name, kind).stream()).filter(endpoint -> !endpoint.type().isEmpty())
                .reduce((best, next) -> best.shape().isEmpty() && !next.shape().isEmpty() ? next : best);
    }
}
