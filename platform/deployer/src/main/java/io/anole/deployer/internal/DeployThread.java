package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Outcome;
import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.SynchronousBundleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes changes, and alone touches the ledger, the store and the deploy directory: it carries out what it is
 * asked for, one after the other, and looks at the directory. A second thread only waits for the system to tell of changes there;
 * where it can't, the interval finds them. What others may read is replaced as a whole after each change.
 */
final class DeployThread {
    private static final Logger LOG = LoggerFactory.getLogger(DeployThread.class);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);
    /** How long is waited for the launcher to have started everything, before anything new is deployed and watched. */
    private static final Duration LAUNCH_BOUND = Duration.ofSeconds(60);
    private static final int MAX_JOBS = 64;

    private final BundleContext context;
    private final Path directory;
    private final Duration interval;
    private final Ledger ledger;
    private final Recovery recovery;
    private final DeployDirectory files;
    private final Jobs jobs;
    private final WatchService watch;
    private final BlockingQueue<Pending<?>> asked = new ArrayBlockingQueue<>(MAX_JOBS);
    /** A permit says that there is something to do. */
    private final Semaphore signal = new Semaphore(0);
    private final AtomicBoolean frameworkChanged = new AtomicBoolean();
    private final SynchronousBundleListener bundleListener = this::bundleChanged;
    private final Thread thread = new Thread(this::run, "deployer");
    private final Thread watcher = new Thread(this::watch, "deployer-watch");
    private volatile State state = new State(List.of(), List.of(), Map.of(), false);
    private volatile boolean stopping;

    /** What others may know. */
    private record State(List<Deployment> report, List<Outcome> history, Map<String, List<String>> versions, boolean looked) {
    }

    private record Pending<T>(Job<T> job, CompletableFuture<T> result) {
        /** Tries; what then tells who waits that it is over, if it is. */
        Optional<Runnable> attempt() throws InterruptedException {
            try {
                return job.attempt().map(value -> () -> result.complete(value));
            } catch (IOException | RuntimeException e) {
                return Optional.of(() -> result.completeExceptionally(e));
            }
        }
    }

    DeployThread(BundleContext context, DeployerConfig config, Surroundings surroundings) throws IOException {
        this.context = context;
        this.directory = path(context, config.directory(), "deploy");
        this.interval = Duration.ofMillis(config.interval_ms());
        Path home = path(context, config.state_directory(), "deployed");
        Trust trust = Trust.of(config.signature_required(), config.trusted_certificates(), home.getParent());
        Settings settings = Settings.of(config);
        VersionStore store = new VersionStore(DurableFiles.privateDirectory(home).resolve("versions"),
                (long) config.max_size_mib() << 20);
        this.ledger = new Ledger(Journal.open(home.resolve("journal")), config.former_versions(), config.history());
        DurableFiles.directory(directory);
        Shelf shelf = new Shelf(directory, store);
        Planner planner = new Planner(context, ledger, surroundings, trust);
        Deployer deployer = new Deployer(context, ledger, store, planner, shelf, settings, surroundings);
        this.recovery = new Recovery(ledger, store, planner, shelf, new FrameworkWork(context, settings.bound()), context);
        this.files = new DeployDirectory(directory, store, Duration.ofMillis(config.settle_ms()), ledger, deployer);
        this.jobs = new Jobs(ledger, store, planner, deployer, files);
        this.watch = FileSystems.getDefault().newWatchService();
        thread.setDaemon(true);
        watcher.setDaemon(true);
    }

    private static Path path(BundleContext context, String configured, String name) {
        if (!configured.isBlank()) {
            return Path.of(configured).toAbsolutePath();
        }
        String home = context.getProperty("anole.home");
        if (home == null) {
            throw new IllegalArgumentException("io.anole.deployer: no directory is configured for " + name
                    + ", and there is no anole.home");
        }
        return Path.of(home, name);
    }

    /** Has what is deployed run again, on the calling thread, and begins. */
    void start() throws IOException {
        recovery.settle();
        recovery.forget(files.gone());
        recovery.restore();
        publish(List.of(), false);
        directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        context.addBundleListener(bundleListener);
        watcher.start();
        thread.start();
    }

    void stop() throws IOException {
        stopping = true;
        context.removeBundleListener(bundleListener);
        watch.close();
        signal.release();
        if (Thread.currentThread() == thread) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(STOP_BOUND.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the deployer is still busy {} s after it was asked to stop", STOP_BOUND.toSeconds());
        } else {
            ledger.close();
        }
    }

    Path directory() {
        return directory;
    }

    List<Deployment> report() {
        return state.report();
    }

    List<Outcome> history() {
        return state.history();
    }

    List<String> versions(String bundle) {
        return state.versions().getOrDefault(bundle, List.of());
    }

    /** What keeps the runtime from being ready. */
    List<String> unsatisfied() {
        return state.looked() ? List.of() : List.of("bundles in " + directory + " are not deployed yet");
    }

    /** Has something done on the thread. */
    <T> CompletableFuture<T> submit(Function<Jobs, Job<T>> job) {
        CompletableFuture<T> result = new CompletableFuture<>();
        if (stopping || !asked.offer(new Pending<>(job.apply(jobs), result))) {
            result.completeExceptionally(new IllegalStateException(stopping ? "the deployer is stopping"
                    : MAX_JOBS + " requests wait for the deployer already"));
        }
        signal.release();
        return result;
    }

    /** A bundle that others bring may be what a refused one was missing. */
    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.RESOLVED && Thread.currentThread() != thread) {
            frameworkChanged.set(true);
            signal.release();
        }
    }

    private void watch() {
        try {
            while (!stopping) {
                WatchKey key = watch.take();
                key.pollEvents();
                key.reset();
                signal.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException e) {
            LOG.debug("watch ended");
        }
    }

    private void run() {
        List<Pending<?>> pending = new ArrayList<>();
        try {
            long launchBound = System.nanoTime() + LAUNCH_BOUND.toNanos();
            while (!stopping && !launched() && System.nanoTime() < launchBound) {
                signal.tryAcquire(SOON.toMillis(), TimeUnit.MILLISECONDS);
            }
            while (!stopping) {
                signal.drainPermits();
                asked.drainTo(pending);
                for (Pending<?> each : List.copyOf(pending)) {
                    Optional<Runnable> over = each.attempt();
                    publish(over.isPresent() ? standing() : state.report(), state.looked());
                    if (over.isPresent()) {
                        pending.remove(each);
                        over.get().run();
                    }
                }
                look();
                boolean soon = files.unsettled() || !pending.isEmpty();
                signal.tryAcquire((soon ? SOON : interval).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asked.drainTo(pending);
            pending.forEach(each -> each.result().completeExceptionally(
                    new IllegalStateException("the deployer was stopped")));
        }
    }

    /** Whether everything that starts with the runtime has been started; without a launcher there is nothing to wait for. */
    private boolean launched() {
        try {
            return context.getProperty("anole.home") == null
                    || context.getAllServiceReferences(null, "(anole.started=true)") != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void look() throws InterruptedException {
        try {
            DurableFiles.directory(directory);
            boolean retry = frameworkChanged.getAndSet(false);
            if (retry) {
                recovery.retry();
            }
            publish(files.look(retry), true);
        } catch (IOException e) {
            LOG.error("{} can't be read, or the journal not be written: {}", directory, e.toString());
        } catch (RuntimeException e) {
            LOG.error("looking at {} failed", directory, e);
        }
    }

    private List<Deployment> standing() {
        try {
            return files.standing();
        } catch (IOException e) {
            LOG.error("{} can't be read: {}", directory, e.toString());
            return state.report();
        }
    }

    private void publish(List<Deployment> report, boolean looked) {
        Map<String, List<String>> versions = new HashMap<>();
        ledger.names().forEach(name -> versions.put(name,
                ledger.versions(name).stream().map(Kept::version).toList()));
        state = new State(report, ledger.history(), versions, looked);
    }
}
