package io.anole.supervisor.internal;

import io.anole.process.Restart.Policy;
import io.anole.process.State;
import io.anole.supervisor.internal.Life.End;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lives tell, and what follows from it: an end may be failure or not, and its process comes again or stays down. Called on the
 * threads of processes and of the timer, without locks; takes the {@link Roster}'s monitor.
 */
final class Aftermath implements Life.Listener {
    /** By the name that a log has for all that becomes of processes. */
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);

    private final Roster roster;
    private final Processes processes;
    private final Life.Shared shared;
    private final Births births;
    private final Updates updates;
    private final ComponentReasons reasons;

    Aftermath(Roster roster, Processes processes, Life.Shared shared, Births births, Updates updates, ComponentReasons reasons) {
        this.roster = roster;
        this.processes = processes;
        this.shared = shared;
        this.births = births;
        this.updates = updates;
        this.reasons = reasons;
    }

        @Override
    public void born(Life life) {
        births.over(life);
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry == null) {
                return;
            }
            entry.births++;
            Postbox postbox = life.postbox();
            if (postbox == null && entry.update != null) {
                // Its predecessor had a mailbox, it has none.
                entry.dropped += life.queue().close();
                shared.workers().execute(life.estate()::close);
            }
            processes.set(entry, life.stopping() ? State.DEACTIVATING : State.ACTIVE, postbox == null ? "" : postbox.remark());
            if (!life.failed()) {
                entry.starters.succeed(entry.info(), shared.workers());
            }
            processes.settle();
            updates.cameBack(entry);
        }
    }

    @Override
    public void dying(Life life) {
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry != null) {
                processes.set(entry, State.DEACTIVATING, life.why());
            }
        }
    }

    @Override
    public void remarked(Life life) {
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry != null && life.postbox() != null && (entry.state == State.ACTIVATING || entry.state == State.ACTIVE)) {
                processes.set(entry, entry.state, life.postbox().remark());
                // Those that wait for it say what it is at.
                processes.settle();
            }
        }
    }

    @Override
    public void keptBack(Life life, String why) {
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry != null && entry.update != null) {
                LOG.error("process '{}' does not hand over its state: {}", entry.name, why);
                entry.update.failed("process '" + entry.name + "' does not hand over its state: " + why);
            }
        }
    }

    @Override
    public void overdue(Life life, String what, boolean givenUp) {
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry == null) {
                return;
            }
            if (givenUp) {
                LOG.error("process '{}': {}; it is left to itself", entry.name, what);
            }
            processes.set(entry, State.DEACTIVATING, what);
        }
    }

    @Override
    public String whyUnborn(ServiceReference<?> component) {
        return reasons.ofFailure(component);
    }

    @Override
    public String whyDeathFailed(Thread thread, long since) {
        return reasons.ofDeath(thread, since);
    }

    @Override
    public void ended(Life life, String failure) {
        List<String> users = life.wasBorn() ? reasons.otherUsers(life.component()) : List.of();
        births.over(life);
        boolean nothingStays;
        synchronized (roster) {
            Entry entry = roster.of(life);
            if (entry == null) {
                return;
            }
            entry.running = false;
            nothingStays = entry.update == null || life.estate().closed();
            if (nothingStays) {
                entry.bury();
            }
            if (life.wasBorn()) {
                entry.deaths++;
            }
            if (!users.isEmpty()) {
                LOG.error("process '{}': its component lives on, {} uses its service too", entry.name, users);
            }
            if (entry.isWithdrawn(life)) {
                processes.set(entry, State.FINALIZED, failure == null ? "its component is gone" : failure);
                processes.left(entry);
            } else {
                follow(entry, life, failure);
                processes.settle();
            }
        }
        if (nothingStays) {
            // Its update may have ended in this instant.
            life.estate().close();
        }
    }

    private void follow(Entry entry, Life life, String failure) {
        End end = life.end();
        Policy policy = entry.spec().policy();
        if (life.failed() || failure != null && (end == null || end == End.DIED)) {
            String reason = life.failed() ? life.why() : (life.wasBorn() ? "death: " : "birth: ") + failure;
            processes.set(entry, State.ERRORPROCESSING, reason);
            LOG.warn("process '{}' failed: {}", entry.name, reason);
            finish(entry, end != End.HOPELESS && policy != Policy.TEMPORARY, State.FINALIZED, reason);
        } else if (end == End.DIED) {
            finish(entry, policy == Policy.PERMANENT, State.INACTIVE, "ended: " + life.why());
        } else {
            if (end == End.EMERGENCY) {
                entry.wanted = false;
            }
            processes.set(entry, State.INACTIVE, failure == null ? life.why() : life.why() + "; death: " + failure);
        }
    }

    private void finish(Entry entry, boolean again, State last, String reason) {
        boolean onTrial = entry.update != null && entry.update.watched();
        if (!again || !entry.wanted || roster.emergency != null || roster.ending || onTrial) {
            giveUp(entry, last, reason);
            return;
        }
        Spec spec = entry.spec();
        Duration delay = entry.restarts.another(spec, entry.life.lived());
        if (delay != null) {
            if (!delay.isZero()) {
                processes.set(entry, State.INACTIVE, "is restarted in " + delay.toMillis() / 1000.0 + " s: " + reason);
                shared.timer().schedule(processes::look, delay.toNanos(), TimeUnit.NANOSECONDS);
            }
            return;
        }
        String tooOften = reason + "; not restarted again after " + spec.intensity() + " times within "
                + spec.period().toMillis() / 1000.0 + " s";
        giveUp(entry, State.FINALIZED, tooOften);
        LOG.error("process '{}' stays down: {}", entry.name, tooOften);
    }

    private void giveUp(Entry entry, State state, String reason) {
        entry.wanted = false;
        processes.set(entry, state, reason);
        processes.failStarters(entry, reason);
    }
}
