package io.anole.children.internal;

import io.anole.process.ManagedProcess;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What a child JVM is started with: its home, the feature with its process, and the command. */
final class ChildHome {
    private static final String BUS = "io.anole.bus";
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";
    private static final int HEAP_MB = 64;
    /** Settings of the process that its program has too. */
    private static final List<String> SHARED = List.of("process.autostart", "process.depends", "process.stopSeconds",
            "process.restart.policy", "process.restart.intensity", "process.restart.periodSeconds");

    private final ConfigurationAdmin configurations;
    private final Path home;
    private final Path distribution;
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final String classPath = System.getProperty("java.class.path");

    ChildHome(BundleContext context, ConfigurationAdmin configurations) {
        this.configurations = configurations;
        this.home = Path.of(Objects.requireNonNullElse(context.getProperty("anole.home"), "")).toAbsolutePath();
        Path launcher = Path.of(classPath.split(File.pathSeparator)[0]).toAbsolutePath();
        this.distribution = launcher.getParent().getParent();
    }

    /** Deletes what a former run has left. */
    void clear() throws IOException {
        delete(home.resolve("children"));
    }

    private Path place(String name, int number) {
        return home.resolve("children").resolve(name + "-" + number);
    }

    /** The name of the process: as the supervisor has it. */
    static String name(ServiceReference<ManagedProcess> component) {
        Object name = component.getProperty("process.name");
        String pid = String.valueOf(component.getProperty("service.pid"));
        return name == null ? pid.substring(pid.indexOf('~') + 1) : name.toString();
    }

    /**
     * Writes all a child needs.
     *
     * @return the properties of its program
     * @throws IllegalArgumentException with one line, if it can't be
     */
    Map<String, Object> prepare(String name, ServiceReference<ManagedProcess> component)
            throws IOException, InvalidSyntaxException {
        Map<String, Map<String, Object>> settings = new LinkedHashMap<>();
        String bus = Objects.requireNonNullElse(component.getProperty("process.bus"), "main").toString();
        Map<String, Object> link = link(bus);
        settings.put(BUS + "~" + bus, link);
        String provider = String.valueOf(link.get("provider"));
        settings.putAll(ofProcess(component));
        int number = numbers.merge(name, 1, Integer::sum);
        // The one before may be stopping still.
        delete(place(name, number - 2));
        Path child = place(name, number);
        Set<String> there = new HashSet<>(FeatureJson.jars(distribution.resolve("features/child.json")));
        there.addAll(FeatureJson.jars(distribution.resolve("features/" + provider + ".json")));
        List<String> bundles = new ArrayList<>();
        for (Bundle bundle : needed(component.getBundle(), there)) {
            String version = bundle.getVersion().toString();
            JarCopy.write(bundle, child.resolve("bundles/child").resolve(bundle.getSymbolicName() + "-" + version + ".jar"));
            bundles.add("child:" + bundle.getSymbolicName() + ":" + version);
        }
        // Features that require core have this one.
        Files.copy(distribution.resolve("features/child.json"),
                Files.createDirectories(child.resolve("features")).resolve("core.json"));
        Path feature = child.resolve("process.json");
        FeatureJson.write(feature, bundles, settings);
        return program(name, component, child, provider, feature);
    }

    private Map<String, Object> program(String name, ServiceReference<ManagedProcess> component, Path child, String provider,
            Path feature) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xms16m",
                "-Xmx" + heap(component) + "m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8", "-D" + ChildWatch.CHILD + "=" + name));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(each -> each.startsWith(ARCHIVE))
                .forEach(archive -> command.addAll(List.of(archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")));
        if (component.getProperty("process.forked.options") instanceof String[] options) {
            command.addAll(List.of(options));
        }
        command.addAll(List.of("-cp", classPath, "io.anole.launcher.internal.Main", "--home", child.toString(), "--port", "0",
                "--features", "core," + provider + "," + feature));
        Map<String, Object> program = new HashMap<>();
        SHARED.stream().filter(key -> component.getProperty(key) != null)
                .forEach(key -> program.put(key, component.getProperty(key)));
        program.put("command", command.toArray(String[]::new));
        program.put("process.bus", "children");
        program.put("ready.line", "^" + ChildWatch.aliveLine(name) + "$");
        return program;
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
    private Map<String, Object> link(String bus) throws IOException, InvalidSyntaxException {
        Map<String, Object> own = properties(BUS + "~" + bus);
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
        String url = Stream.of(listen.split(",")).map(String::strip)
                .filter(each -> each.startsWith("unix:") || each.startsWith("tcp://") && !each.endsWith(":0"))
                .max(Comparator.comparing(each -> each.startsWith("unix:")))
                .orElseThrow(() -> new IllegalArgumentException("the router of bus '" + bus + "' has no place for children, only "
                        + listen + "; add unix:/<path> to its listen"));
        return Map.of("provider", "tcp", "url", url);
    }

    private Map<String, Map<String, Object>> ofProcess(ServiceReference<ManagedProcess> component)
            throws IOException, InvalidSyntaxException {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        Object pids = component.getProperty("service.pid");
        for (Object pid : pids instanceof String[] several ? List.of(several) : pids == null ? List.of() : List.of(pids)) {
            all.put(pid.toString(), properties(pid.toString()));
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("process.mode=forked has to be set by a configuration");
        }
        for (Map<String, Object> properties : all.values()) {
            properties.put("process.mode", "thread");
            properties.put("process.autostart", true);
            properties.put("process.depends", new String[0]);
            // What follows on its end is for the parent to say.
            properties.put("process.restart.policy", "TEMPORARY");
        }
        return all;
    }

    private Map<String, Object> properties(String pid) throws IOException, InvalidSyntaxException {
        Map<String, Object> properties = new HashMap<>();
        Configuration[] found = configurations.listConfigurations("(service.pid=" + pid + ")");
        if (found != null) {
            Dictionary<String, Object> stored = found[0].getProperties();
            for (String key : Collections.list(stored.keys())) {
                if (!key.startsWith("service.") && !key.startsWith(":")) {
                    properties.put(key, stored.get(key));
                }
            }
        }
        return properties;
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

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
