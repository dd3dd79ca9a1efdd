package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import io.anole.bus.Statistics.Drop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages that one session shall have. Of each name only so many are under way unacknowledged; what is beyond that, or
 * comes while the session is away, waits here, and holds up no other name and no other session.
 */
final class Outbox {
    private final RouterSession session;
    private final boolean single;
    private final Map<Name, Lane> lanes = new HashMap<>();
    private final Ring<Parcel> flying = new Ring<>();
    /** How long a client may take nothing of a lane before nobody waits for it to go on. */
    private static final long STALLED = 100_000_000;

    /** What a router may have taken for all clients beyond it, as many times what may wait for a client. */
    private static final int MOST_TAKEN = 8;

    /** Lanes that could not go on because the connection was full. */
    private final Set<Lane> stuck = new LinkedHashSet<>();
    /** Null while the session is away. */
    private Out out;
    /** What had not left the connection when it was looked at last, and when that last became less. */
    private long unsent;
    private long moved;
    private long bytes;
    private int count;
    /** How much of that a router has taken. */
    private long takenBytes;
    private int takenCount;
    private int blocked;
    private boolean closed;

    /** @param version of the protocol, as the client speaks it */
    Outbox(RouterSession session, int version) {
        this.session = session;
        this.single = version == Frame.VERSION_SINGLE;
    }

    /** The way of one name. */
    static final class Lane {
        private final Name name;
        private final ArrayDeque<Parcel> waiting = new ArrayDeque<>(2);
        /** How many messages that are. */
        private int waits;
        private int inFlight;
        private long inFlightBytes;
        /** The client's subscriber is full. */
        private boolean held;
        /** When the client took something last. */
        private long progress = System.nanoTime();

        Lane(Name name) {
            this.name = name;
        }

        private boolean idle() {
            return waiting.isEmpty() && inFlight == 0;
        }
    }

    /** One message, or several that go together. */
    private static final class Parcel {
        private final Routed routed;
        private final Delivery delivery;
        private final Lane lane;
        /** 0 for all subscriptions that match. */
        private final int subscription;
        private boolean blocked;
        /** A router has taken it, and it no longer counts for the window; but not all beyond that router have it. */
        private boolean taken;

        Parcel(Routed routed, Delivery delivery, Lane lane, int subscription) {
            this.routed = routed;
            this.delivery = delivery;
            this.lane = lane;
            this.subscription = subscription;
        }

        int size() {
            return routed.block().length + 64;
        }

        int count() {
            return routed.count();
        }
    }

    private RouterSettings settings() {
        return session.router().settings();
    }

    /** How many messages the client takes as one. */
    private int together() {
        return single ? 1 : settings().window();
    }

    Lane lane(Name name) {
        return lanes.computeIfAbsent(name, Lane::new);
    }

    /** Routes are made anew: lanes that nothing is in can go. */
    void forgetIdle() {
        lanes.values().removeIf(Lane::idle);
    }

    /** Passes a message that may be lost. */
    void pass(Routed routed, int subscription) {
        if (routed.count() > together()) {
            routed.split().forEach(one -> pass(one, subscription));
        } else if (out == null || !out.pipe().writable()) {
            session.router().dropped(Drop.OVERFLOW, routed.count());
        } else if (routed.left() < 0) {
            session.router().dropped(Drop.EXPIRED, 1);
        } else {
            write(0, subscription, routed);
            session.touched();
        }
    }

    /** Keeps and sends a message that must not be lost. */
    void add(Lane lane, Routed routed, Delivery delivery, int subscription) {
        if (closed) {
            return;
        }
        if (routed.count() > together()) {
            routed.split().forEach(one -> add(lane, one, delivery, subscription));
            return;
        }
        Parcel parcel = new Parcel(routed, delivery, lane, subscription);
        delivery.owe();
        bytes += parcel.size();
        count += parcel.count();
        if (lane.waiting.isEmpty() && open(parcel)) {
            send(parcel);
            return;
        }
        lane.waiting.add(parcel);
        lane.waits += parcel.count();
        if (overfull() || lane.waits > most(lane)) {
            parcel.blocked = true;
            blocked++;
            delivery.block();
        }
    }

    /** What may wait before publishers do. Where a client takes nothing though its subscriber is not full, all that fits. */
    private int most(Lane lane) {
        if (lane.held) {
            return settings().window();
        }
        return out == null || session.router().now() - lane.progress > STALLED ? Integer.MAX_VALUE : settings().laneMax();
    }

    /** Whether the client, though connected, has taken nothing for that long, and does not say that its subscriber is full. */
    boolean stalled(long now, long limit) {
        return out != null && now - moved > limit
                && lanes.values().stream().anyMatch(lane -> lane.inFlight > 0 && !lane.held && now - lane.progress > limit);
    }

    /** Lets publishers go on who wait for a client that has stopped to take anything. */
    void sweep(long now) {
        long left = out == null ? 0 : out.pipe().unsent();
        if (left < unsent) {
            moved = now;
        }
        unsent = left;
        if (blocked > 0 && !overfull()) {
            lanes.values().stream().filter(lane -> most(lane) == Integer.MAX_VALUE).forEach(lane -> lane.waiting.forEach(this::unblock));
        }
    }

    private boolean open(Parcel next) {
        Lane lane = next.lane;
        if (out == null || lane.inFlight > 0 && (lane.inFlight + next.count() > settings().window()
                || lane.inFlightBytes >= settings().windowBytes())) {
            return false;
        }
        if (!out.pipe().writable()) {
            stuck.add(lane);
            return false;
        }
        return true;
    }

    private void send(Parcel parcel) {
        if (parcel.routed.left() < 0) {
            expired(parcel);
            return;
        }
        if (parcel.lane.inFlight == 0) {
            parcel.lane.progress = session.router().now();
        }
        parcel.lane.inFlight += parcel.count();
        parcel.lane.inFlightBytes += parcel.size();
        write(flying.add(parcel), parcel.subscription, parcel.routed);
        session.touched();
    }

    private void write(long token, int subscription, Routed routed) {
        if (routed.count() == 1) {
            out.deliver(token, subscription, routed.block(), out.left(routed.expires()));
        } else {
            out.deliverMany(token, routed.block());
        }
    }

    private void expired(Parcel parcel) {
        session.router().dropped(Drop.EXPIRED, 1);
        finished(parcel);
    }

    private void finished(Parcel parcel) {
        bytes -= parcel.size();
        count -= parcel.count();
        unblock(parcel);
        parcel.delivery.done();
    }

    private void pump(Lane lane) {
        while (!lane.waiting.isEmpty() && open(lane.waiting.peek())) {
            Parcel parcel = lane.waiting.poll();
            lane.waits -= parcel.count();
            unblock(parcel);
            send(parcel);
        }
    }

    void acknowledged(long first, long last) {
        long end = flying.lastOf(last);
        Lane touched = null;
        for (long token = flying.firstOf(first); token <= end; token++) {
            Parcel parcel = flying.remove(token);
            if (parcel == null) {
                continue;
            }
            landed(parcel);
            if (touched != parcel.lane) {
                if (touched != null) {
                    pump(touched);
                }
                touched = parcel.lane;
                touched.progress = session.router().now();
            }
        }
        if (touched != null) {
            pump(touched);
        }
    }

    private void landed(Parcel parcel) {
        if (parcel.taken) {
            takenBytes -= parcel.size();
            takenCount -= parcel.count();
        } else {
            parcel.lane.inFlight -= parcel.count();
            parcel.lane.inFlightBytes -= parcel.size();
        }
        finished(parcel);
    }

    /** A router has room for these. They are kept until it says that all beyond it have them. */
    void taken(long first, long last) {
        Set<Lane> touched = new LinkedHashSet<>();
        long end = flying.lastOf(last);
        for (long token = flying.firstOf(first); token <= end; token++) {
            Parcel parcel = flying.get(token);
            if (parcel != null && !parcel.taken) {
                parcel.taken = true;
                takenBytes += parcel.size();
                takenCount += parcel.count();
                parcel.lane.inFlight -= parcel.count();
                parcel.lane.inFlightBytes -= parcel.size();
                parcel.lane.progress = session.router().now();
                touched.add(parcel.lane);
            }
        }
        touched.forEach(this::pump);
    }

    void hold(Name name, boolean on) {
        Lane lane = lanes.get(name);
        if (lane != null) {
            lane.held = on;
        }
    }

    void writable() {
        List<Lane> again = new ArrayList<>(stuck);
        stuck.clear();
        again.forEach(this::pump);
    }

    /** The session is back, and has had everything up to this token. */
    void attach(Out to, long received) {
        out = to;
        long now = System.nanoTime();
        unsent = 0;
        moved = now;
        flying.forEach(received + 1, (token, parcel) -> {
            if (parcel.routed.left(now) < 0) {
                flying.remove(token);
                session.router().dropped(Drop.EXPIRED, 1);
                landed(parcel);
            } else {
                again(parcel);
                write(token, parcel.subscription, parcel.routed);
            }
        });
        lanes.values().forEach(lane -> lane.held = false);
        List.copyOf(lanes.values()).forEach(this::pump);
    }

    /** A router that was started anew does not have what its predecessor had taken. */
    private void again(Parcel parcel) {
        if (parcel.taken) {
            parcel.taken = false;
            takenBytes -= parcel.size();
            takenCount -= parcel.count();
            parcel.lane.inFlight += parcel.count();
            parcel.lane.inFlightBytes += parcel.size();
        }
    }

    /** The session is away: who waits for it to take something waits no more. */
    void detach() {
        out = null;
        stuck.clear();
        if (!overfull()) {
            lanes.values().forEach(lane -> lane.waiting.forEach(this::unblock));
        }
    }

    /** Whether more waits than may. */
    boolean overfull() {
        return bytes - takenBytes > settings().sessionBytes() || count - takenCount > settings().sessionMax()
                || takenBytes > MOST_TAKEN * settings().sessionBytes() || takenCount > MOST_TAKEN * (long) settings().sessionMax();
    }

    private void unblock(Parcel parcel) {
        if (parcel.blocked) {
            blocked--;
            parcel.blocked = false;
            parcel.delivery.unblock();
        }
    }

    /** Lets go of everything; how many that were. */
    long close() {
        out = null;
        closed = true;
        List<Parcel> all = new ArrayList<>();
        flying.forEach(0, (token, parcel) -> all.add(parcel));
        all.forEach(parcel -> parcel.lane.inFlight -= parcel.count());
        lanes.values().forEach(lane -> {
            all.addAll(lane.waiting);
            lane.waiting.clear();
            lane.waits = 0;
        });
        lanes.clear();
        all.forEach(this::finished);
        return all.stream().mapToLong(Parcel::count).sum();
    }
}
