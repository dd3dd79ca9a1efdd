package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.anole.provider.ros1.internal.message.Out;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * A client's connection to a service of ours. Asks one request after the other, as ROS does. On the event loop, but an answer
 * is written by the thread that gives it.
 */
final class Asker extends Line {
    private static final int MOST = 1024;

    private final Node node;
    private final ArrayDeque<Message> requests = new ArrayDeque<>();
    private Served served;
    private String caller = "";
    private boolean kin;
    private boolean persistent;
    /** Guarded by the requests. */
    private boolean asking;

    Asker(Node node) {
        super(node.settings().maxPayload());
        this.node = node;
    }

    @Override
    void header(Map<String, String> header) throws Refusal {
        String service = header.get("service");
        caller = header.getOrDefault("callerid", "");
        kin = Meta.VERSION.equals(header.get(Meta.FIELD));
        persistent = "1".equals(header.get("persistent"));
        served = node.endpoints().served(service);
        if (served == null || !served.ready().isDone()) {
            served = null;
            throw new Refusal("service '" + service + "' is not served by " + node.settings().node());
        }
        if ("1".equals(header.get("probe"))) {
            send(served.header());
            endAfterwards("it was a probe");
            return;
        }
        String md5 = header.getOrDefault("md5sum", "");
        if (served.type() == null && !kin) {
            throw new Refusal("service '" + service + "' has no type of ROS; give it one in the setting types of bus '"
                    + node.settings().bus() + "'");
        }
        if (served.type() != null && !md5.equals("*") && !md5.equals(served.type().md5())) {
            throw new Refusal("service '" + service + "' is " + served.type().name() + " with md5 " + served.type().md5()
                    + ", not " + header.getOrDefault("type", "a type") + " with md5 " + md5);
        }
        served.askers().add(this);
        send(served.header());
    }

    @Override
    void frame(boolean ok, ByteBuffer frame) throws Refusal {
        if (served == null) {
            return;
        }
        Message request;
        try {
            if (kin) {
                Meta meta = Meta.decode(frame, node.senders());
                Object body = meta.cbor() ? node.bodies().ofCbor(frame) : served.type().request().read(frame);
                request = meta.message(served.name(), body);
            } else {
                request = new Message(served.name(), served.type().request().name(), Map.of(),
                        served.type().request().read(frame), caller.startsWith("/") ? caller.substring(1) : caller, 0,
                        Node.now(), Message.NEVER);
            }
        } catch (BadShape e) {
            node.dropped(Drop.MALFORMED, 1);
            throw new Refusal(e.getMessage());
        }
        synchronized (requests) {
            if (requests.size() >= MOST) {
                throw new Refusal("more than " + MOST + " requests wait");
            }
            requests.add(request);
        }
        next();
    }

    private void next() {
        Message request;
        synchronized (requests) {
            request = asking ? null : requests.poll();
            if (request == null) {
                return;
            }
            asking = true;
        }
        served.handler().handle(request).whenComplete(this::answered);
    }

    /** Any thread. */
    private void answered(Message answer, Throwable error) {
        if (open()) {
            if (error == null) {
                answer(answer);
            } else {
                fail(Node.cause(error));
            }
        }
        if (!persistent) {
            node.run(() -> endAfterwards("it is answered"));
            return;
        }
        boolean more;
        synchronized (requests) {
            asking = false;
            more = !requests.isEmpty();
        }
        if (more) {
            node.run(this::next);
        }
    }

    private void answer(Message answer) {
        try {
            boolean cbor = served.type() == null;
            byte[] body;
            if (cbor) {
                body = node.bodies().cbor(answer.body());
            } else {
                Out out = node.bodies().out();
                served.type().answer().write(answer.body(), out);
                body = out.take();
            }
            write(true, kin ? Meta.encode(answer, false, cbor) : new byte[0], body);
        } catch (BadShape e) {
            fail(new BusException.RemoteError(BadShape.class.getName(), "the answer of '" + served.name() + "': "
                    + e.getMessage(), ""));
        }
    }

    private void fail(Throwable why) {
        if (kin) {
            write(false, new byte[0], node.bodies().cbor(Failure.tree(why)));
        } else {
            write(false, new byte[0], Failure.text(why).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void write(boolean ok, byte[] meta, byte[] body) {
        ByteBuffer frame = ByteBuffer.allocate(5 + meta.length + body.length).order(ByteOrder.LITTLE_ENDIAN);
        write(frame.put((byte) (ok ? 1 : 0)).putInt(meta.length + body.length).put(meta).put(body).flip());
    }

    @Override
    void refused(String reason) {
        channel().writeAndFlush(Header.encode(channel().alloc(), Map.of("error", reason)));
        node.log("refused a client" + (caller.isEmpty() ? "" : " '" + caller + "'"), reason);
    }

    @Override
    void ended(String reason) {
        synchronized (requests) {
            requests.clear();
        }
        node.sockets().left(this);
        if (served != null) {
            served.askers().remove(this);
        }
    }
}
