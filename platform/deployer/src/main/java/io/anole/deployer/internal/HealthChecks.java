package io.anole.deployer.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Asks the health checks that have a say, over and over. A check that was bad before anything was touched says nothing about the
 * change, and is left out until it has been good.
 *
 * <p>Confined to one thread; each check runs on threads of its own, so that one that hangs holds up nobody, and is not asked
 * again before it has answered.
 */
final class HealthChecks implements AutoCloseable {
    private final BundleContext context;
    private final Supplier<List<ServiceReference<HealthCheck>>> checks;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "deployer-check");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<ServiceReference<HealthCheck>, CompletableFuture<Result>> asked = new HashMap<>();
    private final Map<ServiceReference<HealthCheck>, Result> answers = new HashMap<>();
    private final Set<Object> badBefore = new HashSet<>();

    HealthChecks(BundleContext context, Supplier<List<ServiceReference<HealthCheck>>> checks) {
        this.context = context;
        this.checks = checks;
    }

    /**
     * Asks all once, before anything is touched, and notes who is bad already; does not wait beyond the bound.
     *
     * @param changing bundles whose own checks always count
     */
    void before(Set<Bundle> changing, long boundMillis) throws InterruptedException {
        long until = System.nanoTime() + boundMillis * 1_000_000;
        ask();
        while (answers.size() < asked.size() && System.nanoTime() < until) {
            Thread.sleep(1);
            collect();
        }
        checks.get().stream().filter(check -> !changing.contains(check.getBundle()))
                .filter(check -> !good(answers.get(check))).forEach(check -> badBefore.add(id(check)));
        asked.clear();
        answers.clear();
    }

    /** A check that says that the change is bad for good. */
    Optional<String> failed() {
        ask();
        return checks.get().stream().filter(check -> answers.containsKey(check) && counts(check))
                .filter(check -> answers.get(check).getStatus().ordinal() >= Result.Status.CRITICAL.ordinal())
                .map(check -> "health check '" + name(check) + "' says " + words(answers.get(check))).findFirst();
    }

    /** A check that is not content, at the end. */
    Optional<String> discontent() {
        collect();
        return checks.get().stream().filter(this::counts).filter(check -> !good(answers.get(check)))
                .map(check -> "health check '" + name(check) + "' " + (answers.containsKey(check)
                        ? "says " + words(answers.get(check)) : "has not answered")).findFirst();
    }

    private boolean counts(ServiceReference<HealthCheck> check) {
        if (good(answers.get(check))) {
            badBefore.remove(id(check));
        }
        return !badBefore.contains(id(check));
    }

    private void ask() {
        collect();
        for (ServiceReference<HealthCheck> check : checks.get()) {
            asked.computeIfAbsent(check, unasked -> CompletableFuture.supplyAsync(() -> execute(check), threads));
        }
    }

    private void collect() {
        asked.entrySet().removeIf(entry -> {
            if (entry.getValue().isDone()) {
                answers.put(entry.getKey(), entry.getValue().join());
            }
            return entry.getValue().isDone();
        });
    }

    private Result execute(ServiceReference<HealthCheck> reference) {
        HealthCheck check = context.getService(reference);
        if (check == null) {
            return new Result(Result.Status.TEMPORARILY_UNAVAILABLE, "it has gone");
        }
        try {
            return check.execute();
        } catch (RuntimeException | LinkageError e) {
            return new Result(Result.Status.HEALTH_CHECK_ERROR, e.toString());
        } finally {
            context.ungetService(reference);
        }
    }

    private static boolean good(Result answer) {
        return answer != null && answer.isOk() || answer != null && answer.getStatus() == Result.Status.WARN;
    }

    /** A check of another version of its bundle is another service, and the same check. */
    private static Object id(ServiceReference<HealthCheck> check) {
        return check.getBundle() == null ? check : check.getBundle().getSymbolicName() + " " + name(check);
    }

    private static String name(ServiceReference<HealthCheck> check) {
        for (String property : List.of("hc.name", "component.name")) {
            if (check.getProperty(property) instanceof String name) {
                return name;
            }
        }
        return String.valueOf(check.getProperty("service.id"));
    }

    private static String words(Result result) {
        StringBuilder words = new StringBuilder(result.getStatus().name());
        result.forEach(entry -> {
            if (entry.getStatus() == result.getStatus()) {
                words.append(": ").append(entry.getMessage());
            }
        });
        return words.toString().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
