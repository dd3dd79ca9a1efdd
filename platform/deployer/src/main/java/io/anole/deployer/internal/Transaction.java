package io.anole.deployer.internal;

import io.anole.deployer.Plan.Action;
import io.anole.supervisor.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * One draft being carried out in the framework: applied, watched, and undone if it fails at any step.
 *
 * <p>Confined to one thread.
 */
final class Transaction implements AutoCloseable {
    /** Processes give their state within their own bounds; this one is for a supervisor that does not hold them. */
    private static final Duration HAND_OVER = Duration.ofMinutes(2);

    private final Draft draft;
    private final VersionStore store;
    private final Settings settings;
    private final FrameworkWork framework;
    private final Consumer<String> progress;
    private final Optional<Update> update;
    private final Probation probation;
    private final Map<Draft.Step, Bundle> running = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final Set<Thread> leaked;
    private boolean touched;

    /** @param leaked threads known to be left over from earlier versions */
    Transaction(BundleContext context, Draft draft, VersionStore store, Settings settings, Surroundings surroundings,
            Set<Thread> leaked, Consumer<String> progress) throws InterruptedException {
        this.draft = draft;
        this.store = store;
        this.settings = settings;
        this.framework = new FrameworkWork(context, settings.bound());
        this.leaked = leaked;
        this.progress = progress;
        this.probation = new Probation(context, settings, surroundings, draft);
        this.update = surroundings.updates().map(updates -> updates.begin(draft.stopped()));
    }

    /**
     * Does and watches it; the reason if it is not good.
     *
     * @throws InterruptedException if the deployer is told to end meanwhile; then it is left as it is, to be settled by what the
     *                              journal says
     */
    Optional<String> attempt() throws InterruptedException {
        try {
            apply();
            if (draft.takesAway()) {
                settle(remarks);
                return Optional.empty();
            }
            Optional<String> failure = probation.failure(running, update);
            remarks.addAll(probation.remarks());
            return failure;
        } catch (FrameworkWork.Failed e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            return Optional.of(e.getMessage());
        }
    }

    /** What else is to be said, one line each. */
    List<String> remarks() {
        return remarks;
    }

    private void apply() throws FrameworkWork.Failed, InterruptedException {
        handOver();
        touched = true;
        List<VersionThreads> before = new ArrayList<>();
        for (Draft.Step step : draft.steps()) {
            if (step.present() != null) {
                before.add(VersionThreads.of(step.present()));
                progress.accept("stopping " + step.change().bundle() + " " + step.change().from());
                if (step.jar() == null) {
                    attempt(remarks, () -> framework.stop(step.present()));
                } else {
                    framework.stop(step.present());
                }
            }
        }
        leftovers(before, settings.leakIsFailure() && !draft.takesAway());
        for (Draft.Step step : draft.steps()) {
            progress.accept(step.change().toString());
            change(step);
        }
        if (!draft.roots().isEmpty()) {
            progress.accept("refreshing " + String.join(", ", draft.plan().refreshed()));
            framework.refresh(draft.roots());
        }
        for (Map.Entry<Draft.Step, Bundle> entry : running.entrySet()) {
            framework.start(entry.getValue());
        }
    }

    private void handOver() throws FrameworkWork.Failed, InterruptedException {
        if (update.isEmpty()) {
            return;
        }
        try {
            update.get().handOver().toCompletableFuture().get(HAND_OVER.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new FrameworkWork.Failed(e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new FrameworkWork.Failed("processes did not give their state within " + HAND_OVER.toSeconds() + " s");
        }
    }

    private void change(Draft.Step step) throws FrameworkWork.Failed {
        switch (step.change().action()) {
            case INSTALL -> {
                Bundle installed = framework.install(step.change().bundle(), store.path(step.change().toSha256()));
                running.put(step, installed);
                update.ifPresent(open -> open.include(installed));
            }
            case UPDATE -> {
                framework.update(step.present(), store.path(step.change().toSha256()));
                running.put(step, step.present());
            }
            case RESTORE -> {
                framework.updateFromOrigin(step.present());
                running.put(step, step.present());
            }
            case REMOVE -> {
                if (step.present() != null) {
                    framework.uninstall(step.present());
                }
            }
            case KEEP -> {
            }
        }
    }

    private void leftovers(List<VersionThreads> versions, boolean failure) throws FrameworkWork.Failed {
        for (VersionThreads version : versions) {
            String told = version.told(leaked);
            if (!told.isEmpty()) {
                remarks.add(told);
                if (failure) {
                    throw new FrameworkWork.Failed(told);
                }
            }
        }
    }

    /** Brings everything back to what it was; what could not be, one line each. */
    List<String> undo() {
        List<String> failures = new ArrayList<>();
        if (!touched) {
            return failures;
        }
        progress.accept("bringing the former versions back");
        update.ifPresent(Update::restore);
        List<VersionThreads> before = new ArrayList<>();
        Set<Bundle> refresh = new HashSet<>(draft.roots());
        for (Map.Entry<Draft.Step, Bundle> entry : running.entrySet()) {
            before.add(VersionThreads.of(entry.getValue()));
            attempt(failures, () -> framework.stop(entry.getValue()));
        }
        attempt(failures, () -> leftovers(before, false));
        List<Bundle> back = new ArrayList<>();
        for (Draft.Step step : draft.steps()) {
            attempt(failures, () -> formerly(step).ifPresent(back::add));
        }
        refresh.removeIf(bundle -> bundle.getState() == Bundle.UNINSTALLED);
        attempt(failures, () -> framework.refresh(refresh));
        back.forEach(bundle -> attempt(failures, () -> framework.start(bundle)));
        settle(failures);
        return failures;
    }

    /** Waits until the processes of the versions that are back live and have taken their states, which are kept until then. */
    private void settle(List<String> failures) {
        if (update.isPresent() && draft.steps().stream().anyMatch(step -> step.present() != null
                && step.present().getState() != Bundle.UNINSTALLED)) {
            try {
                update.get().settled(new Update.Trial(0, Long.MAX_VALUE, settings.bound())).toCompletableFuture().join();
            } catch (CompletionException e) {
                failures.add(String.valueOf(e.getCause().getMessage()));
            }
        }
    }

    private Optional<Bundle> formerly(Draft.Step step) throws FrameworkWork.Failed {
        Bundle bundle = running.containsKey(step) ? running.get(step) : step.present();
        if (step.change().action() == Action.INSTALL) {
            if (bundle != null) {
                framework.uninstall(bundle);
            }
            return Optional.empty();
        }
        if (bundle == null) {
            return Optional.empty();
        }
        if (bundle.getState() == Bundle.UNINSTALLED) {
            return Optional.of(framework.install(step.change().bundle(), store.path(step.change().fromSha256())));
        }
        if (running.containsKey(step)) {
            if (step.change().fromSha256().isEmpty()) {
                framework.updateFromOrigin(bundle);
            } else {
                framework.update(bundle, store.path(step.change().fromSha256()));
            }
        }
        return Optional.of(bundle);
    }

    /** Part of an undo: what fails is told, and the rest is done. */
    private interface Part {
        void run() throws FrameworkWork.Failed;
    }

    private static void attempt(List<String> failures, Part part) {
        try {
            part.run();
        } catch (FrameworkWork.Failed e) {
            failures.add(e.getMessage());
        }
    }

    @Override
    public void close() {
        update.ifPresent(Update::commit);
        probation.close();
    }
}
