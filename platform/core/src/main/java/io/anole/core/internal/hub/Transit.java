package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.provider.Outlet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    private final Hub hub;
    private final LongSupplier sequence;
    private final Function<Message, Message> tree;
    private volatile Way way;
    private final int mostUnsettled;
    /** Not acknowledged yet, in order, and some that are. Guarded by this object, as is all that follows. */
    private final ArrayDeque<Batch> unsettled = new ArrayDeque<>();
    /** What the latest message is in. */
    private Batch latest;
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

    /** What was sent, by which way, and what says how it went. */
    record Passed(Way way, Message message, CompletionStage<Void> stage) {
    }

    /** What the present system has accepted last, and the hub's count of readiness when the last message was sent. */
    record Sent(long accepted, long at) {
    }

    /** What moves have done. */
    record Moved(long held, long resent, long expired) {
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
     * @param ended  told how it went, if this returns a {@link Batch.Place}; must not wait
     * @return what says how it went, over whatever link it goes in the end
     */
    synchronized CompletionStage<Void> send(Function<Way, Message> make, boolean keeps, int places, Batch.Ended ended) {
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

    private CompletionStage<Void> track(Outlet outlet, Message message, int places, Batch.Ended ended) {
        sentAt = hub.readiedSoFar();
        CompletionStage<Void> stage = outlet.publish(message);
        if (Batch.wentWell(stage)) {
            accepted = message.sequence();
            return stage;
        }
        int index = latest == null ? -1 : latest.add(message, places, stage, ended);
        if (index < 0) {
            begin(new Batch(message, places, stage, ended));
            index = 0;
        }
        return new Batch.Place(latest, index, hub);
    }

    private void begin(Batch batch) {
        for (Batch first = unsettled.peek(); first != null && first.isSettled(); first = unsettled.peek()) {
            gone(unsettled.poll());
        }
        if (unsettled.size() >= mostUnsettled) {
            sweep();
        }
        unsettled.add(batch);
        latest = batch;
        batch.follow();
    }

    private void gone(Batch one) {
        if (overWire && one.wentWell()) {
            accepted = Math.max(accepted, one.last());
        }
    }

    /** Lets go of all that has settled, also behind what has not. */
    private void sweep() {
        unsettled.removeIf(one -> {
            boolean settled = one.isSettled();
            if (settled) {
                gone(one);
            }
            return settled;
        });
    }

    /** Closes the gate: what is published from now on waits. Also where there is no link yet, but one is expected. */
    void hold() {
        hold(true);
    }

    /** @param byReference whether messages wait as they are, if there was no way before that tells */
    synchronized void hold(boolean byReference) {
        if (!closed && gate == null) {
            before = way;
            gate = new Gate(Math.max(LEAST_HELD, hub.config().publishWindow()));
            lastBeforeGate = sequence.getAsLong();
            way = new Way(gate, before == null ? byReference : before.byReference);
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
            CompletionStage<Void> stage = track(outlet, message);
            return stage instanceof Batch.Place place ? place.future() : stage;
        }

        @Override
        public void close() {
            outlet.close();
        }
    }

    private void resend(Outlet fresh, boolean byReference) {
        List<Batch> all = new ArrayList<>();
        for (Batch one : unsettled) {
            all.addAll(one.first() > lastBeforeGate ? List.of(one) : one.again(message -> resend(fresh, message, byReference)));
        }
        unsettled.clear();
        unsettled.addAll(all);
        latest = null;
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
        return unsettled.stream().anyMatch(one -> !one.isSettled() && one.first() <= lastBeforeGate);
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
