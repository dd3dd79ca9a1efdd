package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.provider.ros1.internal.message.Out;
import io.anole.provider.ros1.internal.message.ServiceType;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests to services. A connection of ROS carries one request at a time, so there are several to a service, kept for a
 * while for the next request. Who finds one idle writes to it from its own thread; all else is done on the event loop,
 * answers, time-outs and ends included.
 */
final class Calls {
    private static final int MOST_LINES = 32;
    private static final int MOST_WAITING = 1024;
    private static final int MOST_PLACES = 1024;
    /** How long the master's word is taken for where a service is. What is wrong there is asked again at once. */
    private static final long BELIEVED = TimeUnit.SECONDS.toNanos(1);
    /** How late a time-out may be, in ms. */
    private static final int TICK = 10;
    private static final byte[] NONE = new byte[0];

    private final Node node;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Set<Call> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final Map<String, Place> places = new HashMap<>();

    /** Where the master said at that time that a service is. */
    private record Place(InetSocketAddress at, long told) {
    }

    Calls(Node node) {
        this.node = node;
    }

    /** For how long a connection is kept for the next request; 0 for not at all. */
    private int idleMs() {
        return node.settings().callsIdle();
    }

    /** Any thread. */
    CompletionStage<Message> request(Name name, String service, Message message, Duration timeout) {
        Call call = new Call(name, message, timeout);
        pending.add(call);
        if (node.closed()) {
            call.refuse(new BusException.Closed("the link is closed"));
            return call.answer;
        }
        Pool pool = pools.get(service);
        if (pool == null || !pool.askIdle(call)) {
            node.run(() -> pools.computeIfAbsent(service, Pool::new).ask(call));
        }
        if (!ticking.get() && ticking.compareAndSet(false, true)) {
            node.run(this::tick);
        }
        return call.answer;
    }

    private void tick() {
        long now = System.nanoTime();
        pending.forEach(call -> call.endAt(now));
        if (pending.isEmpty()) {
            ticking.set(false);
            if (pending.isEmpty() || !ticking.compareAndSet(false, true)) {
                return;
            }
        }
        node.later(this::tick, TICK);
    }

    void close(BusException why) {
        pending.forEach(call -> call.fail(why));
        List.copyOf(pools.values()).forEach(Pool::close);
        pools.clear();
    }

    private final class Call {
        private final Name name;
        private final Message message;
        private final Duration timeout;
        private final long deadline;
        private final CompletableFuture<Message> answer = new CompletableFuture<>();
        private volatile Way way;

        Call(Name name, Message message, Duration timeout) {
            this.name = name;
            this.message = message;
            this.timeout = timeout;
            this.deadline = System.nanoTime() + timeout.toNanos();
        }

        boolean over() {
            return answer.isDone();
        }

        void give(Message body) {
            pending.remove(this);
            answer.complete(body);
        }

        void refuse(BusException why) {
            pending.remove(this);
            answer.completeExceptionally(why);
        }

        void fail(BusException why) {
            refuse(why);
            Way asked = way;
            if (asked != null) {
                // Its answer would be taken for the next one's.
                asked.end("a request was given up");
            }
        }

        void endAt(long now) {
            if (now - deadline >= 0) {
                fail(new BusException.Timeout("service '" + name + "' has not answered within " + timeout.toMillis()
                        + " ms"));
            }
        }
    }

    private final class Pool {
        private final String service;
        private final Deque<Way> idle = new ConcurrentLinkedDeque<>();
        private final Set<Way> ways = new LinkedHashSet<>();
        private final ArrayDeque<Call> waiting = new ArrayDeque<>();
        private int opening;

        Pool(String service) {
            this.service = service;
        }

        /** Any thread: false if no connection is free. */
        boolean askIdle(Call call) {
            for (Way way = idle.pollLast(); way != null; way = idle.pollLast()) {
                if (way.ask(call, true)) {
                    return true;
                }
            }
            return false;
        }

        void ask(Call call) {
            if (call.over() || askIdle(call)) {
                return;
            }
            if (ways.size() + opening < MOST_LINES) {
                opening++;
                open(call);
                return;
            }
            waiting.removeIf(Call::over);
            if (waiting.size() >= MOST_WAITING) {
                call.refuse(new BusException.Rejected("service '" + call.name + "' has " + MOST_WAITING
                        + " requests of this node waiting, as many as it may"));
                return;
            }
            waiting.add(call);
        }

        private void open(Call call) {
            Place place = places.get(service);
            if (place != null && System.nanoTime() - place.told < BELIEVED) {
                connect(call, place.at, true);
                return;
            }
            node.master().call("lookupService", service).whenComplete((where, error) -> node.run(() -> {
                if (call.over()) {
                    opening--;
                    next();
                } else if (error == null && where instanceof String uri) {
                    told(call, uri);
                } else {
                    opening--;
                    refused(call, error);
                }
            }));
        }

        private void refused(Call call, Throwable error) {
            Throwable cause = error == null ? null : Node.cause(error);
            BusException why = cause == null || cause instanceof Master.Refused
                    ? new BusException.NoProvider("nobody serves '" + call.name + "'")
                    : new BusException.LinkLost("'" + call.name + "': " + cause.getMessage());
            call.fail(why);
            for (Call other = waiting.poll(); other != null; other = waiting.poll()) {
                other.fail(why);
            }
        }

        private void told(Call call, String uri) {
            try {
                InetSocketAddress at = Lookups.serviceAddress(uri);
                if (places.size() >= MOST_PLACES) {
                    places.clear();
                }
                places.put(service, new Place(at, System.nanoTime()));
                connect(call, at, false);
            } catch (Refusal e) {
                opening--;
                refused(call, null);
            }
        }

        private void connect(Call call, InetSocketAddress at, boolean believed) {
            Way way = new Way(this, at, call, believed);
            node.sockets().dial(at, way).whenComplete((done, error) -> {
                if (error == null) {
                    opening--;
                    ways.add(way);
                    return;
                }
                places.remove(service);
                if (believed && !call.over()) {
                    open(call);
                    return;
                }
                opening--;
                if (call.over()) {
                    next(); // it was given up, and the connection with it
                } else {
                    refused(call, null);
                }
            });
        }

        /** A place is free for one that waits. */
        private void next() {
            Call next = waiting();
            if (next != null) {
                ask(next);
            } else if (ways.isEmpty() && opening == 0) {
                pools.remove(service, this);
            }
        }

        private Call waiting() {
            Call next = waiting.poll();
            while (next != null && next.over()) {
                next = waiting.poll();
            }
            return next;
        }

        void free(Way way) {
            if (idleMs() == 0) {
                way.end("one request, one connection");
                return;
            }
            Call next = waiting();
            if (next == null) {
                way.rest();
                idle.addLast(way);
            } else if (!way.ask(next, true)) {
                ask(next);
            }
        }

        void gone(Way way) {
            ways.remove(way);
            idle.remove(way);
            next();
        }

        void close() {
            List.copyOf(ways).forEach(way -> way.end("the link is closed"));
        }
    }

    /** One connection to a service. */
    private final class Way extends Line {
        private final Pool pool;
        private final InetSocketAddress at;
        /** Whether it was made without asking the master where to. */
        private final boolean believed;
        private boolean kin;
        private ServiceType type;
        private String refusal;
        private boolean watched;
        private long restsSince;

        // Guarded by this: what is asked, if anything, and whether it is on its way.
        private Call call;
        private boolean sent;
        private boolean again;
        private boolean over;

        Way(Pool pool, InetSocketAddress at, Call first, boolean believed) {
            super(node.settings().maxPayload());
            this.pool = pool;
            this.at = at;
            this.believed = believed;
            this.call = first;
            first.way = this;
        }

        @Override
        boolean answers() {
            return true;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            Map<String, String> header = new LinkedHashMap<>();
            header.put("callerid", node.settings().node());
            header.put("service", pool.service);
            header.put("md5sum", "*");
            header.put("persistent", idleMs() == 0 ? "0" : "1");
            header.put(Meta.FIELD, Meta.VERSION);
            send(header);
        }

        @Override
        void header(Map<String, String> header) throws Refusal {
            String error = header.get("error");
            if (error != null) {
                throw new Refusal(error);
            }
            kin = Meta.VERSION.equals(header.get(Meta.FIELD));
            String name = header.getOrDefault("type", "");
            if (!name.equals(Served.UNTYPED)) {
                try {
                    type = node.bodies().types().service(name);
                } catch (BadShape e) {
                    throw new Refusal(e.getMessage());
                }
                String md5 = header.getOrDefault("md5sum", "*");
                if (!md5.equals("*") && !md5.equals(type.md5())) {
                    throw new Refusal("the server has " + name + " with md5 " + md5 + ", here it is " + type.md5()
                            + ": the definitions differ");
                }
            } else if (!kin) {
                throw new Refusal("it has no type of ROS");
            }
            Call first = take();
            if (first == null || first.over()) {
                pool.free(this);
            } else {
                ask(first, false);
            }
        }

        /** What was asked. */
        private synchronized Call take() {
            Call asked = call;
            call = null;
            if (asked != null) {
                asked.way = null;
            }
            return asked;
        }

        /** Who has it alone, on any thread: false if it has ended. */
        boolean ask(Call next, boolean reused) {
            ByteBuffer frame;
            try {
                frame = frame(next);
            } catch (RuntimeException e) {
                // Without a type there is no shape to miss: it is too large.
                next.refuse(type != null && e instanceof BadShape misfit ? misfit
                        : new BusException.Rejected("service '" + next.name + "': " + e.getMessage()));
                node.run(() -> pool.free(this));
                return true;
            }
            synchronized (this) {
                if (over) {
                    return false;
                }
                call = next;
                sent = true;
                again = reused;
                next.way = this;
            }
            write(frame);
            return true;
        }

        private ByteBuffer frame(Call next) {
            byte[] body;
            if (type == null) {
                body = node.bodies().cbor(next.message.body());
            } else {
                Out out = node.bodies().out();
                type.request().write(next.message.body(), out);
                body = out.take();
            }
            byte[] meta = kin ? Meta.encode(next.message, false, type == null) : NONE;
            return ByteBuffer.allocate(4 + meta.length + body.length).order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(meta.length + body.length).put(meta).put(body).flip();
        }

        @Override
        void frame(boolean ok, ByteBuffer frame) throws Refusal {
            Call asked = take();
            if (asked == null) {
                throw new Refusal("an answer to nothing");
            }
            Message answer = null;
            BusException error = null;
            try {
                if (!ok) {
                    error = kin ? Failure.of(node.bodies().ofCbor(frame))
                            : new BusException.RemoteError("", StandardCharsets.UTF_8.decode(frame).toString(), "");
                } else if (kin) {
                    Meta meta = Meta.decode(frame);
                    Object body = meta.cbor() || type == null ? node.bodies().ofCbor(frame) : type.answer().read(frame);
                    answer = meta.message(asked.name, body);
                } else {
                    answer = new Message(asked.name, type.answer().name(), Map.of(), type.answer().read(frame), "", 0,
                            Node.now(), Message.NEVER);
                }
            } catch (BadShape e) {
                error = e;
            }
            boolean kept = idleMs() > 0;
            if (kept) {
                node.lookout().expect();
                pool.free(this); // first, so that the asker's next request finds it
            }
            if (error == null) {
                asked.give(answer);
            } else {
                asked.refuse(error);
            }
            if (!kept) {
                pool.free(this);
            }
        }

        @Override
        void refused(String reason) {
            refusal = reason;
        }

        @Override
        void ended(String reason) {
            Call asked;
            synchronized (this) {
                over = true;
                asked = take();
            }
            if (asked != null && !asked.over()) {
                if (believed && !sent) {
                    places.remove(pool.service);
                    pool.opening++;
                    pool.open(asked);
                } else {
                    lost(asked, reason);
                }
            }
            pool.gone(this);
        }

        /** Whether the server is gone for good or only this connection, the master knows. */
        private void lost(Call asked, String reason) {
            places.remove(pool.service);
            BusException why = refusal != null ? new BusException.Rejected("service '" + asked.name + "': " + refusal)
                    : new BusException.LinkLost("service '" + asked.name + "' at " + at.getHostString() + ":" + at.getPort()
                            + ": " + reason);
            if (refusal == null && !again) {
                asked.fail(why);
                return;
            }
            node.master().call("lookupService", pool.service).whenComplete((where, error) -> node.run(() -> asked.fail(
                    error != null && Node.cause(error) instanceof Master.Refused
                            ? new BusException.NoProvider("nobody serves '" + asked.name + "' any more") : why)));
        }

        /** There is nothing to do for now. */
        void rest() {
            restsSince = System.nanoTime();
            if (!watched) {
                watched = true;
                node.later(this::look, idleMs());
            }
        }

        private void look() {
            long left = idleMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - restsSince);
            if (!open()) {
                return;
            }
            if (left <= idleMs() / 10 && pool.idle.remove(this)) {
                end("not needed any more");
            } else {
                node.later(this::look, left <= 0 ? idleMs() : left);
            }
        }
    }
}
