package io.anole.core.internal;

import io.anole.core.Links;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.core.internal.hub.Hub;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The buses there are, by name, and who this runtime is. */
@Component(service = {Participants.class, Links.class, Hubs.class})
public final class Hubs implements Participants, Links {
    private final Map<String, Linked> hubs = new ConcurrentHashMap<>();
    private final String runtime;

    private record Linked(Hub hub, Supplier<Map<String, Object>> link) {
    }

    @Activate
    public Hubs(BundleContext context) {
        String given = context.getProperty("anole.runtime");
        runtime = given == null || given.isBlank() ? UUID.randomUUID().toString() : given.trim();
    }

    /** This runtime's identity: the launcher's, or else one for as long as this bundle runs. */
    String runtime() {
        return runtime;
    }

    /**
     * @param link tells what its link was opened with
     * @return whether the name was free
     */
    boolean add(String name, Hub hub, Supplier<Map<String, Object>> link) {
        return hubs.putIfAbsent(name, new Linked(hub, link)) == null;
    }

    void remove(String name, Hub hub) {
        hubs.computeIfPresent(name, (same, linked) -> linked.hub == hub ? null : linked);
    }

    @Override
    public Optional<Map<String, Object>> of(String bus) {
        return Optional.ofNullable(hubs.get(bus)).map(linked -> linked.link.get());
    }

    @Override
    public ParticipantBus open(String bus, String participant, Executor lane) {
        Linked linked = hubs.get(bus);
        if (linked == null) {
            throw new NoSuchElementException("there is no bus '" + bus + "'; there are " + new TreeSet<>(hubs.keySet()));
        }
        return linked.hub.view(participant, lane);
    }
}
