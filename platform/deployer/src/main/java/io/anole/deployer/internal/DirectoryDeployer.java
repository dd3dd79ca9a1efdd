package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the deploy directory on one thread of its own, which alone touches {@link DeployDirectory}; only the report is
 * shared. The first look is taken on the activating thread: the runtime is not ready before what lies in the directory
 * runs. The system tells of changes at once; where it can't, the interval finds them.
 */
@Component(configurationPid = "io.anole.deployer", immediate = true)
@Designate(ocd = DeployerConfig.class)
public final class DirectoryDeployer implements Deployments {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryDeployer.class);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);

    private final BundleContext context;
    private final Path directory;
    private final Duration interval;
    private final DeployDirectory files;
    private final WatchService watch;
    private final AtomicBoolean frameworkChanged = new AtomicBoolean();
    private final SynchronousBundleListener bundleListener = this::bundleChanged;
    private final Thread thread;
    private volatile List<Deployment> report = List.of();
    private volatile boolean stopping;

    @Activate
    public DirectoryDeployer(BundleContext context, DeployerConfig config) throws IOException {
        this.context = context;
        this.directory = directory(context, config);
        this.interval = Duration.ofMillis(config.interval_ms());
        Path staging = Files.createDirectories(context.getDataFile("staged").toPath());
        this.files = new DeployDirectory(directory, staging, (long) config.max_size_mib() << 20,
                Duration.ofMillis(config.settle_ms()), new Installer(context));
        this.watch = FileSystems.getDefault().newWatchService();
        Files.createDirectories(directory);
        directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        look(false);
        context.addBundleListener(bundleListener);
        this.thread = new Thread(this::run, "deployer");
        thread.setDaemon(true);
        thread.start();
    }

    private static Path directory(BundleContext context, DeployerConfig config) {
        if (!config.directory().isBlank()) {
            return Path.of(config.directory()).toAbsolutePath();
        }
        String home = context.getProperty("anole.home");
        if (home == null) {
            throw new IllegalArgumentException("io.anole.deployer: directory is not set, and there is no anole.home");
        }
        return Path.of(home, "deploy");
    }

    @Deactivate
    void stop() throws IOException {
        stopping = true;
        context.removeBundleListener(bundleListener);
        watch.close();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(STOP_BOUND.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the deployer is still busy {} s after it was asked to stop", STOP_BOUND.toSeconds());
        }
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public List<Deployment> list() {
        return report;
    }

    /** A bundle that others bring may be what a refused one was missing. */
    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.RESOLVED && Thread.currentThread() != thread) {
            frameworkChanged.set(true);
        }
    }

    private void run() {
        try {
            while (!stopping) {
                Duration patience = files.unsettled() ? SOON : interval;
                WatchKey key = watch.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                if (!stopping) {
                    look(frameworkChanged.getAndSet(false));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException e) {
            LOG.debug("watch ended");
        }
    }

    private void look(boolean retry) {
        try {
            Files.createDirectories(directory);
            report = files.look(retry);
        } catch (IOException e) {
            LOG.error("{} can't be read: {}", directory, e.toString());
        } catch (RuntimeException e) {
            LOG.error("looking at {} failed", directory, e);
        }
    }
}
