package io.anole.supervisor.internal;

import io.anole.process.HandOver;
import io.anole.process.ManagedProcess;
import io.anole.supervisor.HandedState;
import io.anole.supervisor.StandIn;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a life takes from its predecessor and gives to its successor, by way of its {@link Estate}. It is asked for its state between
 * two cycles and stands still from then on, or else when its component is taken away. Everything but asking, resuming and disowning
 * is of the process's thread; the monitor guards standing still.
 */
final class Succession {
    private final Life life;
    private final Estate estate;
    private final Life.Shared shared;
    /** Set while it is to stand still, from when it is asked to. */
    private volatile CompletableFuture<Void> asked;
    private boolean giving;
    private volatile boolean disowned;
    /** Of the process's thread. */
    private boolean given;

    Succession(Life life, Estate estate, Life.Shared shared) {
        this.life = life;
        this.estate = estate;
        this.shared = shared;
    }

    // Asked by others; never blocks.

    /**
     * Asks it to give its state and then to stand still until it is stopped or {@link #resume}d.
     *
     * @return done when it has; fails, and it goes on, with what it threw or if it has not within its bound
     */
    CompletableFuture<Void> ask() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (asked != null) {
                return asked;
            }
            asked = mine;
        }
        life.queue().wake();
        shared.timer().schedule(() -> tooLate(mine), life.spec().stop().toNanos(), TimeUnit.NANOSECONDS);
        return mine;
    }

    private void tooLate(CompletableFuture<Void> mine) {
        synchronized (this) {
            if (asked != mine || mine.isDone()) {
                return;
            }
            asked = null;
            if (giving) {
                life.thread().interrupt();
            }
        }
        fail(mine, "it has not given its state within " + life.spec().stop().toMillis() / 1000.0 + " s");
    }

    /** It goes on if it stands still. */
    void resume() {
        refuse("the update is over");
    }

    /** It is stopping: it stands still no longer. */
    synchronized void stopping() {
        notifyAll();
    }

    /** Nothing is taken over from it any more. */
    void disown() {
        disowned = true;
    }

    private void refuse(String why) {
        CompletableFuture<Void> mine;
        synchronized (this) {
            mine = asked;
            asked = null;
            notifyAll();
        }
        if (mine != null && !mine.isDone()) {
            fail(mine, why);
        }
    }

    private void fail(CompletableFuture<Void> mine, String why) {
        shared.workers().execute(() -> mine.completeExceptionally(new IllegalStateException(why)));
    }

    // On the process's thread.

    /** Whether it is to {@link #stand} still. */
    boolean wanted() {
        return asked != null;
    }

    /** Gives the state, and waits for what follows. */
    void stand(ManagedProcess process) {
        CompletableFuture<Void> mine = asked;
        if (mine == null) {
            return;
        }
        String failure = give(process);
        if (failure != null) {
            synchronized (this) {
                asked = asked == mine ? null : asked;
            }
            fail(mine, failure);
            return;
        }
        shared.workers().execute(() -> mine.complete(null));
        synchronized (this) {
            while (asked == mine && !life.stopping()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // Somebody's left-over: the supervisor interrupts only what it has told to stop.
                    continue;
                }
            }
        }
        given = life.stopping();
    }

    /** Its last cycle is over. @return why its state is lost, or null */
    String end(ManagedProcess process) {
        refuse("it is stopping");
        boolean silent = given || disowned || !estate.kept() || life.end() != Life.End.WITHDRAWN;
        return silent ? null : give(process);
    }

    /** @return why it has not given its state, or null */
    private String give(ManagedProcess process) {
        HandOverEvent event = new HandOverEvent();
        event.begin();
        String failure = tryToGive(process);
        if (process instanceof HandOver<?>) {
            event.over(life.spec().name(), "give", life.spec().stateVersion(), failure);
        }
        return failure;
    }

    private String tryToGive(ManagedProcess process) {
        if (!life.runBeforeGiving()) {
            return "its mail was not handled within " + life.spec().stop().toMillis() / 1000.0 + " s";
        }
        if (!(process instanceof HandOver<?> giver)) {
            return null;
        }
        synchronized (this) {
            giving = true;
        }
        try {
            estate.give(giver.handOver(), life.spec().stateVersion());
            return null;
        } catch (Exception | Error e) {
            return "hand-over: " + Lines.of(e);
        } finally {
            synchronized (this) {
                giving = false;
            }
            Thread.interrupted();
        }
    }

    /** Takes the state of its predecessor, if there is one. @return why it does not, or null */
    String takeOver(ManagedProcess process) {
        if (life.stopping()) {
            // Whoever comes next takes it.
            disown();
            return null;
        }
        HandedState state = estate.offered();
        if (state == null) {
            return process instanceof StandIn standIn ? begin(standIn, null) : null;
        }
        HandOverEvent event = new HandOverEvent();
        event.begin();
        String failure = process instanceof StandIn standIn ? begin(standIn, state) : tryToTake(process, state);
        event.over(life.spec().name(), "take", state.version(), failure);
        return failure;
    }

    private String tryToTake(ManagedProcess process, HandedState state) {
        if (!(process instanceof HandOver<?> heir)) {
            return "take-over: its predecessor gave a state of version " + state.version() + ", and it does not implement HandOver";
        }
        if (!life.spec().stateAccepts().contains(state.version())) {
            return "take-over: it takes states of version " + life.spec().stateAccepts() + ", and its predecessor gave version "
                    + state.version();
        }
        try {
            take(heir, state.tree());
            if (!life.abandoned()) {
                estate.taken();
            }
            return null;
        } catch (Exception | Error e) {
            return "take-over: " + Lines.of(e);
        }
    }

    private String begin(StandIn standIn, HandedState state) {
        // The one it stands for registers the same itself.
        estate.endVacant();
        try {
            standIn.begin(Optional.ofNullable(state));
        } catch (Exception | Error e) {
            return Lines.of(e);
        }
        if (!life.abandoned() && !life.stopping()) {
            estate.taken();
        }
        return null;
    }

    private <S> void take(HandOver<S> heir, Object tree) throws Exception {
        heir.takeOver(shared.shapes().as(tree, heir.stateType()));
    }
}
