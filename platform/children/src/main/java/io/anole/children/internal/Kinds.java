package io.anole.children.internal;

import io.anole.core.Links;
import io.anole.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;

/** Which kind of child a process needs, by its settings and by how its bus is linked now. */
final class Kinds {
    /** Of its bus here, and of where that may go: what only one link can have stays here. */
    private static final String BESIDE = "beside";
    private static final double STOP_SECONDS = 10;

    private final Links links;
    private final Path distribution;

    Kinds(Links links, Path distribution) {
        this.links = links;
        this.distribution = distribution;
    }

    /**
     * @return empty while there is no such bus
     * @throws IllegalArgumentException with one line, if there can be none
     */
    Optional<Kind> of(ServiceReference<ManagedProcess> component) {
        String bus = bus(component);
        return links.of(bus).map(own -> of(component, bus, own));
    }

    private Kind of(ServiceReference<ManagedProcess> component, String bus, Map<String, Object> own) {
        Map<String, Object> link = link(bus, own);
        // Lists can be compared.
        link.replaceAll((key, value) -> value instanceof Object[] several ? List.of(several) : value);
        ForkedSettings settings = ForkedSettings.of(component::getProperty);
        return new Kind(bus, Map.copyOf(link), settings.heapMb(), settings.options(), clients(own), killAfter(component),
                written(link.get("provider").toString()));
    }

    static String bus(ServiceReference<ManagedProcess> component) {
        return Objects.requireNonNullElse(component.getProperty("process.bus"), "main").toString();
    }

    /** How long its JVM may take to stop, so that there is time to kill it within the process's bound. */
    static Duration killAfter(ServiceReference<ManagedProcess> component) {
        Object given = component.getProperty("process.stopSeconds");
        try {
            double stop = given == null ? STOP_SECONDS : Double.parseDouble(given.toString());
            return Duration.ofMillis(Math.round(Math.max(stop / 2, stop - 1) * 1000));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("process.stopSeconds: '" + given + "' is not a number", e);
        }
    }

    Path feature(String name) {
        return distribution.resolve("features").resolve(name + ".json");
    }

    private long written(String provider) {
        return Stream.of("child", provider).mapToLong(name -> feature(name).toFile().lastModified()).max().orElseThrow();
    }

    /** Where the router of this runtime looks up who its children are; empty if it does not ask. */
    private static String clients(Map<String, Object> own) {
        Object file = "router".equals(own.get("mode")) ? own.get("clients.file") : null;
        return file == null ? "" : file + ".children";
    }

    private static boolean inside(Object provider) {
        return provider == null || provider.equals("local");
    }

    /** Why no child could be on this bus if that were linked so; empty if one could. */
    static Optional<String> obstacle(String bus, Map<String, Object> own) {
        if (inside(own.get("provider"))) {
            return Optional.of("bus '" + bus + "' would be inside this JVM");
        }
        try {
            link(bus, own);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** How a child is on the bus: by the same wire, or as a client of the router that this runtime is. */
    static Map<String, Object> link(String bus, Map<String, Object> own) {
        Object provider = own.get("provider");
        if (inside(provider)) {
            throw new IllegalArgumentException("bus '" + bus + "' is inside this JVM; give it a provider with a wire, such as "
                    + "\"provider\": \"tcp\", \"mode\": \"router\"");
        }
        if (!provider.equals("tcp") || !"router".equals(own.get("mode"))) {
            Map<String, Object> same = new HashMap<>(own);
            same.put(BESIDE, true);
            return same;
        }
        String listen = Objects.requireNonNullElse(own.get("listen"), "tcp://127.0.0.1:7447").toString();
        String url = Arrays.stream(listen.split(",")).map(String::strip)
                .filter(each -> each.startsWith("unix:") || each.startsWith("tcp://") && !each.endsWith(":0"))
                .max(Comparator.comparing(each -> each.startsWith("unix:")))
                .orElseThrow(() -> new IllegalArgumentException("the router of bus '" + bus + "' has no place for children, only "
                        + listen + "; add unix:/<path> to its listen"));
        // On this machine its connection ends with it: then its names are free for its successor.
        return new HashMap<>(Map.of("provider", "tcp", "url", url, "presence.ms", 0, BESIDE, true));
    }
}
