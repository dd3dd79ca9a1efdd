package io.anole.shell.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bundle}: what runs in the framework, and the deploy directory. */
@Command(name = "bundle", description = "Lists, deploys and removes bundles.")
final class BundleCommands {
    private static final long LOOK_MILLIS = 50;
    /** By then the deployer has looked at a file that was moved into its directory. */
    private static final long SETTLED_SECONDS = 3;

    private final Invocation invocation;

    BundleCommands(Invocation invocation) {
        this.invocation = invocation;
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

    @Command(name = "deploy", description = "Copies bundles into the deploy directory and waits until they run.",
            footer = {"", "A bundle of the same name that was deployed before is replaced.", "", "Examples:",
                "  anole bundle deploy target/my-process-1.0.0.jar"})
    int deploy(@Parameters(paramLabel = "FILE", arity = "1..*", description = "The bundles' jars.") List<Path> files,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "20",
                    description = "Seconds to wait for each (default: ${DEFAULT-VALUE}).") double timeout)
            throws Exception {
        Deployments deployments = invocation.robot().deployments();
        List<Path> found = files.stream().map(invocation.terminal().directory()::resolve).toList();
        for (Path file : found) {
            verify(file);
        }
        int code = 0;
        for (Path file : found) {
            Deployment deployment = deploy(deployments, file, timeout);
            if (invocation.json()) {
                invocation.printJson(tree(deployment));
            } else {
                invocation.terminal().line(Text.plain(told(deployment)));
            }
            code = deployment.state() == Deployment.State.DEPLOYED ? code : Failure.FAILED;
        }
        return code;
    }

    private static void verify(Path file) throws IOException {
        if (!file.getFileName().toString().endsWith(".jar")) {
            throw new Failure(Failure.USAGE, file + " is no .jar file");
        }
        if (!Files.isRegularFile(file)) {
            throw new Failure(Failure.UNKNOWN, "there is no file " + file
                    + (Files.isReadable(file.toAbsolutePath().getParent()) ? "" : " that the runtime's user can see"));
        }
        try (JarFile jar = new JarFile(file.toFile())) {
            if (jar.getManifest() == null || jar.getManifest().getMainAttributes()
                    .getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
                throw new Failure(Failure.FAILED, file + " is no bundle: its manifest has no Bundle-SymbolicName");
            }
        } catch (ZipException e) {
            throw new Failure(Failure.FAILED, file + " is no jar: " + e.getMessage());
        }
    }

    private Deployment deploy(Deployments deployments, Path file, double timeout) throws Exception {
        String name = file.getFileName().toString();
        Optional<Deployment> before = of(deployments, name);
        long copied = System.currentTimeMillis();
        // the deployer leaves names with a leading dot alone; the rename shows it a whole file
        Path part = deployments.directory().resolve("." + name + ".part");
        try {
            Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, deployments.directory().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            Files.deleteIfExists(part);
            throw new Failure(Failure.FAILED, "copying " + file + " to " + deployments.directory() + ": "
                    + e.getMessage());
        }
        // A file replaced by an equal one changes nothing: then how it stood before is how it stands.
        long unchanged = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLED_SECONDS);
        BooleanSupplier settled = () -> of(deployments, name)
                .filter(now -> now.state() != Deployment.State.WAITING)
                .filter(now -> !before.equals(Optional.of(now)) || System.nanoTime() > unchanged
                        || now.state() == Deployment.State.DEPLOYED && changedSince(now, copied))
                .isPresent();
        waitFor(settled, timeout, () -> "the deployer has not taken " + name + " within " + timeout + " s"
                + of(deployments, name).map(now -> ": " + told(now)).orElse(""));
        return of(deployments, name).orElseThrow(() -> new Failure(Failure.FAILED, name + " was removed again"));
    }

    private boolean changedSince(Deployment deployment, long time) {
        return Arrays.stream(invocation.robot().context().getBundles())
                .anyMatch(bundle -> deployment.bundle().equals(bundle.getSymbolicName())
                        && bundle.getLastModified() >= time && healthy(bundle));
    }

    @Command(name = "remove", description = "Removes a bundle from the deploy directory and waits until it is gone.",
            footer = {"", "Examples:", "  anole bundle remove my-process-1.0.0.jar",
                "  anole bundle remove com.example.my"})
    int remove(@Parameters(paramLabel = "NAME",
            description = "The file's name, or the bundle's symbolic name.") String name,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "20",
                    description = "Seconds to wait (default: ${DEFAULT-VALUE}).") double timeout) throws Exception {
        Deployments deployments = invocation.robot().deployments();
        List<Deployment> matching = deployments.list().stream()
                .filter(deployment -> deployment.file().equals(name) || deployment.bundle().equals(name))
                .sorted(Comparator.comparing(Deployment::file)).toList();
        if (matching.isEmpty()) {
            boolean known = Arrays.stream(invocation.robot().context().getBundles())
                    .anyMatch(bundle -> name.equals(bundle.getSymbolicName()));
            throw new Failure(Failure.UNKNOWN, known
                    ? name + " was not deployed, it comes with a feature: see anole feature list"
                    : "no deployed bundle or file is called '" + Text.plain(name) + "'; see anole bundle list");
        }
        for (Deployment deployment : matching) {
            Files.deleteIfExists(deployments.directory().resolve(deployment.file()));
            waitFor(() -> of(deployments, deployment.file()).isEmpty(), timeout,
                    () -> "the deployer has not let go of " + deployment.file() + " within " + timeout + " s");
            if (!invocation.json()) {
                invocation.terminal().line("removed " + Text.plain(deployment.file()));
            }
        }
        if (invocation.json()) {
            invocation.printJson(matching.stream().map(Deployment::file).toList());
        }
        return 0;
    }

    private static void waitFor(BooleanSupplier condition, double seconds, Supplier<String> late)
            throws InterruptedException {
        long deadline = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new Failure(Failure.TIMEOUT, late.get());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static Optional<Deployment> of(Deployments deployments, String file) {
        return deployments.list().stream().filter(deployment -> deployment.file().equals(file)).findFirst();
    }

    private static Map<String, Object> tree(Deployment deployment) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("file", deployment.file());
        tree.put("name", deployment.bundle());
        tree.put("version", deployment.version());
        tree.put("state", deployment.state().name().toLowerCase(Locale.ROOT));
        tree.put("detail", deployment.detail());
        return tree;
    }

    /** One line about a deployed file. */
    static String told(Deployment deployment) {
        return deployment.file() + (deployment.bundle().isEmpty() ? "" : " (" + deployment.bundle() + " "
                + deployment.version() + ")") + ": " + deployment.state().name().toLowerCase(Locale.ROOT)
                + (deployment.detail().isEmpty() ? "" : ": " + deployment.detail());
    }
}
