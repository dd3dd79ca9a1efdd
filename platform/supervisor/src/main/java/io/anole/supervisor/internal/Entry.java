package io.anole.supervisor.internal;

import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.supervisor.StandIn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** A process by its name; it stays while its components come and go one after the other. Guarded by the {@link Roster}. */
final class Entry {
    /** A component that wants to be a process, and the bundle it comes from. */
    record Candidate(ServiceReference<ManagedProcess> component, Spec spec, Bundle bundle) {
    }

    final String name;
    /** The first is the process; the others have its name too, and wait. */
    final Deque<Candidate> candidates = new ArrayDeque<>();
    /** What its restarts have been. */
    final Restarts restarts = new Restarts();
    final Starters starters;
    State state = State.INACTIVE;
    String reason = "";
    boolean wanted;
    /** The life under way, or the last one. */
    Life life;
    boolean running;
    /** That of the life under way; kept beyond it while there is an update. */
    Estate estate;
    /** The update it is in, or null. */
    OpenUpdate update;
    long births;
    long deaths;
    long dropped;
    private Spec lastSpec;

    Entry(String name) {
        this.name = name;
        this.starters = new Starters(name);
    }

    /** What it is to be, or was to be when it had a component. */
    Spec spec() {
        if (!candidates.isEmpty()) {
            lastSpec = candidates.peekFirst().spec();
        }
        return lastSpec;
    }

    /** Whose component it is now; null if nobody's. */
    Bundle bundle() {
        return candidates.isEmpty() ? null : candidates.peekFirst().bundle();
    }

    /** Whether the component that this life is of has gone. */
    boolean isWithdrawn(Life life) {
        return candidates.stream().noneMatch(each -> each.component().equals(life.component()));
    }

    /** What its life leaves goes with it, but for its state while there is an update. */
    void bury() {
        dropped += estate.queue().close() + estate.queue().refused();
        if (update == null) {
            estate = null;
        }
    }

    ProcessInfo info() {
        Spec spec = spec();
        String bundle = Lines.of(bundle());
        long refused = dropped + (estate == null ? 0 : estate.queue().refused());
        if (life == null) {
            return new ProcessInfo(name, state, reason, bundle, "", spec.hz(), 0, 0, 0, births, deaths, restarts.count(), 0, 0, refused,
                    spec.depends(), List.of(), "", 0, 0, isForked(), Optional.empty());
        }
        Postbox postbox = life.postbox();
        Pace.Reading pace = life.pace().reading();
        ProcessInfo here = new ProcessInfo(name, state, reason, bundle, running ? life.thread().getName() : "",
                running ? life.frequency() : spec.hz(), life.cycles(), life.missed(), life.errors(), births, deaths, restarts.count(),
                estate == null ? 0 : estate.queue().held(), life.handledSoFar(), refused, spec.depends(),
                running && postbox != null ? postbox.filters() : List.of(), life.lastError(), running ? pace.hz() : 0,
                running ? pace.jitterMillis() : 0, isForked(), Optional.empty());
        return life.reading().map(there -> elsewhere(here, there)).orElse(here);
    }

    /** Whether its component, or the last it had, stands for one that runs elsewhere. */
    private boolean isForked() {
        ServiceReference<?> component = !candidates.isEmpty() ? candidates.peekFirst().component() : life == null ? null : life.component();
        return component != null && component.getProperty(StandIn.PIDS) != null;
    }

    /** Its states and its past are known here; how it does is known where it runs. */
    private static ProcessInfo elsewhere(ProcessInfo here, ProcessInfo there) {
        return new ProcessInfo(here.name(), here.state(), here.reason(), here.bundle(), there.thread(), there.frequency(),
                there.cycles(), there.missed(), there.errors() + here.errors(), here.births(), here.deaths(), here.restarts(),
                here.mail() + there.mail(), there.handled(), here.dropped() + there.dropped(), here.depends(), there.filters(),
                there.lastError().isEmpty() ? here.lastError() : there.lastError(), there.rate(), there.jitterMillis(),
                here.forked(), there.jvm());
    }
}
