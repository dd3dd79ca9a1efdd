package io.anole.shell.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bundle}: what runs in the framework, and the deploy directory. */
@Command(name = "bundle", description = "Lists, shows, plans, deploys, rolls back and removes bundles.")
final class BundleCommands {
    private final Invocation invocation;
    private final BundleChanges changes;

    BundleCommands(Invocation invocation) {
        this.invocation = invocation;
        this.changes = new BundleChanges(invocation);
    }

    @Command(name = "list", description = "Lists the bundles of the framework, and deployed files that failed.",
            footer = {"", "Examples:", "  anole bundle list", "  anole bundle list --json"})
    int list() {
        List<Bundle> bundles = Arrays.asList(invocation.robot().context().getBundles());
        List<Deployment> deployed = Optional.ofNullable(invocation.robot().deployments).map(Deployments::list)
                .orElse(List.of());
        if (invocation.json()) {
            invocation.printJson(bundles.stream().map(bundle -> tree(bundle, deployed)).toList());
            return 0;
        }
        Terminal terminal = invocation.terminal();
        Table table = new Table(">ID", "STATE", "BUNDLE", "VERSION", "DEPLOYED FROM");
        for (Bundle bundle : bundles) {
            String state = state(bundle);
            table.styled(healthy(bundle) ? terminal::good : terminal::bad, bundle.getBundleId(), state,
                    name(bundle), bundle.getVersion(), file(bundle, deployed));
        }
        table.print(terminal);
        for (Deployment deployment : deployed) {
            if (deployment.state() != Deployment.State.DEPLOYED) {
                terminal.line(terminal.bad(Text.plain(told(deployment))));
            }
        }
        return 0;
    }

    @Command(name = "info", description = "Shows a bundle, and the former versions that can be rolled back to.",
            footer = {"", "Examples:", "  anole bundle info com.example.my", "  anole bundle info my-process-1.1.0.jar --json"})
    int info(@Parameters(paramLabel = "NAME", description = "The bundle's symbolic name, or the file's name.") String name) {
        Optional<Deployments> deployments = Optional.ofNullable(invocation.robot().deployments);
        List<Deployment> deployed = deployments.map(Deployments::list).orElse(List.of());
        String wanted = holding(name, deployed);
        Bundle bundle = Arrays.stream(invocation.robot().context().getBundles()).filter(one -> name(one).equals(wanted))
                .max(Comparator.comparing(Bundle::getVersion))
                .orElseThrow(() -> new Failure(Failure.UNKNOWN, "there is no bundle '" + Text.plain(name) + "'; see anole bundle list"));
        List<String> former = deployments.map(present -> present.versions(wanted)).orElse(List.of()).stream()
                .skip(1).distinct().toList();
        Map<String, Object> tree = tree(bundle, deployed);
        if (invocation.json()) {
            tree.put("former", former);
            invocation.printJson(tree);
            return 0;
        }
        tree.put("former", former.isEmpty() ? "none" : String.join(", ", former));
        tree.forEach((key, value) -> invocation.terminal().line(Text.plain(key + ": " + value)));
        return 0;
    }

    /** The bundle that is deployed from a file of this name, or else the one of this name. */
    static String holding(String name, List<Deployment> deployed) {
        return deployed.stream()
                .filter(deployment -> deployment.state() == Deployment.State.DEPLOYED && deployment.file().equals(name))
                .map(Deployment::bundle).findFirst().orElse(name);
    }

    private static Map<String, Object> tree(Bundle bundle, List<Deployment> deployed) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", bundle.getBundleId());
        tree.put("name", name(bundle));
        tree.put("version", bundle.getVersion().toString());
        tree.put("state", state(bundle));
        tree.put("deployed_from", file(bundle, deployed));
        return tree;
    }

    private static String file(Bundle bundle, List<Deployment> deployed) {
        return deployed.stream().filter(deployment -> deployment.state() == Deployment.State.DEPLOYED)
                .filter(deployment -> deployment.bundle().equals(bundle.getSymbolicName())
                        && deployment.version().equals(bundle.getVersion().toString()))
                .map(Deployment::file).findFirst().orElse("");
    }

    static boolean healthy(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE
                || bundle.getState() == Bundle.STARTING
                        && bundle.getHeaders().get(Constants.BUNDLE_ACTIVATIONPOLICY) != null
                || bundle.getState() == Bundle.RESOLVED && isFragment(bundle);
    }

    /** Its symbolic name, or where it came from if it has none. */
    static String name(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.RESOLVED -> isFragment(bundle) ? "fragment" : "resolved";
            case Bundle.INSTALLED -> "installed";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    private static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    @Command(name = "plan", description = "Tells what deploying these bundles would do, and does nothing.",
            footer = {"", "Exit code 1 if it would be refused.", "", "Examples:",
                "  anole bundle plan target/my-process-1.1.0.jar", "  anole bundle plan api.jar driver.jar --json"})
    int plan(@Parameters(paramLabel = "FILE", arity = "1..*", description = "The bundles' jars, as one set.")
            List<Path> files) throws Exception {
        return changes.plan(files);
    }

    @Command(name = "deploy", description = "Deploys bundles as one set, all or none, and watches them until they are good.",
            footer = {"", "What fails within the window is undone, and the former versions come back with their state.", "",
                "Examples:", "  anole bundle deploy target/my-process-1.0.0.jar", "  anole bundle deploy api.jar driver.jar"})
    int deploy(@Parameters(paramLabel = "FILE", arity = "1..*", description = "The bundles' jars.") List<Path> files,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "120",
                    description = "Seconds to wait for the outcome (default: ${DEFAULT-VALUE}).") double timeout)
            throws Exception {
        return changes.deploy(files, timeout);
    }

    @Command(name = "rollback", description = "Brings a former version of a deployed bundle back, and watches it.",
            footer = {"", "Examples:", "  anole bundle rollback my-process-1.1.0.jar", "  anole bundle rollback com.example.my 1.0.0"})
    int rollback(@Parameters(index = "0", paramLabel = "NAME",
            description = "The file's name, or the bundle's symbolic name.") String name,
            @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION",
                    description = "One of its former versions; the one before if not given.") String version,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "120",
                    description = "Seconds to wait for the outcome (default: ${DEFAULT-VALUE}).") double timeout)
            throws Exception {
        return changes.rollback(name, version == null ? "" : version, timeout);
    }

    @Command(name = "history", description = "Tells what was deployed, rolled back and removed, the newest first.",
            footer = {"", "Examples:", "  anole bundle history", "  anole bundle history com.example.my --json"})
    int history(@Parameters(paramLabel = "NAME", arity = "0..1", description = "Only what is about this bundle.") String name,
            @Option(names = "-n", paramLabel = "N", defaultValue = "20",
                    description = "At most so many (default: ${DEFAULT-VALUE}).") int most) {
        return changes.history(name == null ? "" : name, most);
    }

    @Command(name = "remove", description = "Removes a deployed bundle, and its file from the deploy directory.",
            footer = {"", "Examples:", "  anole bundle remove my-process-1.0.0.jar",
                "  anole bundle remove com.example.my"})
    int remove(@Parameters(paramLabel = "NAME",
            description = "The file's name, or the bundle's symbolic name.") String name,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "120",
                    description = "Seconds to wait for the outcome (default: ${DEFAULT-VALUE}).") double timeout)
            throws Exception {
        Deployments deployments = invocation.robot().deployments();
        List<String> matching = deployments.list().stream()
                .filter(deployment -> deployment.file().equals(name) || deployment.bundle().equals(name))
                .map(Deployment::file).sorted().toList();
        if (matching.isEmpty()) {
            boolean known = Arrays.stream(invocation.robot().context().getBundles())
                    .anyMatch(bundle -> name.equals(bundle.getSymbolicName()));
            throw new Failure(Failure.UNKNOWN, known
                    ? name + " was not deployed, it comes with a feature: see anole feature list"
                    : "no deployed bundle or file is called '" + Text.plain(name) + "'; see anole bundle list");
        }
        return changes.remove(matching, timeout);
    }

    /** One line about a deployed file. */
    static String told(Deployment deployment) {
        return deployment.file() + (deployment.bundle().isEmpty() ? "" : " (" + deployment.bundle() + " "
                + deployment.version() + ")") + ": " + deployment.state().name().toLowerCase(Locale.ROOT)
                + (deployment.detail().isEmpty() ? "" : ": " + deployment.detail());
    }
}
