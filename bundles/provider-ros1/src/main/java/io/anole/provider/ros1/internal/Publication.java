package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Outlet;
import io.anole.provider.ros1.internal.message.MessageType;
import io.anole.provider.ros1.internal.message.Out;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One topic that this node publishes, for all its outlets. Messages are written on the threads that publish, wait in one
 * queue, and are handed to the subscribers' connections on the event loop; until the topic's type is known, the master knows
 * of it, and the subscribers that the master names have connected, they stay in that queue.
 */
final class Publication {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final Node node;
    private final Name name;
    private final String topic;

    /** Guarded by this: what was published, and what of it waits for room. */
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final Out out;
    private boolean scheduled;
    private long sequence;
    /** Who publishes here, and what the first of them that said so publishes; guarded by the node's map. */
    int outlets;
    String type = "";
    /** Null until it is known. Written on the event loop, under this lock. */
    private Kind kind;
    private boolean latched;

    // Owned by the event loop.
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private final Map<Gate, Frame> kept = new HashMap<>();
    private final Set<String> expected = new HashSet<>();
    private boolean resolving;
    private boolean registered;
    /** Since the first time the master knew; then data wait for no master any more. */
    private boolean known;
    private boolean settled;
    private boolean settling;
    private boolean over;
    private boolean stallChecked;

    Publication(Node node, Name name, String topic) {
        this.node = node;
        this.name = name;
        this.topic = topic;
        this.out = node.bodies().out();
    }

    /**
     * What this topic carries.
     *
     * @param type     of ROS
     * @param untyped  whether bodies have no type of ROS and the type is only what carries them
     */
    record Kind(MessageType type, boolean untyped) {
    }

    /**
     * One message, written once for all who hear it.
     *
     * @param body   as ROS has it, or CBOR where the topic is untyped
     * @param source what it was made of
     */
    record Frame(byte[] body, boolean cbor, Message source) {
    }

    private record Waiting(Frame frame, Message message, Gate outlet, CompletableFuture<Void> taken) {
    }

    String topic() {
        return topic;
    }

    Name name() {
        return name;
    }

    /** Whether an outlet of this type goes on with what one before it has left here; with the lock of the node's map. */
    boolean carries(String other) {
        return type.isEmpty() || other.isEmpty() || type.equals(other);
    }

    /** On the event loop: null until it is known. */
    Kind kind() {
        return kind;
    }

    boolean latched() {
        return latched;
    }

    Set<Subscriber> subscribers() {
        return subscribers;
    }

    /** Any thread. */
    Outlet open(String type, Qos qos) {
        Gate gate = new Gate(type, qos);
        node.run(() -> {
            if (qos.durability() == Qos.Durability.TRANSIENT_LOCAL) {
                synchronized (this) {
                    latched = true;
                }
            }
            if (kind == null && !type.isEmpty() && !over) {
                resolve(type);
            }
        });
        return gate;
    }

    private final class Gate implements Outlet {
        private final String type;
        private final boolean keeps;
        private final boolean waits;
        private volatile boolean closed;

        Gate(String type, Qos qos) {
            this.type = type;
            this.keeps = qos.durability() == Qos.Durability.TRANSIENT_LOCAL;
            this.waits = qos.reliability() == Qos.Reliability.RELIABLE && qos.overflow() == Qos.Overflow.BLOCK;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            if (closed || node.closed()) {
                return CompletableFuture.failedFuture(new BusException.Closed("'" + name + "': closed"));
            }
            return Publication.this.publish(message, this);
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            node.run(() -> forget(this));
            node.endpoints().release(Publication.this);
        }
    }

    private CompletionStage<Void> publish(Message message, Gate gate) {
        boolean first;
        CompletionStage<Void> result = DONE;
        synchronized (this) {
            Frame frame = null;
            if (kind != null) {
                try {
                    frame = encode(message);
                } catch (BadShape e) {
                    return CompletableFuture.failedFuture(new BusException.Rejected("'" + name + "': " + e.getMessage()));
                }
            }
            CompletableFuture<Void> taken = null;
            if (kind == null || gate.waits && queue.size() >= node.settings().queueSize()) {
                taken = new CompletableFuture<>();
                result = taken;
            } else if (queue.size() >= node.settings().queueSize()) {
                dropOldest();
            }
            queue.add(new Waiting(frame, frame == null ? message : null, gate, taken));
            first = !scheduled;
            scheduled = true;
        }
        if (first) {
            node.run(this::drain);
        }
        return result;
    }

    /** Under the lock. */
    private void dropOldest() {
        Waiting dropped = queue.poll();
        node.dropped(Drop.OVERFLOW, 1);
        if (dropped.taken() != null) {
            dropped.taken().complete(null);
        }
    }

    /** Under the lock. */
    private Frame encode(Message message) {
        if (kind.untyped()) {
            return new Frame(node.bodies().cbor(message.body()), true, message);
        }
        out.clear();
        kind.type().write(message.body(), out);
        sequence++;
        if (kind.type().stamped()) {
            out.patch32(0, (int) sequence);
        }
        return new Frame(out.take(), false, message);
    }

    // On the event loop

    private void resolve(String type) {
        if (resolving) {
            return;
        }
        resolving = true;
        node.lookups().kindOf(topic, type).whenComplete((found, error) -> node.run(() -> {
            resolving = false;
            if (over) {
                return;
            }
            if (error != null) {
                refuseAll(Node.cause(error));
                return;
            }
            synchronized (this) {
                kind = found;
            }
            register();
            Subscription here = node.endpoints().subscription(topic);
            if (here != null) {
                here.publishedHere();
            }
            drain();
        }));
    }

    /** What waited for a type that can't be had. */
    private void refuseAll(Throwable why) {
        List<Waiting> all;
        synchronized (this) {
            all = new ArrayList<>(queue);
            queue.clear();
            scheduled = false;
        }
        BusException.Rejected rejected = new BusException.Rejected("'" + name + "': " + why.getMessage());
        all.stream().filter(one -> one.taken() != null).forEach(one -> one.taken().completeExceptionally(rejected));
    }

    /** Tells the master; also again, when the master has forgotten. */
    void register() {
        if (kind == null || over || node.uri().isEmpty()) {
            return;
        }
        registered = false;
        node.master().call("registerPublisher", topic, kind.type().name(), node.uri()).whenComplete((answer, error) -> node.run(() -> {
            if (over) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            registered = true;
            known = true;
            drain();
            node.membership().registeredOne();
        }));
    }

    boolean registered() {
        return registered || kind == null;
    }

    /** Before the first message, waits for whom the master says to be listening. */
    private void settle() {
        if (settling) {
            return;
        }
        settling = true;
        node.lookups().audienceOf(topic).whenComplete((names, error) -> node.run(() -> {
            if (error == null) {
                expected.addAll(names);
                if (node.patterns().published(topic)) {
                    expected.add(node.settings().node());
                }
                subscribers.forEach(one -> expected.remove(one.caller()));
            }
            if (expected.isEmpty()) {
                settled();
            } else {
                node.later(this::settled, node.settings().settle());
            }
        }));
    }

    private void settled() {
        settled = true;
        expected.clear();
        drain();
    }

    /** A subscriber's header was answered. */
    void connected(Subscriber one) {
        subscribers.add(one);
        for (Frame frame : kept.values()) {
            one.offer(frame, true);
        }
        one.pump();
        if (expected.remove(one.caller()) && expected.isEmpty() && settling && !settled) {
            settled();
        }
    }

    void disconnected(Subscriber one) {
        subscribers.remove(one);
        drain();
    }

    /** Hands on what waits, as far as there is room. */
    void drain() {
        if (over) {
            return;
        }
        boolean empty;
        synchronized (this) {
            empty = queue.isEmpty();
            if (empty) {
                scheduled = false;
            }
        }
        if (empty) {
            node.endpoints().drained();
            return;
        }
        if (kind == null) {
            Waiting first;
            synchronized (this) {
                first = queue.peek();
            }
            resolve(first.message().type().isEmpty() ? first.outlet().type : first.message().type());
            return;
        }
        if (!known) {
            return;
        }
        if (!settled) {
            settle();
            return;
        }
        handOn();
        subscribers.forEach(Subscriber::pump);
        node.endpoints().drained();
    }

    private void handOn() {
        long now = System.nanoTime();
        while (true) {
            Waiting next;
            synchronized (this) {
                next = queue.peek();
                if (next == null) {
                    scheduled = false;
                    return;
                }
            }
            if (next.outlet().waits && waitsForRoom(now)) {
                return;
            }
            Frame frame = next.frame();
            RuntimeException refused = null;
            synchronized (this) {
                if (queue.peek() != next) {
                    continue; // dropped meanwhile
                }
                queue.poll();
                if (frame == null) {
                    try {
                        frame = encode(next.message());
                    } catch (BadShape e) {
                        refused = new BusException.Rejected("'" + name + "': " + e.getMessage());
                    }
                }
            }
            if (refused != null) {
                next.taken().completeExceptionally(refused);
                continue;
            }
            if (frame.source().expiredAt(now)) {
                node.dropped(Drop.EXPIRED, 1);
            } else {
                if (next.outlet().keeps) {
                    kept.put(next.outlet(), frame);
                }
                for (Subscriber one : subscribers) {
                    one.offer(frame, false);
                }
            }
            if (next.taken() != null) {
                next.taken().complete(null);
            }
        }
    }

    /** Whether a subscriber that still takes something has no room. */
    private boolean waitsForRoom(long now) {
        long soonest = Long.MAX_VALUE;
        for (Subscriber one : subscribers) {
            if (one.full()) {
                one.pump();
                if (one.full() && !one.stalled(now)) {
                    soonest = Math.min(soonest, one.stallsIn(now));
                }
            }
        }
        if (soonest == Long.MAX_VALUE) {
            return false;
        }
        if (!stallChecked) {
            stallChecked = true;
            node.later(() -> {
                stallChecked = false;
                drain();
            }, TimeUnit.NANOSECONDS.toMillis(soonest) + 1);
        }
        return true;
    }

    /** Whether everything that was published is away. */
    boolean idle() {
        synchronized (this) {
            if (!queue.isEmpty()) {
                return false;
            }
        }
        long now = System.nanoTime();
        return subscribers.stream().allMatch(one -> one.idle() || one.stalled(now));
    }

    private void forget(Gate gate) {
        if (kept.remove(gate) != null && kept.isEmpty()) {
            synchronized (this) {
                latched = false;
            }
        }
    }

    /** Nobody publishes here any more, and all is away. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        Publication next = node.endpoints().publication(topic);
        if (kind != null && (next == null || next.kind == null)) {
            node.membership().unregister("unregisterPublisher", topic, node.uri());
        }
        List.copyOf(subscribers).forEach(one -> one.end("the topic is not published any more"));
    }

    /** The node ends. */
    void close() {
        over = true;
        BusException.Closed why = new BusException.Closed("'" + name + "': closed");
        synchronized (this) {
            queue.stream().filter(one -> one.taken() != null).forEach(one -> one.taken().completeExceptionally(why));
            queue.clear();
        }
    }
}
