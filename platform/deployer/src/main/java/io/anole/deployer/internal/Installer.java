package io.anole.deployer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings single bundles into the framework and out of it. A bundle is known by its symbolic name: one that is there
 * already, from a feature say, is replaced in place and comes back when its replacement goes. What fails leaves what ran
 * before.
 *
 * <p>Confined to one thread.
 */
final class Installer {
    private static final Logger LOG = LoggerFactory.getLogger(Installer.class);
    private static final String LOCATION = "deploy:";
    private static final long REFRESH_BOUND_S = 30;

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final DryRun dryRun;
    private final Map<String, Deployed> deployed = new HashMap<>();

    private record Deployed(Bundle bundle, StagedJar jar) {
        boolean replacesAnother() {
            return !bundle.getLocation().startsWith(LOCATION);
        }
    }

    Installer(BundleContext context) {
        this.context = context;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        this.dryRun = new DryRun(context);
    }

    /** Symbolic names of what is deployed. */
    Set<String> names() {
        return Set.copyOf(deployed.keySet());
    }

    /** The jars of what is deployed: what a replacement that fails falls back to. */
    Set<Path> copies() {
        return deployed.values().stream().map(each -> each.jar.path()).collect(Collectors.toSet());
    }

    /** The jar deployed under the name, or empty. */
    Optional<StagedJar> jar(String name) {
        return Optional.ofNullable(deployed.get(name)).map(Deployed::jar);
    }

    /** Installs or replaces the bundle; empty if it runs, otherwise why it does not. */
    Optional<Refusal> deploy(StagedJar jar) throws IOException {
        Optional<String> unresolved = dryRun.problem(jar);
        if (unresolved.isPresent()) {
            return unresolved.map(reason -> new Refusal(jar.sha256(), reason, true));
        }
        Bundle present = present(jar.name());
        Optional<String> failed = present == null ? install(jar) : replace(present, jar);
        return failed.map(reason -> new Refusal(jar.sha256(), reason, false));
    }

    /** Takes the bundle out; one that it replaced comes back. */
    void remove(String name) {
        Deployed gone = deployed.remove(name);
        if (gone == null) {
            return;
        }
        try {
            if (gone.replacesAnother()) {
                bringBack(gone.bundle);
                LOG.info("removed {} {}: {} is back", name, gone.jar.version(), gone.bundle.getVersion());
            } else {
                uninstall(gone.bundle);
                LOG.info("removed {} {}", name, gone.jar.version());
            }
        } catch (BundleException e) {
            LOG.error("{} could not be removed cleanly: {}", name, ResolveProblem.inWords(e));
        }
    }

    private Bundle present(String name) {
        Deployed own = deployed.get(name);
        if (own != null && own.bundle.getState() != Bundle.UNINSTALLED) {
            return own.bundle;
        }
        return Arrays.stream(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName()))
                .max((a, b) -> a.getVersion().compareTo(b.getVersion())).orElse(null);
    }

    private Optional<String> install(StagedJar jar) throws IOException {
        Bundle bundle = null;
        try (InputStream in = Files.newInputStream(jar.path())) {
            bundle = context.installBundle(LOCATION + jar.name(), in);
            start(bundle);
            deployed.put(jar.name(), new Deployed(bundle, jar));
            LOG.info("deployed {} {}", jar.name(), jar.version());
            return Optional.empty();
        } catch (BundleException e) {
            if (bundle != null) {
                uninstall(bundle);
            }
            return Optional.of(ResolveProblem.inWords(e));
        }
    }

    private Optional<String> replace(Bundle bundle, StagedJar jar) throws IOException {
        if (bundle.getBundleId() == 0 || bundle.equals(context.getBundle())) {
            return Optional.of(jar.name() + " runs the deployment itself: stop Anole and replace it in the distribution");
        }
        Deployed former = deployed.get(jar.name());
        String formerVersion = bundle.getVersion().toString();
        try {
            update(bundle, jar);
        } catch (BundleException e) {
            return Optional.of(ResolveProblem.inWords(e) + (restore(bundle, former)
                    ? " (version " + formerVersion + " runs on)" : " (and version " + formerVersion + " could not be "
                    + "brought back)"));
        }
        deployed.put(jar.name(), new Deployed(bundle, jar));
        LOG.info("deployed {} {}, was {}", jar.name(), jar.version(), formerVersion);
        return Optional.empty();
    }

    private void update(Bundle bundle, StagedJar jar) throws BundleException, IOException {
        try (InputStream in = Files.newInputStream(jar.path())) {
            bundle.stop(Bundle.STOP_TRANSIENT);
            bundle.update(in);
        }
        refreshIfInUse(bundle);
        start(bundle);
    }

    private boolean restore(Bundle bundle, Deployed former) throws IOException {
        try {
            if (former != null) {
                update(bundle, former.jar);
            } else {
                bringBack(bundle);
            }
            return true;
        } catch (BundleException e) {
            LOG.error("{}: the former version could not be brought back: {}", bundle.getSymbolicName(),
                    ResolveProblem.inWords(e));
            return false;
        }
    }

    /** What the bundle was before anything was deployed over it: its own location still says. */
    private void bringBack(Bundle bundle) throws BundleException {
        bundle.stop(Bundle.STOP_TRANSIENT);
        bundle.update();
        refreshIfInUse(bundle);
        start(bundle);
    }

    private void start(Bundle bundle) throws BundleException {
        String host = bundle.getHeaders("").get(Constants.FRAGMENT_HOST);
        if (host == null) {
            bundle.start();
        } else {
            attach(host.split(";", 2)[0].trim());
        }
    }

    /** A fragment becomes part of its host only when the host is resolved anew. */
    private void attach(String host) {
        List<Bundle> hosts = Arrays.stream(context.getBundles())
                .filter(bundle -> host.equals(bundle.getSymbolicName()) && bundle.getBundleId() != 0).toList();
        if (!hosts.isEmpty()) {
            refresh(hosts);
        }
    }

    /** Only when another bundle is wired to the old revision must anything be refreshed. */
    private void refreshIfInUse(Bundle bundle) {
        if (wiring.getRemovalPendingBundles().contains(bundle)) {
            refresh(Set.of(bundle));
        }
    }

    private void refresh(Collection<Bundle> bundles) {
        LOG.info("refreshing {}", wiring.getDependencyClosure(bundles).stream().map(Bundle::getSymbolicName).sorted()
                .collect(Collectors.joining(", ")));
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(bundles, event -> done.countDown());
        try {
            if (!done.await(REFRESH_BOUND_S, TimeUnit.SECONDS)) {
                LOG.warn("refreshing has not ended within {} s", REFRESH_BOUND_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            LOG.error("{} could not be uninstalled: {}", bundle.getSymbolicName(), ResolveProblem.inWords(e));
        }
        if (wiring.getRemovalPendingBundles().contains(bundle)) {
            LOG.info("{} is gone, but bundles wired to it keep its classes until they are replaced", bundle);
        }
    }
}
