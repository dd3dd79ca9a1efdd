package io.anole.children.internal;

import io.anole.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;

/** Which kind of child a process needs, by its settings and those of its bus. */
final class Kinds {
    private static final String BUS = "io.anole.bus";
    private static final int HEAP_MB = 64;
    private static final double STOP_SECONDS = 10;

    private final Stored stored;
    private final Path distribution;

    Kinds(Stored stored, Path distribution) {
        this.stored = stored;
        this.distribution = distribution;
    }

    /** @throws IllegalArgumentException with one line, if there is none */
    Kind of(ServiceReference<ManagedProcess> component) throws IOException {
        String bus = Objects.requireNonNullElse(component.getProperty("process.bus"), "main").toString();
        Map<String, Object> link = link(bus);
        // Lists can be compared.
        link.replaceAll((key, value) -> value instanceof Object[] several ? List.of(several) : value);
        double stop = stopSeconds(component);
        Object options = component.getProperty("process.forked.options");
        return new Kind(bus, Map.copyOf(link), heap(component), options instanceof String[] several ? List.of(several) : List.of(),
                Duration.ofMillis(Math.round(Math.max(stop / 2, stop - 1) * 1000)), written(link.get("provider").toString()));
    }

    static double stopSeconds(ServiceReference<ManagedProcess> component) {
        Object stop = component.getProperty("process.stopSeconds");
        try {
            return stop == null ? STOP_SECONDS : Double.parseDouble(stop.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("process.stopSeconds: '" + stop + "' is not a number", e);
        }
    }

    Path feature(String name) {
        return distribution.resolve("features").resolve(name + ".json");
    }

    private long written(String provider) {
        return Stream.of("child", provider).mapToLong(name -> feature(name).toFile().lastModified()).max().orElseThrow();
    }

    private static int heap(ServiceReference<ManagedProcess> component) {
        Object heap = component.getProperty("process.forked.heapMB");
        try {
            int megabytes = heap == null ? HEAP_MB : Integer.parseInt(heap.toString());
            if (megabytes >= 16 && megabytes <= 1 << 20) {
                return megabytes;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("process.forked.heapMB: '" + heap + "' is not a whole number", e);
        }
        throw new IllegalArgumentException("process.forked.heapMB: " + heap + " is not within 16 and 1048576");
    }

    /** How a child is on the bus: by the same wire, or as a client of the router that this runtime is. */
    private Map<String, Object> link(String bus) throws IOException {
        Map<String, Object> own = stored.properties(BUS + "~" + bus);
        Object provider = own.get("provider");
        if (provider == null || provider.equals("local")) {
            throw new IllegalArgumentException("bus '" + bus + "' is inside this JVM; give it a provider with a wire, such as "
                    + "\"provider\": \"tcp\", \"mode\": \"router\"");
        }
        if (!provider.equals("tcp") || !"router".equals(own.get("mode"))) {
            return own;
        }
        String listen = Objects.requireNonNullElse(own.get("listen"), "tcp://127.0.0.1:7447").toString();
        if (own.get("clients.file") != null) {
            throw new IllegalArgumentException("the router of bus '" + bus + "' asks its clients who they are (clients.file), and "
                    + "children can't tell yet");
        }
        String url = Arrays.stream(listen.split(",")).map(String::strip)
                .filter(each -> each.startsWith("unix:") || each.startsWith("tcp://") && !each.endsWith(":0"))
                .max(Comparator.comparing(each -> each.startsWith("unix:")))
                .orElseThrow(() -> new IllegalArgumentException("the router of bus '" + bus + "' has no place for children, only "
                        + listen + "; add unix:/<path> to its listen"));
        return new HashMap<>(Map.of("provider", "tcp", "url", url));
    }
}
