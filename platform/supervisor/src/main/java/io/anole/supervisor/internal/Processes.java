package io.anole.supervisor.internal;

import io.anole.process.ManagedProcess;
import io.anole.process.State;
import io.anole.supervisor.HandedState;
import io.anole.supervisor.StandIn;
import io.anole.supervisor.internal.Entry.Candidate;
import io.anole.supervisor.internal.Life.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Births and deaths: which process should run and which may; what follows when one ends is {@link Aftermath}'s. It compares what is
 * wanted with what is ({@link #settle}) whenever something has changed, so that the order in which components, buses, dependencies
 * and commands arrive does not matter.
 *
 * <p>The {@link Roster}'s monitor guards everything here; nothing foreign is called while it is held: buses are told by the
 * noticeboard's thread, futures complete on the workers, processes run on their own threads.
 */
final class Processes {
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    /** How long a birth that is rolled back may take to notice its interruption. */
    private static final Duration LAST_CHANCE = Duration.ofMillis(20);

    private final Roster roster;
    private final Life.Shared shared;
    private final Births births;
    private final Updates updates;
    private final Aftermath aftermath;
    private final Noticeboard noticeboard;
    private final Moves moves;
    private double defaultHz;
    /** What the next process begins with, or null. */
    private HandedState bequest;
    /** All has been waited for that there was to wait for. */
    private volatile boolean doneWaiting;

    Processes(Roster roster, Life.Shared shared, Births births, ComponentReasons reasons, Noticeboard noticeboard,
            Configurations configurations, double defaultHz, Updates.Bounds bounds) {
        this.roster = roster;
        this.shared = shared;
        this.births = births;
        this.noticeboard = noticeboard;
        this.defaultHz = defaultHz;
        this.moves = new Moves(roster, shared, configurations);
        this.updates = new Updates(roster, this, moves, shared, reasons, bounds);
        this.aftermath = new Aftermath(roster, this, shared, births, updates, reasons);
    }

    Updates updates() {
        return updates;
    }

    void defaultHz(double changed) {
        synchronized (roster) {
            defaultHz = changed;
            roster.entries.values().stream().flatMap(entry -> entry.candidates.stream()).map(Candidate::component).toList()
                    .forEach(this::modified);
        }
    }

    /** In a child JVM: what its process begins with, or null. */
    void bequeath(HandedState state) {
        synchronized (roster) {
            bequest = state;
        }
    }

    // What comes and goes.

    void busAdded(String bus) {
        synchronized (roster) {
            roster.buses.add(bus);
            if (roster.entries.values().stream().anyMatch(entry -> entry.spec().bus().equals(bus))) {
                noticeboard.open(bus);
            }
            settle();
        }
    }

    /** A bus goes: the processes on it end before this returns, unless they outlast their bounds. */
    void busRemoved(String bus) {
        List<Life> lives = new ArrayList<>();
        List<Estate> left = new ArrayList<>();
        synchronized (roster) {
            roster.buses.remove(bus);
            for (Entry entry : roster.entries.values()) {
                if (entry.running && entry.life.spec().bus().equals(bus)) {
                    entry.life.stop(End.STOPPED, Roster.waitsForBus(bus));
                    lives.add(entry.life);
                }
                if (entry.estate != null && bus.equals(entry.estate.bus())) {
                    left.add(entry.estate);
                }
            }
            settle();
        }
        lives.stream().filter(life -> life.thread() != Thread.currentThread()).forEach(life -> await(life.settled()));
        left.forEach(Estate::close);
        noticeboard.close(bus);
    }

    void added(ServiceReference<ManagedProcess> component) {
        synchronized (roster) {
            Spec spec;
            try {
                spec = Spec.of(component::getProperty, defaultHz);
            } catch (IllegalArgumentException e) {
                roster.refused.add(component, e.getMessage());
                if (Refused.isForked(component)) {
                    // Its child JVM is a process of this name.
                    return;
                }
                LOG.error("component {} is no process: {}", Lines.of(component), e.getMessage());
                return;
            }
            Entry entry = roster.entries.computeIfAbsent(spec.name(), Entry::new);
            entry.candidates.add(candidate(component, spec));
            if (entry.candidates.size() > 1 && standsInFor(entry.candidates.peekFirst(), component)) {
                LOG.debug("process '{}' comes back from its JVM", spec.name());
            } else if (entry.candidates.size() > 1) {
                LOG.error("process '{}' of {} is refused: {} has that name already", spec.name(), Lines.of(component),
                        Lines.of(entry.candidates.peekFirst().component()));
            } else if (!entry.running) {
                adopt(entry);
                settle();
            }
        }
    }

    /** A stand-in is of the bundle whose process it stands for. */
    private Candidate candidate(ServiceReference<ManagedProcess> component, Spec spec) {
        Bundle bundle = component.getProperty(StandIn.BUNDLE) instanceof Long id ? shared.context().getBundle(id) : null;
        return new Candidate(component, spec, bundle == null ? component.getBundle() : bundle);
    }

    /** Whether the first goes since the other is to run here again. */
    private static boolean standsInFor(Candidate first, ServiceReference<ManagedProcess> component) {
        return first.component().getProperty(StandIn.PIDS) != null && first.bundle().equals(component.getBundle());
    }

    private void adopt(Entry entry) {
        Spec spec = entry.spec();
        updates.joins(entry);
        boolean again = entry.update == null ? spec.autostart() : entry.update.wants(entry.name, spec.autostart());
        entry.wanted = again && roster.emergency == null;
        entry.restarts.forget();
        if (roster.buses.contains(spec.bus())) {
            noticeboard.open(spec.bus());
        }
        set(entry, State.INACTIVE, roster.emergency == null ? "" : roster.held());
    }

    /** Its properties have changed. DS may hold locks of its own: this must not wait. */
    void modified(ServiceReference<ManagedProcess> component) {
        if (Refused.isForked(component)) {
            withdraw(component, true);
            added(component);
            return;
        }
        synchronized (roster) {
            Entry entry = roster.of(component);
            if (entry != null) {
                Spec spec;
                try {
                    spec = Spec.of(component::getProperty, defaultHz);
                } catch (IllegalArgumentException e) {
                    LOG.error("component {} keeps its former settings: {}", Lines.of(component), e.getMessage());
                    return;
                }
                if (entry.name.equals(spec.name())) {
                    change(entry, candidate(component, spec));
                    settle();
                    return;
                }
            }
        }
        withdraw(component, false);
        added(component);
    }

    private void change(Entry entry, Candidate changed) {
        double before = entry.spec().hz();
        List<Candidate> all = entry.candidates.stream()
                .map(each -> each.component().equals(changed.component()) ? changed : each).toList();
        entry.candidates.clear();
        entry.candidates.addAll(all);
        if (entry.running && entry.life.component().equals(changed.component())) {
            entry.life.onError(entry.spec().onLifeError());
            if (entry.spec().hz() != before) {
                entry.life.frequency(entry.spec().hz());
            }
        }
    }

    /** A component goes: its process ends before this returns, unless it outlasts its bound. See {@link Life}. */
    void removed(ServiceReference<ManagedProcess> component) {
        Life life = withdraw(component, !doneWaiting && moves.under(component));
        if (life != null && life.thread() != Thread.currentThread() && !doneWaiting) {
            await(life.settled());
        }
    }

    /** @param moves whether it will run in a JVM of its own from now on, or no longer */
    private Life withdraw(ServiceReference<ManagedProcess> component, boolean moves) {
        synchronized (roster) {
            roster.refused.remove(component);
            Entry entry = roster.of(component);
            if (entry == null) {
                goes(component);
                return null;
            }
            boolean first = entry.candidates.peekFirst().component().equals(component);
            if (first && entry.running) {
                updates.leaves(entry, moves);
                entry.life.stop(End.WITHDRAWN, "its component is going");
            }
            entry.spec();
            entry.candidates.removeIf(each -> each.component().equals(component));
            if (!first) {
                return null;
            }
            if (entry.running) {
                return entry.life;
            }
            left(entry);
            return null;
        }
    }

    /** One that runs elsewhere: its stand-in follows, and can't know any more then whether its bundle was being replaced. */
    private void goes(ServiceReference<ManagedProcess> component) {
        Entry entry = Refused.isForked(component) ? roster.entries.get(String.valueOf(Spec.name(component::getProperty))) : null;
        if (entry != null && entry.running && component.getBundle().equals(entry.bundle())) {
            updates.leaves(entry, false);
        }
    }

    /** Its first component is gone and its life over: the next of that name takes its place. */
    void left(Entry entry) {
        failStarters(entry, "its component is gone");
        if (!entry.candidates.isEmpty()) {
            adopt(entry);
        } else if (entry.update == null) {
            forget(entry);
        } else {
            set(entry, State.UNCONFIGURED, "is being replaced");
        }
        settle();
    }

    private void forget(Entry entry) {
        roster.entries.remove(entry.name);
        String bus = entry.life == null ? null : entry.life.spec().bus();
        roster.buses.forEach(each -> {
            if (bus == null || each.equals(bus)) {
                noticeboard.removed(each, entry.name);
            }
        });
    }

    static void await(CompletableFuture<?> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    // Settles by itself, within the bounds of the process.
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Nothing waits for a process from now on. */
    void waitNoLonger() {
        doneWaiting = true;
    }

    // What is wanted.

    /** Starts what is wanted and can start; says of the others why they can't. */
    void settle() {
        boolean again = true;
        while (again) {
            again = false;
            for (Entry entry : List.copyOf(roster.entries.values())) {
                again |= settle(entry);
            }
        }
        for (Entry entry : roster.entries.values()) {
            if (entry.wanted && !entry.running && !roster.comes(entry)) {
                failStarters(entry, roster.obstacle(entry));
            }
        }
    }

    /** @return whether others have to be looked at again */
    private boolean settle(Entry entry) {
        if (!entry.wanted || entry.running || entry.candidates.isEmpty() || roster.ending || entry.restarts.waiting()) {
            return false;
        }
        boolean more = false;
        for (String name : entry.spec().depends()) {
            Entry needed = roster.entries.get(name);
            if (needed != null && !needed.wanted && !needed.running && needed.state != State.FINALIZED
                    && roster.emergency == null) {
                needed.wanted = true;
                more = true;
            }
        }
        String obstacle = roster.obstacle(entry);
        if (obstacle == null) {
            launch(entry);
        } else {
            State state = roster.buses.contains(entry.spec().bus()) ? State.INACTIVE : State.UNCONFIGURED;
            if (entry.state != state || !entry.reason.equals(obstacle)) {
                set(entry, state, obstacle);
            }
        }
        return more;
    }

    private void launch(Entry entry) {
        Candidate candidate = entry.candidates.peekFirst();
        Spec spec = candidate.spec();
        entry.estate = estate(entry, spec);
        entry.life = new Life(spec, candidate.component(), entry.estate, shared, aftermath);
        entry.running = true;
        set(entry, State.ACTIVATING, "");
        births.begin(entry.life);
        entry.life.start();
    }

    /** That of its predecessor if it is still there; or a new one, with its predecessor's state if there is one. */
    private Estate estate(Entry entry, Spec spec) {
        Estate former = entry.estate;
        if (former != null && !former.closed() && (former.bus() == null || former.bus().equals(spec.bus()))) {
            former.queue().capacity(spec.queue());
            return former;
        }
        Estate fresh = new Estate(entry.name, new MailQueue(spec.queue(), shared.timer()), shared.shapes(),
                shared.child());
        if (entry.update != null) {
            fresh.keep();
        }
        if (bequest != null) {
            fresh.inherit(bequest, bequest);
            bequest = null;
        }
        if (former != null) {
            fresh.inherit(former.first(), former.offered());
            entry.dropped += former.queue().close() + former.queue().refused();
            shared.workers().execute(former::close);
        }
        return fresh;
    }

    void set(Entry entry, State state, String reason) {
        entry.state = state;
        entry.reason = reason;
        noticeboard.state(entry.spec().bus(), entry.name, state, reason, System.currentTimeMillis());
    }

    void failStarters(Entry entry, String reason) {
        entry.starters.fail(reason, shared.workers());
    }

    /** Settles, from without. */
    void look() {
        synchronized (roster) {
            settle();
        }
    }

    // Updates.

    /** A life of the version that is rolled back: what comes next takes nothing from it, and does not wait for its birth. */
    void disown(Entry entry) {
        if (entry.estate != null) {
            entry.estate.restore();
        }
        if (!entry.running) {
            return;
        }
        Life life = entry.life;
        life.succession().disown();
        if (life.phase() == Life.Phase.BIRTH) {
            entry.wanted = false;
            life.stop(End.STOPPED, "rolled back during its birth");
            life.interrupt();
            shared.timer().schedule(() -> abandon(life), LAST_CHANCE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void abandon(Life life) {
        if (!life.abandon()) {
            return;
        }
        births.over(life);
        if (life.postbox() != null) {
            life.estate().leave(life.postbox());
        }
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry == null) {
                return;
            }
            LOG.error("process '{}': a birth that hangs was interrupted, without effect; it is left to itself", entry.name);
            entry.running = false;
            set(entry, State.INACTIVE, life.why());
            if (entry.isWithdrawn(life)) {
                left(entry);
            }
        }
    }

    /** Its update is over: what nobody has adopted goes. @return what is to be done without the roster's monitor */
    Runnable release(Entry entry) {
        entry.update = null;
        Estate estate = entry.estate;
        if (entry.running) {
            entry.life.succession().resume();
            return estate::settle;
        }
        if (estate != null) {
            entry.bury();
        }
        if (entry.candidates.isEmpty()) {
            failStarters(entry, "its component is gone");
            forget(entry);
        }
        return estate == null ? () -> { } : estate::close;
    }
}
