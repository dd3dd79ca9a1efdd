package io.anole.children.internal;

import io.anole.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** What a process takes along into a child: a feature with its bundles and its configuration. */
final class Luggage {
    private final Stored stored;
    private final Kinds kinds;

    Luggage(Stored stored, Kinds kinds) {
        this.stored = stored;
        this.kinds = kinds;
    }

    /**
     * Writes it into a directory of its own.
     *
     * @return the feature
     */
    Path pack(Path place, ServiceReference<ManagedProcess> component, String provider) throws IOException {
        delete(place);
        Set<String> there = new HashSet<>(FeatureJson.jars(kinds.feature("child")));
        there.addAll(FeatureJson.jars(kinds.feature(provider)));
        List<String> bundles = new ArrayList<>();
        for (Bundle bundle : needed(component.getBundle(), there)) {
            String version = bundle.getVersion().toString();
            JarCopy.write(bundle, place.resolve("bundles/child").resolve(bundle.getSymbolicName() + "-" + version + ".jar"));
            bundles.add("child:" + bundle.getSymbolicName() + ":" + version);
        }
        Path feature = place.resolve("process.json");
        FeatureJson.write(feature, bundles, settings(component));
        return feature;
    }

    private Map<String, Map<String, Object>> settings(ServiceReference<ManagedProcess> component) throws IOException {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (String pid : pids(component)) {
            all.put(pid, stored.properties(pid));
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("process.mode=forked has to be set by a configuration");
        }
        for (Map<String, Object> properties : all.values()) {
            properties.put("process.mode", "thread");
            properties.put("process.autostart", true);
            properties.put("process.depends", new String[0]);
            // What follows on its end is for the parent to say, and it must have ended before it is killed.
            properties.put("process.restart.policy", "TEMPORARY");
            properties.put("process.stopSeconds", Kinds.killAfter(component).toMillis() / 2000.0);
        }
        return all;
    }

    static List<String> pids(ServiceReference<ManagedProcess> component) {
        Object pids = component.getProperty("service.pid");
        return pids instanceof String[] several ? List.of(several) : pids == null ? List.of() : List.of(pids.toString());
    }

    /** The process's bundle after those it is wired to, without what a child has anyway. */
    private static Set<Bundle> needed(Bundle bundle, Set<String> there) {
        Set<Bundle> needed = new LinkedHashSet<>();
        collect(bundle, there, needed, new HashSet<>());
        return needed;
    }

    private static void collect(Bundle bundle, Set<String> there, Set<Bundle> needed, Set<Bundle> seen) {
        String file = bundle.getLocation().substring(bundle.getLocation().lastIndexOf('/') + 1);
        if (bundle.getBundleId() == 0 || there.contains(file) || !seen.add(bundle)) {
            return;
        }
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        for (BundleWire wire : wiring == null ? List.<BundleWire>of() : wiring.getRequiredWires(null)) {
            collect(wire.getProvider().getBundle(), there, needed, seen);
        }
        needed.add(bundle);
    }

    static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
