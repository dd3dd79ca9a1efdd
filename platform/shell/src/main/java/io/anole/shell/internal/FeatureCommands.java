package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.provider.BusProvider;
import io.anole.launcher.Feature;
import io.anole.launcher.FeatureException;
import io.anole.launcher.Features;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code feature}: bundles and configurations that belong together. */
@Command(name = "feature", description = "Lists, installs and removes features.")
final class FeatureCommands {
    private static final String HOST = "core";

    private final Invocation invocation;

    FeatureCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the features that are installed or could be.",
            footer = {"", "Examples:", "  anole feature list", "  anole feature list --json"})
    int list() {
        List<Feature> features = invocation.robot().features().list();
        if (invocation.json()) {
            invocation.printJson(features.stream().map(FeatureCommands::tree).toList());
            return 0;
        }
        Terminal terminal = invocation.terminal();
        Table table = new Table("FEATURE", "STATE", ">BUNDLES", "DESCRIPTION");
        for (Feature feature : features) {
            table.styled(feature.installed() ? terminal::good : String::toString, feature.name(),
                    feature.installed() ? "installed" : "available", feature.bundles().size(), feature.description());
        }
        table.print(terminal);
        return 0;
    }

    private static Map<String, Object> tree(Feature feature) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", feature.name());
        tree.put("id", feature.id());
        tree.put("description", feature.description());
        tree.put("installed", feature.installed());
        tree.put("bundles", feature.bundles());
        tree.put("configurations", feature.configurations());
        return tree;
    }

    @Command(name = "install", description = "Installs a feature, and first those it requires, and starts its bundles.",
            footer = {"", "It is there again after a restart.", "", "Examples:", "  anole feature install mqtt",
                "  anole feature install ./my-feature.json"})
    int install(@Parameters(paramLabel = "FEATURE", description = "A name from 'feature list', or a JSON file.")
            String feature) {
        Features features = invocation.robot().features();
        // the runtime has another working directory than the user
        Path file = invocation.terminal().directory().resolve(feature);
        try {
            Feature installed = features.install(feature.endsWith(".json") && Files.exists(file)
                    ? file.toAbsolutePath().normalize().toString() : feature);
            if (invocation.json()) {
                invocation.printJson(tree(installed));
            } else {
                invocation.terminal().line("installed " + installed.name() + ": " + installed.bundles().size()
                        + " bundles, " + installed.configurations().size() + " configurations");
            }
            return 0;
        } catch (FeatureException e) {
            throw new Failure(Failure.FAILED, Text.plain(e.getMessage()));
        }
    }

    @Command(name = "remove", description = "Stops and removes what only this feature needs.",
            footer = {"", "Examples:", "  anole feature remove mqtt"})
    int remove(@Parameters(paramLabel = "FEATURE", description = "A name from 'feature list'.") String name,
            @Option(names = "--force", description = "Also if a bus is on a provider that goes with it, and ends with that.")
            boolean force) {
        Features features = invocation.robot().features();
        if (features.list().stream().noneMatch(feature -> feature.installed() && feature.name().equals(name))) {
            throw new Failure(Failure.UNKNOWN, "no feature '" + Text.plain(name)
                    + "' is installed; see anole feature list");
        }
        // What the others stand on can't be removed anyway, and says so itself.
        List<String> carried = force || name.equals(HOST) ? List.of() : carried(name, features.list());
        if (!carried.isEmpty()) {
            throw new Failure(Failure.FAILED, "bus '" + String.join("', '", carried) + "' is on a provider that goes with feature "
                    + name + ": move it first, such as by anole bus swap " + carried.get(0) + " local, or --force");
        }
        try {
            features.remove(name);
            if (!invocation.json()) {
                invocation.terminal().line("removed " + name);
            }
            return 0;
        } catch (FeatureException e) {
            throw new Failure(Failure.FAILED, Text.plain(e.getMessage()));
        }
    }

    /** Buses on providers of bundles that this feature alone brings. */
    private List<String> carried(String name, List<Feature> all) {
        Set<String> going = new HashSet<>();
        all.stream().filter(feature -> feature.name().equals(name)).forEach(feature -> going.addAll(feature.bundles()));
        all.stream().filter(feature -> feature.installed() && !feature.name().equals(name))
                .forEach(feature -> going.removeAll(feature.bundles()));
        Set<String> jars = going.stream().map(FeatureCommands::jar).collect(Collectors.toSet());
        Set<Object> kinds = new HashSet<>();
        for (ServiceReference<?> provider : providers()) {
            if (jars.stream().anyMatch(provider.getBundle().getLocation()::endsWith)) {
                kinds.add(provider.getProperty(BusProvider.KIND));
            }
        }
        return invocation.robot().buses.stream().filter(bus -> kinds.contains(bus.statistics().provider())).map(Bus::name).sorted().toList();
    }

    /** The end of the location of a bundle that a feature names. */
    private static String jar(String id) {
        String[] parts = id.split(":");
        return "/" + parts[0] + "/" + parts[1] + "-" + parts[parts.length - 1] + ".jar";
    }

    private Collection<ServiceReference<BusProvider>> providers() {
        try {
            return invocation.robot().context().getServiceReferences(BusProvider.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
