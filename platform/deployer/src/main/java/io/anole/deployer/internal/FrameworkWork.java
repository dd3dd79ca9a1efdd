package io.anole.deployer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs, updates, starts and stops bundles. What they do in their activators runs on a thread of its own and within a bound;
 * beyond it that thread is interrupted, and the call fails.
 *
 * <p>Confined to one thread, which is the only one that waits for the others.
 */
final class FrameworkWork {
    private static final Logger LOG = LoggerFactory.getLogger(FrameworkWork.class);
    /** How long an interrupted activator may take to notice. */
    private static final Duration GRACE = Duration.ofMillis(50);

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final Duration bound;

    /** What could not be done, in a line for a user. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    FrameworkWork(BundleContext context, Duration bound) {
        this.context = context;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        this.bound = bound;
    }

    Bundle install(String name, Path jar) throws Failed {
        try (InputStream in = Files.newInputStream(jar)) {
            return context.installBundle(Planner.LOCATION + name, in);
        } catch (BundleException e) {
            throw new Failed(name + ": " + ResolveProblem.inWords(e));
        } catch (IOException e) {
            throw new Failed(name + ": its jar can't be read: " + e.getMessage());
        }
    }

    void update(Bundle bundle, Path jar) throws Failed {
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        } catch (BundleException e) {
            throw new Failed(bundle.getSymbolicName() + ": " + ResolveProblem.inWords(e));
        } catch (IOException e) {
            throw new Failed(bundle.getSymbolicName() + ": its jar can't be read: " + e.getMessage());
        }
    }

    /** Makes it again what its location says: the bundle of a feature. */
    void updateFromOrigin(Bundle bundle) throws Failed {
        try {
            bundle.update();
        } catch (BundleException e) {
            throw new Failed(bundle.getSymbolicName() + ": " + ResolveProblem.inWords(e));
        }
    }

    void uninstall(Bundle bundle) throws Failed {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw new Failed(bundle.getSymbolicName() + ": " + ResolveProblem.inWords(e));
        }
    }

    void start(Bundle bundle) throws Failed {
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            within("start", bundle, () -> {
                bundle.start();
                return null;
            });
        }
    }

    void stop(Bundle bundle) throws Failed {
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            within("stop", bundle, () -> {
                bundle.stop(Bundle.STOP_TRANSIENT);
                return null;
            });
        }
    }

    /** Resolves these, and what is wired to them, anew; what was started is started again. */
    void refresh(Set<Bundle> bundles) throws Failed {
        if (bundles.isEmpty()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(bundles, event -> done.countDown());
        try {
            if (!done.await(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Failed("refreshing " + bundles + " has not ended within " + bound.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("the deployer was told to stop");
        }
    }

    private void within(String verb, Bundle bundle, Callable<Void> call) throws Failed {
        ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "deployer-" + verb);
            thread.setDaemon(true);
            return thread;
        });
        Future<Void> done = worker.submit(call);
        try {
            done.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            worker.shutdownNow();
            throw new Failed(bundle.getSymbolicName() + " " + bundle.getVersion() + " did not " + verb + " within "
                    + bound.toMillis() / 1000.0 + " s" + (ended(worker) ? "" : ", and does not let itself be interrupted"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BundleException why) {
                throw new Failed(bundle.getSymbolicName() + " " + bundle.getVersion() + " did not " + verb + ": "
                        + ResolveProblem.inWords(why));
            }
            LOG.debug("{} of {}", verb, bundle, e.getCause());
            throw new Failed(bundle.getSymbolicName() + " " + bundle.getVersion() + " did not " + verb + ": "
                    + e.getCause());
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
            throw new Failed("the deployer was told to stop");
        } finally {
            worker.shutdown();
        }
    }

    private static boolean ended(ExecutorService worker) {
        try {
            return worker.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
