package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.provider.Outlet;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What one publisher has under way, and the {@link Gate} it waits at while its link is replaced.
 *
 * <p>Over a wire, and where the newest message is kept, messages are sent under this object's lock, so that whoever closes the gate
 * knows which message was the last before it. By reference there is no lock: a thread that is late uses the former outlet,
 * which either still delivers or says that it is closed, and then the thread tries again.
 */
final class Transit {
    private static final int LEAST_HELD = 1024;
    private static final int SETTLED = -1;
    private static final AtomicIntegerFieldUpdater<Outgoing> TURN = AtomicIntegerFieldUpdater.newUpdater(Outgoing.class, "turn");

    private final Hub hub;
    private final LongSupplier sequence;
    private final Function<Message, Message> tree;
    private volatile Way way;
    private final int mostUnsettled;
    /** Not acknowledged yet, in order, and some that are. Guarded by this object, as is all that follows. */
    private final ArrayDeque<Outgoing> unsettled = new ArrayDeque<>();
    /** The first message with the stage of the latest, and that stage. */
    private Outgoing together;
    private CompletionStage<Void> togetherBy;
    /** The last message the present system has accepted, if that is over a wire. */
    private long accepted;
    private boolean overWire;
    /** The hub's count of readiness when the last message was sent. */
    private long sentAt;
    /** The newest message, where the system keeps it. */
    private Message kept;
    /** While it is closed; with the way before it, if there was one, and the last message that took that. */
    private Gate gate;
    private Way before;
    private long lastBeforeGate;
    private long held;
    private long resent;
    private long expired;
    private boolean closed;

    /**
     * @param sequence the number of the last message that was made
     * @param tree     the message as a wire takes it
     */
    Transit(Hub hub, LongSupplier sequence, Function<Message, Message> tree) {
        this.hub = hub;
        this.sequence = sequence;
        this.tree = tree;
        this.mostUnsettled = 2 * (LEAST_HELD + hub.config().publishWindow());
    }

    /** Where messages go, and how. */
    record Way(Outlet outlet, boolean byReference) {
    }

    /** Hears that a message has settled that took so many places in a window; the error is null if the system has it. */
    interface Ended {
        void ended(int places, Throwable error);
    }

    /** What was sent, by which way, and what says how it went. */
    record Passed(Way way, Message message, CompletionStage<Void> stage) {
    }

    /** What the present system has accepted last, and the hub's count of readiness when the last message was sent. */
    record Sent(long accepted, long at) {
    }

    /** What moves have done. */
    record Moved(long held, long resent, long expired) {
    }

    /**
     * A message on its way over a wire, done when it has settled; it follows the message over every link it is sent by.
     * Threads of a link settle it without the lock. It then waits in line for the next one who looks, and holds nothing. A link
     * that sends several together may say with one stage how all of them went: then the first hears of it for the others.
     */
    static final class Outgoing extends CompletableFuture<Void> implements BiConsumer<Void, Throwable> {
        private final long sequence;
        /** Null where nobody waits for it. */
        private final Ended ended;
        private final int places;
        private Message message;
        /** What says how it went; another one when it is sent again. */
        private volatile CompletionStage<Void> stage;
        /** Which time it is sent, counted from 0; SETTLED for the one who settles it. */
        private volatile int turn;
        /** The next that has the same stage. Guarded by the first of them, as are the next two, which only that one has. */
        private Outgoing next;
        private Outgoing last = this;
        private boolean heard;

        Outgoing(Message message, int places, Ended ended) {
            this.message = message;
            this.places = places;
            this.sequence = message.sequence();
            this.ended = ended;
        }

        /** Hears the first link, for all that went together. */
        @Override
        public void accept(Void done, Throwable error) {
            Outgoing other;
            synchronized (this) {
                heard = true;
                other = next;
                next = null;
            }
            if (other == null || error != null || ended == null) {
                settle(0, error);
                for (; other != null; other = other.rest()) {
                    other.settle(0, error);
                }
                return;
            }
            int all = settled(0, null) ? places : 0;
            for (; other != null; other = other.rest()) {
                all += other.settled(0, null) ? other.places : 0;
            }
            if (all > 0) {
                ended.ended(all, null);
            }
        }

        /** Those after this one, of which it no longer knows. */
        private Outgoing rest() {
            Outgoing those = next;
            next = null;
            return those;
        }

        private void settle(int at, Throwable error) {
            if (settled(at, error) && ended != null) {
                ended.ended(places, error);
            }
        }

        private boolean settled(int at, Throwable error) {
            if (!TURN.compareAndSet(this, at, SETTLED)) {
                return false;
            }
            message = null;
            stage = null;
            if (error == null) {
                complete(null);
            } else {
                completeExceptionally(error);
            }
            return true;
        }

        private void follow(CompletionStage<Void> first) {
            stage = first;
            first.whenComplete(this);
        }

        /** The other has the same stage, and the same one to tell; false if this was heard already. */
        private synchronized boolean takes(Outgoing other) {
            if (heard) {
                return false;
            }
            last.next = other;
            last = other;
            return true;
        }

        /** Sends it once more, unless it has settled. */
        private void again(Function<Message, CompletionStage<Void>> send) {
            Message what = message;
            CompletionStage<Void> former = stage;
            int now = turn;
            if (what == null || former == null || done(former) || now == SETTLED || !TURN.compareAndSet(this, now, now + 1)) {
                return;
            }
            CompletionStage<Void> next = send.apply(what);
            stage = next;
            next.whenComplete((done, error) -> settle(now + 1, error));
        }
    }

    /** The present way, or null while there is none. */
    Way way() {
        return way;
    }

    /** Sends by reference a message that the system keeps; null if there is no way. */
    synchronized Passed keep(Function<Way, Message> make) {
        Way now = way;
        if (now == null) {
            return null;
        }
        kept = make.apply(now);
        return new Passed(now, kept, now.outlet.publish(kept));
    }

    /**
     * Sends over a wire; null if there is no way.
     *
     * @param places told to {@code ended}
     * @param ended told once how it went, if it is {@link Outgoing} and not done when this returns; must not wait
     * @return what says how it went, over whatever link it goes in the end
     */
    synchronized CompletionStage<Void> send(Function<Way, Message> make, boolean keeps, int places, Ended ended) {
        Way now = way;
        if (now == null) {
            return null;
        }
        Message message = make.apply(now);
        if (keeps) {
            kept = message;
        }
        return track(now.outlet, message, places, ended);
    }

    /** As {@link #send}, of a message that exists already, and that nobody waits for. */
    synchronized CompletionStage<Void> track(Outlet outlet, Message message) {
        return track(outlet, message, 0, null);
    }

    private CompletionStage<Void> track(Outlet outlet, Message message, int places, Ended ended) {
        sentAt = hub.readiedSoFar();
        CompletionStage<Void> stage = outlet.publish(message);
        if (done(stage)) {
            accepted = message.sequence();
            return stage;
        }
        for (Outgoing first = unsettled.peek(); first != null && first.isDone(); first = unsettled.peek()) {
            gone(unsettled.poll());
        }
        if (unsettled.size() >= mostUnsettled) {
            sweep();
        }
        Outgoing one = new Outgoing(message, places, ended);
        unsettled.add(one);
        if (stage == togetherBy && together.ended == ended) {
            one.stage = stage;
            if (together.takes(one)) {
                return one;
            }
        } else {
            together = one;
            togetherBy = stage;
        }
        one.follow(stage);
        return one;
    }

    private static boolean done(CompletionStage<Void> stage) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        return future.isDone() && !future.isCompletedExceptionally();
    }

    private void gone(Outgoing one) {
        if (overWire && !one.isCompletedExceptionally()) {
            accepted = Math.max(accepted, one.sequence);
        }
    }

    /** Lets go of all that has settled, also behind what has not. */
    private void sweep() {
        unsettled.removeIf(one -> {
            boolean settled = one.isDone();
            if (settled) {
                gone(one);
            }
            return settled;
        });
    }

    /** Closes the gate: what is published from now on waits. Also where there is no link yet, but one is expected. */
    synchronized void hold() {
        if (!closed && gate == null) {
            before = way;
            gate = new Gate(Math.max(LEAST_HELD, hub.config().publishWindow()));
            lastBeforeGate = sequence.getAsLong();
            way = new Way(gate, before == null || before.byReference);
        }
    }

    /** Goes on by the outlet of another link: first what was not acknowledged, then what waits in the gate, then all else. */
    synchronized void take(Outlet fresh, boolean byReference) {
        if (closed) {
            fresh.close();
            return;
        }
        Way former = gate == null ? way : before;
        sweep();
        accepted = 0;
        overWire = !byReference;
        if (gate != null) {
            resend(fresh, byReference);
        }
        open(new Way(fresh, byReference));
        if (former != null) {
            former.outlet.close();
        }
    }

    /** Opens the gate to where it was: the bus stays. */
    synchronized void stay() {
        if (gate != null && before != null) {
            open(before);
        }
    }

    private void open(Way to) {
        if (gate != null) {
            // What waited is followed over a wire, so that the next move knows of it.
            Outlet outlet = to.byReference ? to.outlet : new Tracked(to.outlet);
            gate.open(outlet, to.byReference, message -> fit(message, to.byReference));
            held += gate.held();
            expired += gate.expired();
        }
        way = to;
        gate = null;
        before = null;
    }

    private final class Tracked implements Outlet {
        private final Outlet outlet;

        Tracked(Outlet outlet) {
            this.outlet = outlet;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            return track(outlet, message);
        }

        @Override
        public void close() {
            outlet.close();
        }
    }

    private void resend(Outlet fresh, boolean byReference) {
        for (Outgoing one : List.copyOf(unsettled)) {
            if (one.sequence <= lastBeforeGate) {
                one.again(message -> resend(fresh, message, byReference));
            }
        }
    }

    private CompletionStage<Void> resend(Outlet fresh, Message message, boolean byReference) {
        if (message.expiredAt(System.nanoTime())) {
            expired++;
            return CompletableFuture.failedStage(
                    new Rejected("a message on '" + message.name() + "' waited past its lifespan"));
        }
        resent++;
        return fresh.publish(fit(message, byReference));
    }

    /** The message as this kind of link takes it. */
    Message fit(Message message, boolean byReference) {
        return byReference ? message : tree.apply(message);
    }

    /** The link is gone. A closed gate stays closed: what waits there waits for the next link. */
    synchronized void leave() {
        Way former = gate == null ? way : before;
        if (gate == null) {
            way = null;
        }
        before = null;
        if (former != null) {
            former.outlet.close();
        }
    }

    /** No link came in time. */
    synchronized void giveUp(BusException why) {
        if (gate != null) {
            gate.refuse(why);
            gate = null;
            way = null;
        }
    }

    /** There is no way any more; what waits fails. */
    synchronized void close(BusException why, boolean forGood) {
        closed = forGood;
        giveUp(why);
        leave();
    }

    synchronized Message kept() {
        return kept;
    }

    synchronized long lastBeforeGate() {
        return lastBeforeGate;
    }

    synchronized Sent sent() {
        sweep();
        return new Sent(accepted, sentAt);
    }

    /** Whether a message from before the gate is under way that the present system has not acknowledged. */
    synchronized boolean unsettled() {
        return unsettled.stream().anyMatch(one -> !one.isDone() && one.sequence <= lastBeforeGate);
    }

    /** What was moved since it was asked last. */
    synchronized Moved moved() {
        Moved all = new Moved(held, resent, expired);
        held = 0;
        resent = 0;
        expired = 0;
        return all;
    }
}
