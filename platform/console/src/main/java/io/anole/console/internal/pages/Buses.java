package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.core.Endpoint;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The buses that are there, for the parts that show what goes on there. */
@Component(service = Buses.class)
public final class Buses {
    /** Set by the framework's threads as buses come and go. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Bus> buses = List.of();

    private final Leases leases;

    @Activate
    public Buses(@Reference Leases leases) {
        this.leases = leases;
    }

    /** By name. */
    List<Bus> all() {
        return buses.stream().sorted(Comparator.comparing(Bus::name)).toList();
    }

    List<String> names() {
        return all().stream().map(Bus::name).toList();
    }

    /** Empty if there is none of that name, or none is named. */
    Optional<Bus> find(String name) {
        return buses.stream().filter(bus -> bus.name().equals(name)).findFirst();
    }

    /** @throws Refusal if there is none of that name */
    Bus bus(String name) {
        return find(name).orElseThrow(() -> new Refusal(404,
                "there is no bus '" + name + "'; there are: " + all().stream().map(Bus::name).collect(Collectors.joining(", "))));
    }

    private record Looked(Bus bus, String pattern) {
    }

    /** State of a bus, as it is now; empty for null. */
    Map<Name, Optional<Object>> watched(Bus bus, String pattern) {
        return leases.of(Watched.class, new Looked(bus, pattern), () -> new Watched(bus, pattern)).all();
    }

    /** Who is on it, as far as its system can tell. */
    List<Endpoint> endpoints(Bus bus) {
        try {
            return watched(bus, Endpoint.ALL).values().stream().flatMap(Optional::stream)
                    .flatMap(value -> Endpoint.of(value).stream()).toList();
        } catch (BusException.Unsupported e) {
            return List.of();
        }
    }
}
