package io.anole.launcher.internal;

import io.anole.files.DurableFiles;
import io.anole.launcher.Feature;
import io.anole.launcher.FeatureException;
import io.anole.launcher.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The features of this framework: which bundles and configurations are there because of which feature. At start-up a
 * bundle that can't start is noted and the robot goes on without it; a later change is made whole or not at all.
 *
 * <p>All state is guarded by {@code lock}, held during a whole change; callers are the main thread at start-up and
 * whoever calls the service.
 */
final class FeatureRuntime implements Features {
    private static final Logger LOG = LoggerFactory.getLogger(FeatureRuntime.class);
    /** The feature that hosts the others: what removes features lives in it. */
    private static final String HOST = "core";

    private final BundleContext context;
    private final Catalogue catalogue;
    private final Path config;
    private final Map<String, Settings> etc;
    private final Function<Bundle, List<String>> resolution;
    private final BundleStart starting;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, FeatureFile> installed = new LinkedHashMap<>();
    private final Map<BundleId, Bundle> bundles = new LinkedHashMap<>();
    private final Map<BundleId, String> failures = new LinkedHashMap<>();
    /** What was installed while running, as given: names, or absolute paths. */
    private final Map<String, String> remembered = new LinkedHashMap<>();
    private Configurer configurer;

    FeatureRuntime(BundleContext context, Catalogue catalogue, Path config, Map<String, Settings> etc,
            Function<Bundle, List<String>> resolution) {
        this.context = context;
        this.catalogue = catalogue;
        this.config = config;
        this.etc = etc;
        this.resolution = resolution;
        this.starting = new BundleStart(resolution);
    }

    /** What earlier runs were asked to install, as names or paths. */
    static List<String> remembered(Path config) throws LaunchException {
        Path file = config.resolve("features.json");
        List<String> names = new ArrayList<>();
        if (Files.exists(file)) {
            for (Json name : Json.read(file).array("installed features")) {
                names.add(name.string("an installed feature"));
            }
        }
        return names;
    }

    /** Installs and starts what the command line asks for; bundles that fail are left to {@link #failures()}. */
    void start(List<FeatureFile> features, Map<String, String> toRemember) throws LaunchException {
        lock.lock();
        try {
            remembered.putAll(toRemember);
            for (FeatureFile feature : features) {
                installed.put(feature.name(), feature);
                for (BundleId id : feature.bundles()) {
                    if (!bundles.containsKey(id)) {
                        installOrNote(feature, id);
                    }
                }
            }
            for (var entry : bundles.entrySet()) {
                startOrNote(entry.getKey(), entry.getValue());
                if (configurer == null && context.getServiceReference(ConfigurationAdmin.class) != null) {
                    configure();
                }
            }
            if (configurer == null && !wanted().isEmpty()) {
                throw LaunchException.configuration("features " + String.join(", ", installed.keySet())
                        + " bring configurations but no Configuration Admin: add the feature core");
            }
        } finally {
            lock.unlock();
        }
    }

    private void installOrNote(FeatureFile feature, BundleId id) throws LaunchException {
        try {
            bundles.put(id, context.installBundle("reference:" + catalogue.jar(feature, id).toUri()));
        } catch (BundleException e) {
            LOG.error("bundle {} of feature {} can't be installed: {}", id, feature.name(), firstLine(e), e);
            failures.put(id, "bundle " + id + " of feature " + feature.name() + " can't be installed: " + firstLine(e));
        }
    }

    private void startOrNote(BundleId id, Bundle bundle) {
        try {
            starting.start(bundle);
        } catch (BundleException e) {
            List<String> missing = resolution.apply(bundle);
            if (missing.isEmpty()) {
                String why = "bundle " + bundle.getSymbolicName() + " did not start: " + firstLine(e);
                failures.put(id, why);
                LOG.error(why, e);
            } else {
                // said in words by whoever reports readiness, for as long as it is so
                LOG.warn("bundle {} is not started: {}", bundle.getSymbolicName(), String.join("; ", missing));
            }
        }
    }

    private void configure() throws LaunchException {
        var reference = context.getServiceReference(ConfigurationAdmin.class);
        configurer = new Configurer(context.getService(reference), config.resolve("applied.json"));
        try {
            configurer.apply(wanted());
        } catch (IOException e) {
            throw LaunchException.configuration("configurations can't be stored in " + config + ": " + e.getMessage());
        }
    }

    /** Later features override earlier ones, files in {@code etc/} override all, each PID as a whole. */
    private Map<String, Settings> wanted() {
        Map<String, Settings> wanted = new LinkedHashMap<>();
        installed.values().forEach(feature -> wanted.putAll(feature.configurations()));
        wanted.putAll(etc);
        return wanted;
    }

    /** Bundles that are not running for a reason of their own, in words. */
    List<String> failures() {
        lock.lock();
        try {
            failures.keySet().removeIf(id -> bundles.containsKey(id) && bundles.get(id).getState() == Bundle.ACTIVE);
            return List.copyOf(failures.values());
        } finally {
            lock.unlock();
        }
    }

    int bundleCount() {
        return bundles.size();
    }

    int configurationCount() {
        return wanted().size();
    }

    @Override
    public List<Feature> list() {
        lock.lock();
        try {
            List<Feature> all = new ArrayList<>();
            installed.values().forEach(feature -> all.add(describe(feature, true)));
            for (String name : catalogue.available()) {
                if (!installed.containsKey(name)) {
                    try {
                        catalogue.resolve(List.of(name), installed.keySet()).stream()
                                .filter(feature -> feature.name().equals(name))
                                .forEach(feature -> all.add(describe(feature, false)));
                    } catch (LaunchException e) {
                        LOG.warn("feature {} is not listed: {}", name, e.getMessage());
                    }
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    private static Feature describe(FeatureFile feature, boolean installed) {
        return new Feature(feature.name(), feature.id(), feature.description(), installed,
                feature.bundles().stream().map(BundleId::toString).toList(),
                List.copyOf(feature.configurations().keySet()));
    }

    @Override
    public Feature install(String wanted) throws FeatureException {
        lock.lock();
        try {
            if (catalogue.find(wanted).isEmpty()) {
                throw new NoSuchElementException(catalogue.missing(wanted));
            }
            List<FeatureFile> added = catalogue.resolve(List.of(wanted), installed.keySet());
            if (added.isEmpty()) {
                return describe(present(wanted), true);
            }
            Map<BundleId, Bundle> fresh = installBundles(added);
            resolve(fresh);
            startNow(added, fresh);
            startWaiting();
            FeatureFile last = added.get(added.size() - 1);
            remember(last.name(), wanted.contains("/") || wanted.endsWith(".json") ? last.file().toString() : wanted);
            LOG.info("installed feature {}", last.name());
            return describe(last, true);
        } catch (LaunchException e) {
            throw new FeatureException(e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private FeatureFile present(String wanted) throws LaunchException {
        List<FeatureFile> all = catalogue.resolve(List.of(wanted), Set.of());
        FeatureFile asked = all.get(all.size() - 1);
        FeatureFile present = installed.get(asked.name());
        if (!present.file().equals(asked.file())) {
            throw LaunchException.configuration("another feature " + asked.name() + " is installed, from "
                    + present.file() + ": remove it first, or rename " + asked.file());
        }
        return present;
    }

    private Map<BundleId, Bundle> installBundles(List<FeatureFile> added) throws LaunchException {
        Map<BundleId, Path> jars = new LinkedHashMap<>();
        for (FeatureFile feature : added) {
            for (BundleId id : feature.bundles()) {
                if (!bundles.containsKey(id)) {
                    jars.put(id, catalogue.jar(feature, id));
                }
            }
        }
        Map<BundleId, Bundle> fresh = new LinkedHashMap<>();
        for (var entry : jars.entrySet()) {
            try {
                fresh.put(entry.getKey(), context.installBundle("reference:" + entry.getValue().toUri()));
            } catch (BundleException e) {
                uninstall(fresh.values());
                throw LaunchException.configuration("bundle " + entry.getKey() + " can't be installed: " + firstLine(e));
            }
        }
        return fresh;
    }

    private void resolve(Map<BundleId, Bundle> fresh) throws LaunchException {
        if (!fresh.isEmpty() && !wiring().resolveBundles(fresh.values())) {
            List<String> reasons = new ArrayList<>();
            for (Bundle bundle : fresh.values()) {
                List<String> missing = resolution.apply(bundle);
                if (!missing.isEmpty()) {
                    reasons.add("bundle " + bundle.getSymbolicName() + " can't be resolved: " + String.join("; ", missing));
                }
            }
            uninstall(fresh.values());
            throw LaunchException.configuration(String.join("; ", reasons));
        }
    }

    private void startNow(List<FeatureFile> added, Map<BundleId, Bundle> fresh) throws LaunchException {
        added.forEach(feature -> installed.put(feature.name(), feature));
        bundles.putAll(fresh);
        try {
            applyConfigurations();
            for (Bundle bundle : fresh.values()) {
                starting.start(bundle);
            }
        } catch (BundleException | IOException e) {
            LOG.warn("features are as they were", e);
            added.forEach(feature -> installed.remove(feature.name()));
            bundles.keySet().removeAll(fresh.keySet());
            uninstall(fresh.values());
            try {
                applyConfigurations();
            } catch (IOException again) {
                LOG.error("configurations can't be put back", again);
            }
            throw LaunchException.configuration("feature " + added.get(added.size() - 1).name()
                    + " can't be started: " + firstLine(e));
        }
    }

    /** What lacked a package at start-up may have it now. */
    private void startWaiting() {
        bundles.forEach((id, bundle) -> {
            if (bundle.getState() == Bundle.INSTALLED) {
                startOrNote(id, bundle);
            }
        });
    }

    private void applyConfigurations() throws IOException {
        if (configurer != null) {
            configurer.apply(wanted());
        }
    }

    @Override
    public void remove(String name) throws FeatureException {
        lock.lock();
        try {
            FeatureFile feature = installed.get(name);
            if (feature == null) {
                throw new FeatureException("feature '" + name + "' is not installed; installed are: "
                        + String.join(", ", installed.keySet()));
            }
            if (name.equals(HOST)) {
                throw new FeatureException("feature core hosts all others and can't be removed");
            }
            for (FeatureFile other : installed.values()) {
                if (other.requires().contains(name)) {
                    throw new FeatureException("feature " + other.name() + " requires feature " + name
                            + ": remove " + other.name() + " first");
                }
            }
            Map<BundleId, Bundle> going = only(feature);
            refuseIfNeeded(feature, going.values());
            installed.remove(name);
            bundles.keySet().removeAll(going.keySet());
            failures.keySet().removeAll(going.keySet());
            uninstall(going.values());
            applyConfigurations();
            remember(name, null);
            LOG.info("removed feature {}", name);
        } catch (IOException e) {
            throw new FeatureException("feature " + name + " is removed, but its configurations could not be: "
                    + e.getMessage());
        } catch (LaunchException e) {
            throw new FeatureException(e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** The bundles that no other feature names. */
    private Map<BundleId, Bundle> only(FeatureFile feature) {
        Map<BundleId, Bundle> going = new LinkedHashMap<>();
        for (BundleId id : feature.bundles()) {
            boolean shared = installed.values().stream()
                    .anyMatch(other -> other != feature && other.bundles().contains(id));
            if (!shared && bundles.containsKey(id)) {
                going.put(id, bundles.get(id));
            }
        }
        return going;
    }

    /** A package that somebody only uses if it is there is no reason to refuse. */
    private static void refuseIfNeeded(FeatureFile feature, Collection<Bundle> going) throws FeatureException {
        Set<String> users = new LinkedHashSet<>();
        for (Bundle bundle : going) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null) {
                for (BundleWire wire : wiring.getProvidedWires(null)) {
                    Bundle user = wire.getRequirer().getBundle();
                    if (!going.contains(user) && "mandatory".equals(wire.getRequirement().getDirectives()
                            .getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, "mandatory"))) {
                        users.add(user.getSymbolicName());
                    }
                }
            }
        }
        if (!users.isEmpty()) {
            throw new FeatureException("feature " + feature.name() + " can't be removed: its packages are used by "
                    + String.join(", ", users) + "; remove these first");
        }
    }

    /**
     * Stops and uninstalls, last first. An uninstalled bundle keeps its class loader until it is refreshed, and a refresh
     * restarts whoever is wired to it; so those with such users outside stay in memory until the next start.
     */
    private void uninstall(Collection<Bundle> going) {
        List<Bundle> reverse = new ArrayList<>(going);
        Collections.reverse(reverse);
        FrameworkWiring wiring = wiring();
        List<Bundle> refreshable = reverse.stream()
                .filter(bundle -> going.containsAll(wiring.getDependencyClosure(Set.of(bundle)))).toList();
        for (Bundle bundle : reverse) {
            try {
                bundle.uninstall();
            } catch (BundleException e) {
                LOG.warn("bundle {} did not stop cleanly: {}", bundle.getSymbolicName(), firstLine(e), e);
            }
        }
        if (!refreshable.isEmpty()) {
            wiring.refreshBundles(refreshable);
        }
    }

    private FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private void remember(String name, String asGiven) throws LaunchException {
        String before = asGiven == null ? remembered.remove(name) : remembered.put(name, asGiven);
        if (before == null && asGiven == null) {
            return;
        }
        Path file = config.resolve("features.json");
        try {
            DurableFiles.write(file, "[" + String.join(", ", remembered.values().stream().map(Json::quote).toList()) + "]\n");
        } catch (IOException e) {
            throw LaunchException.configuration("feature " + name + ": the change is made but will be forgotten at the"
                    + " next start: " + file + ": " + e.getMessage());
        }
    }

    static String firstLine(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof BundleException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage().lines().findFirst().orElse("");
        return cause instanceof BundleException || cause instanceof IOException ? message
                : cause.getClass().getSimpleName() + ": " + message;
    }
}
