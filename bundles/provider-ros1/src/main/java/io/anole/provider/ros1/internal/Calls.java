package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.Fetchable;
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
 * while for the next request. Who finds one idle writes to it from its own thread, and where the last answers were all waited
 * for, the next one is read by the thread that waits for it. All else is done on the event loop, time-outs and ends included.
 */
final class Calls {
    private static final int MOST_LINES = 32;
    private static final int MOST_WAITING = 1024;
    private static final int MOST_PLACES = 1024;
    /** How long the master's word is taken for where a service is. What is wrong there is asked again at once. */
    private static final long BELIEVED = TimeUnit.SECONDS.toNanos(1);
    /** How late a time-out may be, in ms. */
    private static final int TICK = 10;
    /** How long an answer lies unread, in ms, if against all expectation nobody waits for it. */
    private static final int UNREAD = 2;
    /** So many answers in a row must have been waited for; the more, the more often waiting like this was in vain. */
    private static final int ENOUGH = 8;
    private static final int MOST_ENOUGH = 256;
    private static final boolean SEVERAL = Runtime.getRuntime().availableProcessors() > 1;
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
            return call;
        }
        Pool pool = pools.get(service);
        if (pool == null || !pool.askIdle(call)) {
            node.run(() -> pools.computeIfAbsent(service, Pool::new).ask(call));
        }
        if (!ticking.get() && ticking.compareAndSet(false, true)) {
            node.run(this::tick);
        }
        return call;
    }

    private void tick() {
        long now = System.nanoTime();
        pending.forEach(call -> call.endAt(now));
        boolean unread = false;
        for (Pool pool : pools.values()) {
            for (Way way : pool.ways) {
                unread |= way.unread(now);
            }
        }
        if (pending.isEmpty() && !unread) {
            ticking.set(false);
            if (pending.isEmpty() || !ticking.compareAndSet(false, true)) {
                return;
            }
        }
        node.later(this::tick, unread ? UNREAD : TICK);
    }

    void close(BusException why) {
        pending.forEach(call -> call.fail(why));
        List.copyOf(pools.values()).forEach(Pool::close);
        pools.clear();
    }

    private final class Call extends CompletableFuture<Message> implements Fetchable {
        private final Name name;
        private final Message message;
        private final Duration timeout;
        private final long deadline;
        private volatile Way way;
        /** Whether somebody waited for it while the event loop read it. */
        private volatile boolean awaited;

        Call(Name name, Message message, Duration timeout) {
            this.name = name;
            this.message = message;
            this.timeout = timeout;
            this.deadline = System.nanoTime() + timeout.toNanos();
        }

        void give(Message body) {
            pending.remove(this);
            complete(body);
        }

        void refuse(BusException why) {
            pending.remove(this);
            completeExceptionally(why);
        }

        void fail(BusException why) {
            refuse(why);
            Way asked = way;
            if (asked != null) {
                asked.giveUp(this);
            }
        }

        @Override
        public void fetch(long limit) {
            Way asked = way;
            if (asked != null) {
                asked.fetch(this, limit);
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
        /** How many wait, for other threads. */
        private volatile int queued;

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
            if (call.isDone() || askIdle(call)) {
                return;
            }
            if (ways.size() + opening < MOST_LINES) {
                opening++;
                open(call);
                return;
            }
            waiting.removeIf(Call::isDone);
            if (waiting.size() >= MOST_WAITING) {
                call.refuse(new BusException.Rejected("service '" + call.name + "' has " + MOST_WAITING
                        + " requests of this node waiting, as many as it may"));
                return;
            }
            waiting.add(call);
            queued = waiting.size();
            meet();
        }

        /** A connection may have been freed while the queue looked empty. */
        private void meet() {
            Way way = waiting.isEmpty() ? null : idle.pollLast();
            if (way != null) {
                free(way);
            }
        }

        private void open(Call call) {
            Place place = places.get(service);
            if (place != null && System.nanoTime() - place.told < BELIEVED) {
                connect(call, place.at, true);
                return;
            }
            node.master().call("lookupService", service).whenComplete((where, error) -> node.run(() -> {
                if (call.isDone()) {
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
                if (believed && !call.isDone()) {
                    open(call);
                    return;
                }
                opening--;
                if (call.isDone()) {
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
            while (next != null && next.isDone()) {
                next = waiting.poll();
            }
            queued = waiting.size();
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

        /** Any thread, of a connection that is kept. */
        void freeNow(Way way) {
            if (queued > 0) {
                node.run(() -> free(way));
                return;
            }
            way.rest();
            idle.addLast(way);
            if (queued > 0) {
                node.run(this::meet);
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

    /** What is to be told to who has asked. */
    private record Outcome(Message answer, BusException error) {
        void tell(Call asked) {
            if (error == null) {
                asked.give(answer);
            } else {
                asked.refuse(error);
            }
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
        private volatile boolean watched;
        private volatile long restsSince;

        // Guarded by this: what is asked, if anything, and whether it is on its way.
        private Call call;
        private boolean sent;
        private boolean again;
        private boolean over;
        // Guarded by this, too: who reads answers. The event loop where there is no fetch; else who waits, if somebody does now,
        // and since when nobody has.
        private Fetch fetch;
        private boolean fetching;
        private long left;
        private int awaited;
        private int enough = ENOUGH;

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
            if (first == null || first.isDone()) {
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
                if (fetch != null && !fetch.silent()) {
                    end("the other side has closed the connection, or answered what nobody has asked");
                    return false;
                }
                left = System.nanoTime();
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
            Outcome outcome = read(asked, ok, frame);
            if (idleMs() == 0) {
                outcome.tell(asked);
                pool.free(this);
                return;
            }
            if (!leaveNext(asked)) {
                node.lookout().expect();
            }
            pool.free(this); // first, so that the asker's next request finds it
            outcome.tell(asked);
        }

        /** Any thread. */
        private Outcome read(Call asked, boolean ok, ByteBuffer frame) throws Refusal {
            try {
                if (!ok) {
                    return new Outcome(null, kin ? Failure.of(node.bodies().ofCbor(frame))
                            : new BusException.RemoteError("", StandardCharsets.UTF_8.decode(frame).toString(), ""));
                }
                if (!kin) {
                    return new Outcome(new Message(asked.name, type.answer().name(), Map.of(), type.answer().read(frame), "", 0,
                            Node.now(), Message.NEVER), null);
                }
                Meta meta = Meta.decode(frame, node.senders());
                Object body = meta.cbor() || type == null ? node.bodies().ofCbor(frame) : type.answer().read(frame);
                return new Outcome(meta.message(asked.name, body), null);
            } catch (BadShape e) {
                return new Outcome(null, e);
            } catch (Refusal e) {
                asked.refuse(new BusException.Rejected("service '" + asked.name + "': " + e.getMessage()));
                throw e;
            }
        }

        /** The call is given up; unless it has its answer already, which somebody is about to tell. */
        void giveUp(Call asker) {
            synchronized (this) {
                if (call != asker) {
                    return;
                }
                call = null;
            }
            end("a request was given up"); // its answer would be taken for the next one's
        }

        // Who reads

        /** Leaves the next answer to who waits for it, if the last ones were all waited for. */
        private synchronized boolean leaveNext(Call asked) {
            awaited = asked.awaited ? awaited + 1 : 0;
            if (awaited < enough || !SEVERAL || !leave()) {
                return false;
            }
            fetch = new Fetch(this::readNow);
            left = System.nanoTime();
            return true;
        }

        /** On the thread that waits for this call, and only for it: a connection carries one at a time. */
        void fetch(Call asker, long limit) {
            Fetch mine;
            synchronized (this) {
                mine = fetch;
                if (call != asker || fetching || mine == null) {
                    asker.awaited = true;
                    return;
                }
                fetching = true;
            }
            boolean whole = mine.await(asker::isDone, limit);
            boolean ok;
            ByteBuffer body;
            synchronized (this) {
                fetching = false;
                enough = whole ? ENOUGH : Math.min(MOST_ENOUGH, 2 * enough);
                if (!whole || call != asker) {
                    returnToLoop();
                    return;
                }
                take();
                ok = mine.ok();
                body = mine.body();
                left = System.nanoTime();
            }
            try {
                Outcome outcome = read(asker, ok, body);
                pool.freeNow(this);
                outcome.tell(asker);
            } catch (Refusal e) {
                end(e.getMessage());
            }
        }

        /** On the event loop: whether others read. If nobody does for a moment, they do so no more. */
        synchronized boolean unread(long now) {
            if (fetch != null && !fetching && now - left > TimeUnit.MILLISECONDS.toNanos(UNREAD)) {
                returnToLoop();
            }
            return fetch != null;
        }

        private void returnToLoop() {
            ByteBuffer read = fetch.rest();
            fetch = null;
            awaited = 0;
            node.run(() -> comeBack(read));
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
            if (asked != null && !asked.isDone()) {
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
                node.run(() -> node.later(this::look, idleMs()));
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
