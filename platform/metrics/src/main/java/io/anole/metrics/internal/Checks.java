package io.anole.metrics.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks health checks, all at the same time and each at most once at a time: one that hangs costs one thread, and is bad until it
 * has answered. Called by the container's threads, one after the other.
 */
final class Checks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

    private final BundleContext context;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "health-check");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<ServiceReference<HealthCheck>, CompletableFuture<Result>> asked = new HashMap<>();

    /** What one check has said. Its words stay inside: they may tell more than a stranger should know. */
    record Answer(String name, Status status) {
        boolean isGood() {
            return status == Status.OK || status == Status.WARN;
        }
    }

    Checks(BundleContext context) {
        this.context = context;
    }

    synchronized List<Answer> ask(List<ServiceReference<HealthCheck>> checks, long millis) throws InterruptedException {
        asked.keySet().retainAll(checks);
        for (ServiceReference<HealthCheck> check : checks) {
            CompletableFuture<Result> former = asked.get(check);
            if (former == null || former.isDone()) {
                asked.put(check, CompletableFuture.supplyAsync(() -> execute(check), threads));
            }
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Answer> answers = new ArrayList<>();
        for (ServiceReference<HealthCheck> check : checks) {
            answers.add(new Answer(name(check), status(asked.get(check), deadline - System.nanoTime())));
        }
        return answers;
    }

    /** The same without waiting. */
    CompletableFuture<List<Answer>> askLater(List<ServiceReference<HealthCheck>> checks, long millis) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ask(checks, millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return List.of();
            }
        }, threads);
    }

    private static Status status(CompletableFuture<Result> answer, long nanos) throws InterruptedException {
        try {
            return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS).getStatus();
        } catch (TimeoutException e) {
            return Status.TEMPORARILY_UNAVAILABLE;
        } catch (java.util.concurrent.ExecutionException e) {
            return Status.HEALTH_CHECK_ERROR;
        }
    }

    private Result execute(ServiceReference<HealthCheck> reference) {
        HealthCheck check = context.getService(reference);
        if (check == null) {
            return new Result(Status.TEMPORARILY_UNAVAILABLE, "it has gone");
        }
        try {
            return check.execute();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("health check '{}' failed: {}", name(reference), e.toString());
            return new Result(Status.HEALTH_CHECK_ERROR, e.toString());
        } finally {
            context.ungetService(reference);
        }
    }

    static boolean hasTag(ServiceReference<HealthCheck> check, String tag) {
        Object tags = check.getProperty(HealthCheck.TAGS);
        return tag.equals(tags) || tags instanceof String[] several && Arrays.asList(several).contains(tag)
                || tags instanceof Collection<?> list && list.contains(tag);
    }

    static String name(ServiceReference<HealthCheck> check) {
        for (String property : List.of(HealthCheck.NAME, "component.name")) {
            if (check.getProperty(property) instanceof String name) {
                return name;
            }
        }
        return String.valueOf(check.getProperty("service.id"));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
