package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.provider.ros1.internal.message.Out;
import io.anole.provider.ros1.internal.message.ServiceType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;

/**
 * Requests to services. A connection of ROS carries one request at a time, so there are several to a service, kept for a
 * while for the next request. On the event loop.
 */
final class Calls {
    private static final int MOST_LINES = 32;
    private static final int MOST_WAITING = 1024;

    private final Node node;
    private final Map<String, Pool> pools = new HashMap<>();

    Calls(Node node) {
        this.node = node;
    }

    /** For how long a connection is kept for the next request; 0 for not at all. */
    private int idleMs() {
        return node.settings().callsIdle();
    }

    /** Any thread. */
    CompletionStage<Message> request(Name name, String service, Message message, Duration timeout) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        node.run(() -> {
            Call call = new Call(name, message, answer, new BusException.Timeout("service '" + name + "' has not answered within "
                    + timeout.toMillis() + " ms"));
            ScheduledFuture<?> timer = node.later(() -> call.fail(call.late), Math.max(1, timeout.toMillis()));
            answer.whenComplete((done, error) -> timer.cancel(false));
            pools.computeIfAbsent(service, Pool::new).ask(call);
        });
        return answer;
    }

    void close(BusException why) {
        List.copyOf(pools.values()).forEach(pool -> pool.close(why));
        pools.clear();
    }

    private static final class Call {
        private final Name name;
        private final Message message;
        private final CompletableFuture<Message> answer;
        private final BusException.Timeout late;
        private Way way;

        Call(Name name, Message message, CompletableFuture<Message> answer, BusException.Timeout late) {
            this.name = name;
            this.message = message;
            this.answer = answer;
            this.late = late;
        }

        void fail(BusException why) {
            answer.completeExceptionally(why);
            if (way != null) {
                // Its answer would be taken for the next one's.
                way.end("a request was given up");
            }
        }
    }

    private final class Pool {
        private final String service;
        private final ArrayDeque<Way> idle = new ArrayDeque<>();
        private final Set<Way> ways = new LinkedHashSet<>();
        private final ArrayDeque<Call> waiting = new ArrayDeque<>();
        private int opening;

        Pool(String service) {
            this.service = service;
        }

        void ask(Call call) {
            for (Way way = idle.pollLast(); way != null; way = idle.pollLast()) {
                if (way.open()) {
                    way.ask(call, true);
                    return;
                }
            }
            if (ways.size() + opening < MOST_LINES) {
                open(call);
                return;
            }
            waiting.removeIf(one -> one.answer.isDone());
            if (waiting.size() >= MOST_WAITING) {
                call.fail(new BusException.Rejected("service '" + call.name + "' has " + MOST_WAITING
                        + " requests of this node waiting, as many as it may"));
                return;
            }
            waiting.add(call);
        }

        private void open(Call call) {
            opening++;
            node.master().call("lookupService", service).whenComplete((where, error) -> node.run(() -> {
                if (call.answer.isDone()) {
                    opening--;
                    next();
                } else if (error == null && where instanceof String uri) {
                    connect(call, uri);
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

        private void connect(Call call, String uri) {
            InetSocketAddress at;
            try {
                at = Lookups.serviceAddress(uri);
            } catch (Refusal e) {
                opening--;
                refused(call, null);
                return;
            }
            Way way = new Way(this, at, call);
            node.sockets().dial(at, way).whenComplete((done, error) -> {
                opening--;
                if (error == null) {
                    ways.add(way);
                } else if (call.answer.isDone()) {
                    next(); // it was given up, and the connection with it
                } else {
                    refused(call, null);
                }
            });
        }

        /** A place is free for one that waits. */
        private void next() {
            Call next = waiting.poll();
            while (next != null && next.answer.isDone()) {
                next = waiting.poll();
            }
            if (next != null) {
                ask(next);
            } else if (ways.isEmpty() && opening == 0) {
                pools.remove(service, this);
            }
        }

        void free(Way way) {
            if (idleMs() == 0) {
                way.end("one request, one connection");
                return;
            }
            Call next = waiting.poll();
            while (next != null && next.answer.isDone()) {
                next = waiting.poll();
            }
            if (next != null) {
                way.ask(next, true);
            } else {
                idle.add(way);
                way.idleSince = System.nanoTime();
                node.later(() -> {
                    if (way.call == null && System.nanoTime() - way.idleSince >= idleMs() * 900_000L) {
                        way.end("not needed any more");
                    }
                }, idleMs());
            }
        }

        void gone(Way way) {
            ways.remove(way);
            idle.remove(way);
            next();
        }

        void close(BusException why) {
            waiting.forEach(call -> call.fail(why));
            waiting.clear();
            List.copyOf(ways).forEach(way -> {
                if (way.call != null) {
                    way.call.fail(why);
                }
                way.end("the link is closed");
            });
        }
    }

    /** One connection to a service. */
    private final class Way extends Line {
        private final Pool pool;
        private final InetSocketAddress at;
        private Call call;
        private boolean again;
        private boolean kin;
        private ServiceType type;
        private String refusal;
        private long idleSince;

        Way(Pool pool, InetSocketAddress at, Call first) {
            super(node.settings().maxPayload());
            this.pool = pool;
            this.at = at;
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
            if (call != null && !call.answer.isDone()) {
                ask(call, false);
            } else {
                finished();
            }
        }

        void ask(Call next, boolean reused) {
            call = next;
            next.way = this;
            again = reused;
            try {
                byte[] body;
                if (type == null) {
                    body = node.bodies().cbor(next.message.body());
                } else {
                    Out out = node.bodies().out();
                    type.request().write(next.message.body(), out);
                    body = out.take();
                }
                byte[] meta = kin ? Meta.encode(next.message, false, type == null) : new byte[0];
                ByteBuf frame = channel().alloc().buffer(4 + meta.length + body.length);
                frame.writeIntLE(meta.length + body.length).writeBytes(meta).writeBytes(body);
                channel().writeAndFlush(frame, channel().voidPromise());
            } catch (BadShape e) {
                // Without a type there is no shape to miss: it is too large.
                next.answer.completeExceptionally(type != null ? e
                        : new BusException.Rejected("service '" + next.name + "': " + e.getMessage()));
                finished();
            }
        }

        @Override
        void frame(boolean ok, ByteBuffer frame) throws Refusal {
            Call asked = call;
            if (asked == null) {
                throw new Refusal("an answer to nothing");
            }
            try {
                if (!ok) {
                    asked.answer.completeExceptionally(kin ? Failure.of(node.bodies().ofCbor(frame))
                            : new BusException.RemoteError("", StandardCharsets.UTF_8.decode(frame).toString(), ""));
                } else if (kin) {
                    Meta meta = Meta.decode(frame);
                    Object body = meta.cbor() || type == null ? node.bodies().ofCbor(frame) : type.answer().read(frame);
                    asked.answer.complete(meta.message(asked.name, body));
                } else {
                    asked.answer.complete(new Message(asked.name, type.answer().name(), Map.of(), type.answer().read(frame), "",
                            0, Node.now(), Message.NEVER));
                }
            } catch (BadShape e) {
                asked.answer.completeExceptionally(e);
            }
            finished();
        }

        private void finished() {
            if (call != null) {
                call.way = null;
                call = null;
            }
            pool.free(this);
        }

        @Override
        void refused(String reason) {
            refusal = reason;
        }

        @Override
        void ended(String reason) {
            Call asked = call;
            call = null;
            if (asked != null && !asked.answer.isDone()) {
                asked.way = null;
                lost(asked, reason);
            }
            pool.gone(this);
        }

        /** Whether the server is gone for good or only this connection, the master knows. */
        private void lost(Call asked, String reason) {
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
    }
}
