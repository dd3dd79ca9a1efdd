package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.supervisor.Update;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;

/** An update under way: who lived before, and how their successors do. */
final class OpenUpdate implements Update {
    private static final long LOOK_MILLIS = 5;

    private final Updates updates;
    private final Processes processes;
    private final Life.Shared shared;
    private final Set<Bundle> bundles = ConcurrentHashMap.newKeySet();
    /** Births each had when the update began. */
    private final Map<String, Long> before;

    OpenUpdate(Updates updates, Processes processes, Life.Shared shared, Set<Bundle> bundles) {
        this.updates = updates;
        this.processes = processes;
        this.shared = shared;
        this.bundles.addAll(bundles);
        before = processes.of(bundles).stream().filter(each -> each.state() == State.ACTIVE)
                .collect(Collectors.toMap(ProcessInfo::name, ProcessInfo::births));
    }

    @Override
    public Set<String> processes() {
        return Set.copyOf(before.keySet());
    }

    @Override
    public void include(Bundle bundle) {
        updates.include(bundle, this);
        bundles.add(bundle);
    }

    @Override
    public CompletionStage<Void> handOver() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> settled(Trial trial) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        look(trial, System.nanoTime() + trial.bound().toNanos(), settled);
        return settled;
    }

    private void look(Trial trial, long until, CompletableFuture<Void> settled) {
        Set<String> all = new TreeSet<>(before.keySet());
        processes.of(bundles).stream().filter(each -> each.state() != State.INACTIVE).forEach(each -> all.add(each.name()));
        String waits = null;
        for (String name : all) {
            ProcessInfo info = processes.process(name).orElse(null);
            if (info != null && info.state() == State.FINALIZED) {
                fail(settled, "process '" + name + "' failed: " + info.reason());
                return;
            }
            if (info != null && info.errors() > trial.errors()) {
                fail(settled, "process '" + name + "' has " + info.errors() + " errors, the last: " + info.lastError());
                return;
            }
            if (info == null || info.state() != State.ACTIVE) {
                waits = "process '" + name + "' did not come back" + (info == null || info.reason().isEmpty() ? ""
                        : ": " + info.reason());
            } else if (info.cycles() < trial.goodCycles()) {
                waits = "process '" + name + "' did " + info.cycles() + " of " + trial.goodCycles() + " good cycles";
            }
        }
        if (waits == null) {
            shared.workers().execute(() -> settled.complete(null));
        } else if (System.nanoTime() - until >= 0) {
            fail(settled, waits + " within " + trial.bound().toMillis() / 1000.0 + " s");
        } else {
            shared.timer().schedule(() -> look(trial, until, settled), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void fail(CompletableFuture<Void> settled, String why) {
        shared.workers().execute(() -> settled.completeExceptionally(new IllegalStateException(why)));
    }

    @Override
    public void restore() {
        // Nothing is handed over yet.
    }

    @Override
    public void commit() {
        updates.over(this);
    }
}
