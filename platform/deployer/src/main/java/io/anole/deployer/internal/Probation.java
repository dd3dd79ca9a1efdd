package io.anole.deployer.internal;

import io.anole.deployer.Plan.Action;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.supervisor.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/**
 * Watches what was deployed for the whole window: bundles, components, processes, threads and health checks. What is bad for good ends it
 * at once; what is only not yet good has until the end.
 *
 * <p>Confined to one thread.
 */
final class Probation implements AutoCloseable {
    private static final long LOOK_MILLIS = 10;
    /** For checks to say how they are before anything is touched. */
    private static final long CHECKS_MILLIS = 500;

    private final Settings settings;
    private final Surroundings surroundings;
    private final Draft draft;
    private final HealthChecks checks;
    private final Components components;
    private final Set<Bundle> active = new HashSet<>();
    private final List<String> remarks = new ArrayList<>();

    /** Takes note of how everything is before anything is touched. */
    Probation(BundleContext context, Settings settings, Surroundings surroundings, Draft draft)
            throws InterruptedException {
        this.settings = settings;
        this.surroundings = surroundings;
        this.draft = draft;
        this.checks = new HealthChecks(context, surroundings::checks);
        this.components = new Components(surroundings.components());
        draft.stopped().stream().filter(bundle -> bundle.getState() == Bundle.ACTIVE).forEach(active::add);
        checks.before(draft.steps().stream().map(Draft.Step::present).filter(Objects::nonNull)
                .collect(Collectors.toSet()), CHECKS_MILLIS);
    }

    /** Watches; why it is not good, or empty. */
    Optional<String> failure(Map<Draft.Step, Bundle> running, Optional<Update> update) throws InterruptedException {
        long begin = System.nanoTime();
        long window = settings.window().toNanos();
        ThreadGrowth threads = new ThreadGrowth(running.values(), settings.threadGrowth());
        CompletableFuture<Void> settled = update.map(open -> settled(open, settings.window()))
                .orElse(CompletableFuture.completedFuture(null));
        Set<Bundle> bundles = new HashSet<>(running.values());
        bundles.addAll(draft.refreshed());
        long good = 0;
        // A process in a JVM of its own may come late, and is watched then.
        for (long elapsed = 0; elapsed < Math.max(window, good + window / 2); elapsed = System.nanoTime() - begin) {
            good = settled.isDone() ? good : elapsed;
            threads.look(elapsed, window);
            Optional<String> failed = checks.failed().or(() -> components.failed(bundles))
                    .or(() -> settled.isCompletedExceptionally() ? processes(settled, running, update)
                            : Optional.empty());
            if (failed.isPresent()) {
                return failed;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return processes(settled, running, update)
                .or(() -> inactive(running))
                .or(threads::failure)
                .or(() -> components.failed(bundles))
                .or(components::lost)
                .or(() -> again(settled, update))
                .or(checks::discontent);
    }

    List<String> remarks() {
        return remarks;
    }

    private CompletableFuture<Void> settled(Update update, Duration bound) {
        return update.settled(new Update.Trial(settings.goodCycles(), settings.errors(), bound)).toCompletableFuture();
    }

    /** Processes that were good early may have become bad since. */
    private Optional<String> again(CompletableFuture<Void> settled, Optional<Update> update) {
        return update.filter(open -> !settled.isCompletedExceptionally())
                .flatMap(open -> reason(settled(open, Duration.ZERO)));
    }

    private Optional<String> processes(CompletableFuture<Void> settled, Map<Draft.Step, Bundle> running,
            Optional<Update> update) {
        Optional<String> reason = reason(settled);
        if (reason.isPresent() && onlyWaiting(running, update)) {
            remarks.add(reason.get());
            return Optional.empty();
        }
        return reason;
    }

    private static Optional<String> reason(CompletableFuture<Void> settled) {
        try {
            settled.join();
            return Optional.empty();
        } catch (CompletionException e) {
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        }
    }

    /**
     * Whether what is missing are only processes of bundles that were not there before, and that wait for something: what they
     * wait for may be deployed next.
     */
    private boolean onlyWaiting(Map<Draft.Step, Bundle> running, Optional<Update> update) {
        if (update.isEmpty() || !update.get().processes().isEmpty()
                || running.keySet().stream().anyMatch(step -> step.change().action() != Action.INSTALL)) {
            return false;
        }
        return surroundings.updates().map(known -> running.values().stream()
                .flatMap(bundle -> known.processesOf(bundle).stream()).map(ProcessInfo::state)
                .allMatch(state -> state == State.UNCONFIGURED || state == State.ACTIVE)).orElse(false);
    }

    private Optional<String> inactive(Map<Draft.Step, Bundle> running) {
        Set<Bundle> expected = new HashSet<>(running.values());
        draft.refreshed().stream().filter(active::contains).forEach(expected::add);
        return expected.stream().filter(bundle -> bundle.getState() != Bundle.ACTIVE
                && bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null
                && bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATIONPOLICY) == null)
                .map(bundle -> bundle.getSymbolicName() + " is not active").sorted().findFirst();
    }

    @Override
    public void close() {
        checks.close();
    }
}
