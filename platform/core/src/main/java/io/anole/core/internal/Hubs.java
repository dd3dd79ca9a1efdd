package io.anole.core.internal;

import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.core.internal.hub.Hub;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The buses there are, by name, and who this runtime is. */
@Component(service = {Participants.class, Hubs.class})
public final class Hubs implements Participants {
    private final Map<String, Hub> hubs = new ConcurrentHashMap<>();
    private final String runtime;

    @Activate
    public Hubs(BundleContext context) {
        String given = context.getProperty("anole.runtime");
        runtime = given == null || given.isBlank() ? UUID.randomUUID().toString() : given.trim();
    }

    /** This runtime's identity: the launcher's, or else one for as long as this bundle runs. */
    String runtime() {
        return runtime;
    }

    /** Whether the name was free. */
    boolean add(String name, Hub hub) {
        return hubs.putIfAbsent(name, hub) == null;
    }

    void remove(String name, Hub hub) {
        hubs.remove(name, hub);
    }

    @Override
    public ParticipantBus open(String bus, String participant, Executor lane) {
        Hub hub = hubs.get(bus);
        if (hub == null) {
            throw new NoSuchElementException("there is no bus '" + bus + "'; there are " + new TreeSet<>(hubs.keySet()));
        }
        return hub.view(participant, lane);
    }
}
