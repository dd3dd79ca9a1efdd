package io.anole.launcher.internal;

import ch.qos.logback.classic.LoggerContext;
import io.anole.launcher.Features;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, from checking what is wanted to an ordered stop.
 *
 * <p>The main thread starts everything, waits until it is ready, then waits for the framework to end. A signal is
 * answered by a shutdown hook on its own thread, which stops the framework and ends the process itself, so that the exit
 * code is 0 and not the signal's.
 */
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final int NOT_STOPPED_IN_TIME = 6;
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String[] SLF4J = {"org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi"};

    private final Options options;
    private final Milestones milestones;
    private final PrintStream out;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Framework framework;
    private volatile boolean stopping;

    Launcher(Options options, Milestones milestones, PrintStream out) {
        this.options = options;
        this.milestones = milestones;
        this.out = out;
    }

    /** slf4j twice: some bundles import 1.7, the rest 2.0; the 2.0 API serves both. */
    private static String systemPackages() {
        String logback = LoggerContext.class.getPackage().getImplementationVersion();
        return String.join(",",
                exports(Logger.class.getPackage().getImplementationVersion(), SLF4J), exports("1.7.36", SLF4J),
                exports(logback, "ch.qos.logback.classic", "ch.qos.logback.classic.joran",
                        "ch.qos.logback.classic.spi", "ch.qos.logback.core", "ch.qos.logback.core.joran.spi",
                        "ch.qos.logback.core.read", "ch.qos.logback.core.spi", "ch.qos.logback.core.status"),
                exports("1.6.1", "org.osgi.service.cm", "org.osgi.service.cm.annotations"),
                exports("1.0.0", "io.anole.launcher"),
                // what libraries use of the JDK beyond Java SE, and import
                "sun.misc");
    }

    private static String exports(String version, String... packages) {
        return Stream.of(packages).map(name -> name + ";version=" + version).collect(Collectors.joining(","));
    }

    int run() throws LaunchException, IOException {
        try (Home home = Home.open(options.home(), System.getProperty("anole.child") == null)) {
            Logs.start(home, options.jsonLog());
            Thread.setDefaultUncaughtExceptionHandler((thread, thrown) ->
                    LOG.error("thread {} died: {}", thread.getName(), FeatureRuntime.firstLine(thrown), thrown));
            Catalogue catalogue = new Catalogue(options.distribution(), home.directory());
            Map<String, String> remembered = new LinkedHashMap<>();
            List<FeatureFile> features = features(catalogue, home, remembered);
            Map<String, Settings> etc = etc(home.resolve("etc"));
            if (options.check()) {
                checkBuses(catalogue, features, etc);
                out.println("features " + String.join(", ", features.stream().map(FeatureFile::name).toList())
                        + " and " + etc.size() + " configurations of " + home.resolve("etc")
                        + " are well formed; whether the bundles take their keys and values shows at a start");
                return 0;
            }
            checkPort(features);
            Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "anole-stop"));
            try {
                return run(home, catalogue, features, remembered, etc);
            } finally {
                end();
            }
        }
    }

    private List<FeatureFile> features(Catalogue catalogue, Home home, Map<String, String> remembered)
            throws LaunchException {
        List<FeatureFile> features = new ArrayList<>(catalogue.resolve(options.features(), Set.of()));
        for (FeatureFile feature : features) {
            for (BundleId bundle : feature.bundles()) {
                catalogue.jar(feature, bundle);
            }
        }
        // what was installed while running must not keep the robot from starting
        for (String earlier : FeatureRuntime.remembered(home.resolve("config"))) {
            try {
                Set<String> present = Set.copyOf(features.stream().map(FeatureFile::name).toList());
                List<FeatureFile> more = catalogue.resolve(List.of(earlier), present);
                for (FeatureFile feature : more) {
                    for (BundleId bundle : feature.bundles()) {
                        catalogue.jar(feature, bundle);
                    }
                }
                features.addAll(more);
                if (!more.isEmpty()) {
                    remembered.put(more.get(more.size() - 1).name(), earlier);
                }
            } catch (LaunchException e) {
                LOG.warn("feature '{}', installed earlier, is left out: {}", earlier, e.getMessage());
            }
        }
        return features;
    }

    private static Map<String, Settings> etc(Path directory) throws LaunchException, IOException {
        Map<String, Settings> all = new LinkedHashMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
                for (Settings settings : Settings.read(Json.read(file), file.toString()).values()) {
                    Settings before = all.put(settings.pid(), settings);
                    if (before != null) {
                        throw LaunchException.configuration(file + ": configures " + settings.pid() + ", as does "
                                + before.source() + ": keep one");
                    }
                }
            }
        }
        return all;
    }

    /** A misspelt key of a bus would only be a warning in the log, or nothing at all. */
    private static void checkBuses(Catalogue catalogue, List<FeatureFile> features, Map<String, Settings> etc)
            throws LaunchException, IOException {
        Set<Path> jars = new LinkedHashSet<>();
        for (FeatureFile feature : features) {
            for (BundleId bundle : feature.bundles()) {
                jars.add(catalogue.jar(feature, bundle));
            }
        }
        KeysOfBuses keys = KeysOfBuses.in(jars);
        List<String> problems = Stream.concat(features.stream().map(FeatureFile::configurations), Stream.of(etc))
                .flatMap(settings -> settings.values().stream()).flatMap(settings -> keys.problems(settings).stream()).toList();
        if (!problems.isEmpty()) {
            throw LaunchException.configuration(String.join("\nanole: ", problems));
        }
    }

    /** A taken port is said now, in one line; the web server would only log it. */
    private void checkPort(List<FeatureFile> features) throws LaunchException, IOException {
        boolean http = features.stream().flatMap(feature -> feature.bundles().stream())
                .anyMatch(bundle -> bundle.artifact().startsWith("org.apache.felix.http.jetty"));
        if (http && options.port() != 0) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new java.net.InetSocketAddress(InetAddress.getByName(LOOPBACK), options.port()));
            } catch (java.net.BindException e) {
                throw new LaunchException(LaunchException.PORT, "port " + options.port() + " on " + LOOPBACK
                        + " can't be used (" + e.getMessage() + "): give another --port, or 0 for any free one");
            }
        }
    }

    private int run(Home home, Catalogue catalogue, List<FeatureFile> features, Map<String, String> remembered,
            Map<String, Settings> etc) throws LaunchException {
        try {
            framework = new Felix(frameworkConfiguration(home));
            framework.init();
            BundleContext context = framework.getBundleContext();
            context.addFrameworkListener(Launcher::onFrameworkEvent);
            ResolutionInWords resolution = new ResolutionInWords(context);
            FeatureRuntime runtime = new FeatureRuntime(context, catalogue, home.resolve("config"), etc, resolution);
            context.registerService(Function.class, resolution, new Hashtable<>(Map.of("anole.resolution", "true")));
            ServiceRegistration<Features> registration = context.registerService(Features.class, runtime, null);
            Supplier<List<String>> failures = runtime::failures;
            context.registerService(Supplier.class, failures,
                    new Hashtable<>(Map.of("anole.readiness", "contribution")));
            framework.start();
            milestones.reached("framework started, home " + home.directory());
            runtime.start(features, remembered);
            // for who waits until all that starts with the runtime has been started
            registration.setProperties(new Hashtable<>(Map.of("anole.started", "true")));
            milestones.reached(runtime.bundleCount() + " bundles, " + runtime.configurationCount()
                    + " configurations, features "
                    + String.join(", ", features.stream().map(FeatureFile::name).toList()));
            Readiness readiness = new Readiness(context, runtime);
            if (awaitReady(readiness) && options.stopWhenReady()) {
                framework.stop();
            }
            framework.waitForStop(0);
            return 0;
        } catch (BundleException | InterruptedException | IllegalStateException e) {
            if (stopping) {
                return 0;
            }
            throw new IllegalStateException(FeatureRuntime.firstLine(e), e);
        }
    }

    private Map<String, Object> frameworkConfiguration(Home home) throws LaunchException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
        config.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        config.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, systemPackages());
        // Up to Java 18 a recording has classes of events, those of bundles too, refer to what the JVM makes in this package.
        config.put(Constants.FRAMEWORK_BOOTDELEGATION, "jdk.jfr.internal.handlers");
        config.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        config.put(FelixConstants.LOG_LEVEL_PROP, "2");
        config.put(FelixConstants.SERVICE_URLHANDLERS_PROP, "false");
        // Handing a bundle's few requirements to other threads takes longer than to resolve them.
        config.put(FelixConstants.RESOLVER_PARALLELISM, "1");
        config.put("felix.cm.dir", home.resolve("config").toString());
        config.put("org.apache.felix.http.host", LOOPBACK);
        config.put("org.apache.felix.jetty.websocket.enable", "true");
        // The web console serves nothing before this provider is there, and never lets its default user in.
        config.put("felix.webconsole.security.providers", "io.anole.console");
        config.put("org.osgi.service.http.port", String.valueOf(options.port()));
        // Gogo's own profile is inside its bundle, where it can only read it with the URL handlers. The end of its input is that of the
        // shell alone: a service has no input from the start.
        config.put("gosh.home", options.distribution().toString());
        config.put("gosh.args", "--noshutdown");
        config.put("anole.http.port", String.valueOf(options.port()));
        config.put("anole.home", home.directory().toString());
        config.put("anole.distribution", options.distribution().toString());
        config.put("anole.runtime", home.runtimeId());
        return config;
    }

    private static void onFrameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR) {
            Throwable thrown = event.getThrowable();
            String bundle = event.getBundle().getSymbolicName();
            if (thrown instanceof ServiceException service && service.getType() == ServiceException.FACTORY_ERROR) {
                // A component that could not be made, as the log has told; this is of who has asked for it.
                LOG.info("{}: {}", bundle, FeatureRuntime.firstLine(thrown));
            } else {
                LOG.error("{}: {}", bundle, FeatureRuntime.firstLine(thrown), thrown);
            }
        }
    }

    /** Asks often at first, then less; goes on after the time-out. False if the framework ended before. */
    private boolean awaitReady(Readiness readiness) throws InterruptedException {
        long deadline = System.nanoTime() + options.readyTimeout().toNanos();
        boolean said = false;
        Duration pause = Duration.ofMillis(5);
        while (framework.getState() == Bundle.ACTIVE) {
            List<String> reasons = readiness.unsatisfied();
            if (reasons.isEmpty()) {
                milestones.ready(readiness.links());
                return true;
            }
            if (!said && System.nanoTime() >= deadline) {
                milestones.unready(reasons);
                said = true;
            }
            if (ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        return false;
    }

    /** What has failed half-way is stopped as well; from here on the exit code is this thread's. */
    private void end() {
        ended.countDown();
        Framework running = framework;
        if (running != null && !stopping) {
            try {
                running.stop();
                running.waitForStop(options.stopTimeout().toMillis());
            } catch (BundleException | InterruptedException e) {
                LOG.error("stop failed", e);
            }
        }
        Logs.stop();
    }

    private void onSignal() {
        if (ended.getCount() == 0) {
            return;
        }
        stopping = true;
        int code = 0;
        Framework running = framework;
        if (running != null) {
            try {
                running.stop();
                if (running.waitForStop(options.stopTimeout().toMillis()).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                    code = NOT_STOPPED_IN_TIME;
                    sayWhatHangs(running);
                } else {
                    out.println("stopped");
                }
            } catch (BundleException | InterruptedException e) {
                LOG.error("stop failed", e);
                code = 1;
            }
        }
        Logs.stop();
        out.flush();
        Runtime.getRuntime().halt(code);
    }

    private void sayWhatHangs(Framework running) {
        List<String> hanging = new ArrayList<>();
        BundleContext context = running.getBundleContext();
        if (context != null) {
            for (Bundle bundle : context.getBundles()) {
                if (bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID && bundle.getState() == Bundle.STOPPING) {
                    hanging.add(bundle.getSymbolicName());
                }
            }
        }
        LOG.error("did not stop within {} s; still stopping: {}", options.stopTimeout().toSeconds(),
                hanging.isEmpty() ? "nothing that can be named" : String.join(", ", hanging));
    }
}
