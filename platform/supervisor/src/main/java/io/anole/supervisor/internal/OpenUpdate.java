package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.ProcessName;
import io.anole.process.State;
import io.anole.supervisor.Forks;
import io.anole.supervisor.StandIn;
import io.anole.supervisor.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;

/** An update under way: who lived before, and how their successors do. Guarded by the {@link Roster}. */
final class OpenUpdate implements Update {
    private static final long LOOK_MILLIS = 5;

    private final Updates updates;
    private final Roster roster;
    private final Processes processes;
    private final Life.Shared shared;
    private final ComponentReasons reasons;
    private final boolean watched;
    /** Who lived when it began, by name. */
    private final Map<String, Life> originals = new HashMap<>();
    /** What processes were there then. */
    private final Set<ServiceReference<?>> before = new HashSet<>();
    /** What those stood for that were stand-ins, by name; null where nobody knows. */
    private final Map<String, ServiceReference<?>> stoodFor = new HashMap<>();
    /** Bundles whose headers say that they have the process, by its name. */
    private final Map<String, Bundle> declaring = new HashMap<>();
    private String failure;
    private boolean over;
    private Future<?> bound;

    /** @param watched whether somebody looks after it, and rolls back what fails */
    OpenUpdate(Updates updates, Roster roster, Processes processes, Life.Shared shared, ComponentReasons reasons,
            boolean watched) {
        this.updates = updates;
        this.roster = roster;
        this.processes = processes;
        this.shared = shared;
        this.reasons = reasons;
        this.watched = watched;
    }

    /**
     * What a look at one process or at all shows: both null if all is well.
     *
     * @param comes whether its JVM is being started, or its predecessor's ended: that takes its time, and has bounds of its own
     */
    private record Verdict(String process, String failure, String missing, boolean comes) {
        static final Verdict GOOD = new Verdict(null, null, null, false);

        static Verdict failure(String process, String why) {
            return new Verdict(process, why, null, false);
        }

        static Verdict missing(String process, String what) {
            return new Verdict(process, null, what, false);
        }

        static Verdict comes(String process, String what) {
            return new Verdict(process, null, what, true);
        }
    }

    /** What ends it at the latest. */
    void bound(Future<?> latest) {
        bound = latest;
    }

    boolean watched() {
        return watched;
    }

    boolean over() {
        synchronized (roster) {
            return over;
        }
    }

    /** A process that is there when its bundle is taken in. */
    void begin(Entry entry) {
        add(entry);
        ServiceReference<?> component = entry.candidates.peekFirst().component();
        before.add(component);
        if (isStandIn(component)) {
            stoodFor.put(entry.name, roster.refused.elsewhere(entry.name));
        }
        if (entry.running && entry.state == State.ACTIVE) {
            originals.put(entry.name, entry.life);
        }
        if (declares(entry.bundle(), entry.name)) {
            declaring.put(entry.name, entry.bundle());
        }
    }

    private static boolean declares(Bundle bundle, String process) {
        BundleRevision revision = bundle == null ? null : bundle.adapt(BundleRevision.class);
        return revision != null && revision.getDeclaredCapabilities(ProcessName.NAMESPACE).stream()
                .anyMatch(capability -> process.equals(capability.getAttributes().get(ProcessName.NAMESPACE)));
    }

    /** Whether its bundle had it, and as it is now says nothing of it any more: then it does not have to come back. */
    private boolean dropped(String process) {
        Bundle bundle = declaring.get(process);
        return bundle != null && bundle.getState() == Bundle.ACTIVE && !declares(bundle, process);
    }

    private static boolean isStandIn(ServiceReference<?> component) {
        return component.getProperty(StandIn.PIDS) != null;
    }

    /** Whether it is a stand-in that has to go, and does not know it yet: what it stood for has gone. */
    private boolean outlived(String process, ServiceReference<?> component) {
        return before.contains(component) && stoodFor.containsKey(process)
                && !Objects.equals(stoodFor.get(process), roster.refused.elsewhere(process));
    }

    /** A process of its bundles. */
    void add(Entry entry) {
        entry.update = this;
        if (entry.estate != null) {
            entry.estate.keep();
        }
    }

    /** Whether a process that has a component again is to run. */
    boolean wants(String process, boolean autostart) {
        return autostart || originals.containsKey(process);
    }

    /** Whether all who lived before have living successors. */
    boolean allBack() {
        return originals.entrySet().stream().allMatch(each -> {
            Entry entry = roster.entries.get(each.getKey());
            return entry != null && entry.life != each.getValue() && entry.state == State.ACTIVE;
        });
    }

    /** Something has gone wrong that only a former version can mend. */
    void failed(String why) {
        failure = failure == null ? why : failure;
    }

    @Override
    public Set<String> processes() {
        synchronized (roster) {
            return Set.copyOf(originals.keySet());
        }
    }

    @Override
    public void include(Bundle bundle) {
        updates.include(bundle, this);
    }

    // Handing over.

    @Override
    public CompletionStage<Void> handOver() {
        List<CompletableFuture<Void>> given = new ArrayList<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        for (Life giver : givers()) {
            String name = giver.spec().name();
            given.add(giver.succession().ask().whenComplete((done, error) -> {
                if (error != null) {
                    resume();
                    all.completeExceptionally(
                            new IllegalStateException("process '" + name + "' does not hand over its state: " + Lines.cause(error).getMessage()));
                }
            }));
        }
        CompletableFuture.allOf(given.toArray(CompletableFuture<?>[]::new)).thenRun(() -> all.complete(null));
        return all;
    }

    private List<Life> givers() {
        synchronized (roster) {
            return originals.values().stream().filter(life -> current(life) && life.handsOver()).toList();
        }
    }

    private boolean current(Life life) {
        return roster.of(life) != null;
    }

    /** Those that stand still and were not stopped go on. */
    private void resume() {
        synchronized (roster) {
            originals.values().stream().filter(this::current).filter(each -> !outlived(each.spec().name(), each.component()))
                    .forEach(each -> each.succession().resume());
        }
    }

    // Judging.

    @Override
    public CompletionStage<Void> settled(Trial trial) {
        resume();
        CompletableFuture<Void> settled = new CompletableFuture<>();
        long now = System.nanoTime();
        look(trial, now + trial.bound().toNanos(), now + Moves.BOUND.toNanos(), settled);
        return settled;
    }

    /** @param latest until when JVMs may still be starting */
    private void look(Trial trial, long before, long latest, CompletableFuture<Void> settled) {
        boolean forks = shared.context().getServiceReference(Forks.class) != null;
        Verdict verdict = judge(trial, forks);
        boolean comes = verdict.comes() && System.nanoTime() - latest < 0;
        long until = comes ? System.nanoTime() + trial.bound().toNanos() : before;
        if (verdict.failure() != null) {
            shared.workers().execute(() -> settled.completeExceptionally(new IllegalStateException(verdict.failure())));
        } else if (verdict.missing() == null) {
            shared.workers().execute(() -> settled.complete(null));
        } else if (!comes && System.nanoTime() - until >= 0) {
            shared.workers().execute(() -> settled.completeExceptionally(new IllegalStateException(late(verdict, trial))));
        } else {
            shared.timer().schedule(() -> look(trial, until, latest, settled), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private String late(Verdict verdict, Trial trial) {
        String why = reasons.unsatisfied().stream().filter(each -> each.name().equals(verdict.process()))
                .map(each -> ": it " + each.reason()).findFirst().orElse("");
        return "process '" + verdict.process() + "' " + verdict.missing() + " within " + trial.bound().toMillis() / 1000.0
                + " s" + why;
    }

    private Verdict judge(Trial trial, boolean forks) {
        synchronized (roster) {
            if (failure != null) {
                return Verdict.failure(null, failure);
            }
            Map<String, Optional<Entry>> all = new TreeMap<>();
            originals.keySet().forEach(name -> all.put(name, Optional.empty()));
            if (forks) {
                roster.refused.elsewhere(component -> updates.isIn(component.getBundle(), this)).forEach(name -> all.put(name, Optional.empty()));
            }
            roster.entries.values().stream().filter(entry -> entry.update == this)
                    .forEach(entry -> all.put(entry.name, Optional.of(entry)));
            Verdict verdict = Verdict.GOOD;
            for (Map.Entry<String, Optional<Entry>> each : all.entrySet()) {
                String name = each.getKey();
                Verdict one = each.getValue().filter(entry -> !entry.candidates.isEmpty()).map(entry -> judge(entry, trial))
                        .orElseGet(() -> gone(name, forks));
                if (one.failure() != null) {
                    return one;
                }
                verdict = one.missing() == null || verdict.comes() ? verdict : one;
            }
            return verdict;
        }
    }

    private Verdict gone(String process, boolean forks) {
        if (forks && roster.refused.elsewhere(process) != null) {
            return Verdict.comes(process, "has no JVM yet");
        }
        return originals.containsKey(process) && !dropped(process) ? Verdict.missing(process, "did not come back") : Verdict.GOOD;
    }

    private Verdict judge(Entry entry, Trial trial) {
        boolean livedBefore = originals.containsKey(entry.name);
        ServiceReference<?> component = entry.candidates.peekFirst().component();
        if (outlived(entry.name, component)) {
            return Verdict.comes(entry.name, "still ends its former JVM");
        }
        if (before.contains(component)) {
            // Not replaced.
            return !livedBefore || entry.state == State.ACTIVE ? Verdict.GOOD
                    : Verdict.missing(entry.name, "is not active any more (" + entry.reason + ")");
        }
        Life life = entry.life != null && entry.life.component().equals(component) ? entry.life : null;
        if (entry.state == State.FINALIZED || entry.state == State.ERRORPROCESSING) {
            return Verdict.failure(entry.name, "process '" + entry.name + "' failed: " + entry.reason);
        }
        // As it is in its JVM, if it has one.
        ProcessInfo info = entry.info();
        if (life != null && info.errors() > trial.errors()) {
            return Verdict.failure(entry.name, "process '" + entry.name + "' has had " + info.errors()
                    + " errors, the last: " + info.lastError());
        }
        if (life == null || entry.state != State.ACTIVE) {
            boolean done = !entry.wanted && (!livedBefore || life != null && life.end() == Life.End.DIED);
            if (entry.state == State.ACTIVATING) {
                String missing = "is still in its birth";
                return isStandIn(component) ? Verdict.comes(entry.name, missing) : Verdict.missing(entry.name, missing);
            }
            return done ? Verdict.GOOD
                    : Verdict.missing(entry.name, "did not come back" + (entry.reason.isEmpty() ? "" : " (" + entry.reason + ")"));
        }
        if (isStandIn(component) && life.reading().isEmpty()) {
            return Verdict.missing(entry.name, "has not told how it does");
        }
        long due = (long) (trial.bound().toNanos() / 2e9 * info.frequency());
        long needed = Math.min(trial.goodCycles(), due);
        return info.cycles() >= needed ? Verdict.GOOD
                : Verdict.missing(entry.name, "has done " + info.cycles() + " of " + needed + " good cycles");
    }

    // Ending.

    @Override
    public void restore() {
        resume();
        synchronized (roster) {
            failure = null;
            for (Entry entry : List.copyOf(roster.entries.values())) {
                boolean original = entry.running && entry.life == originals.get(entry.name);
                if (entry.update == this && !original) {
                    processes.disown(entry);
                }
            }
        }
    }

    @Override
    public void commit() {
        List<Runnable> rest;
        synchronized (roster) {
            if (over) {
                return;
            }
            over = true;
            bound.cancel(false);
            rest = updates.close(this);
        }
        rest.forEach(Runnable::run);
    }
}
