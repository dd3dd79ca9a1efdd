package io.anole.gateway.internal.rosbridge;

import io.anole.bus.BusException;
import io.anole.core.ParticipantBus;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.Replies.Level;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.exceptions.MessageTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client and what it has registered: a participant of the bus of its own, which goes with the connection.
 *
 * <p>The web server reads a frame only when the one before has been dealt with, on a thread of the gateway's own: a client
 * that floods, or whose publish is held back, holds back itself. What that thread uses alone is not guarded. Messages and
 * answers come on the bus's threads and go to the outbox.
 *
 * <p>Public for the web server, which calls it by a method handle.
 */
public final class Client implements Session.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(1);

    /** What works once the connection is open. */
    private record Desk(Outbox outbox, Replies replies, ParticipantBus bus, Topics topics, Services services) {
        void close() {
            outbox.close();
            bus.close();
            services.end();
            topics.end();
        }
    }

    private final Station station;
    private final Door door;
    private final Visitor visitor;
    private final Fragments fragments;
    private final String participant;
    private final Clients clients;
    private volatile Session session;
    private volatile Desk desk;
    private boolean closed;

    /** Those that are connected. */
    interface Clients {
        /** Whether there is room for this one. */
        boolean add(Client client);

        /** Called once for each that was added, when its connection is over. */
        void remove(Client client);
    }

    Client(Station station, Door door, Visitor visitor, String participant, Clients clients) {
        this.station = station;
        this.door = door;
        this.visitor = visitor;
        this.fragments = new Fragments(station.trees(), station.config().frame_max_bytes());
        this.participant = participant;
        this.clients = clients;
    }

    Door door() {
        return door;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        if (!clients.add(this)) {
            hangUp(StatusCode.TRY_AGAIN_LATER, "all places are taken");
            return;
        }
        ParticipantBus bus;
        try {
            bus = door.open(participant);
        } catch (NoSuchElementException e) {
            hangUp(StatusCode.SERVICE_RESTART, "bus '" + door.name() + "' is not there now");
            clients.remove(this);
            return;
        }
        Outbox outbox = new Outbox(opened, station.timer(), station.tally(), station.config().buffer_max_bytes(), fragments::cut,
                () -> hangUp(StatusCode.TRY_AGAIN_LATER, "too many answers wait for you"),
                why -> desk.replies().status(Level.ERROR, null, why));
        Replies replies = new Replies(station.trees(), outbox);
        Quota quota = new Quota(station.config().registrations_max(), station.tally());
        Desk made = new Desk(outbox, replies, bus, new Topics(station, door, visitor, bus, outbox, replies, quota),
                new Services(station, door, visitor, bus, replies, quota));
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                desk = made;
            }
        }
        if (late) {
            made.close();
            clients.remove(this);
        } else {
            opened.demand();
        }
    }

    @Override
    public void onWebSocketText(String text) {
        later(() -> read(() -> station.trees().read(text)));
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        later(() -> read(() -> station.trees().read(bytes)));
    }

    private void later(Runnable work) {
        station.tally().count(Of.FRAMES_IN);
        try {
            station.lanes().execute(() -> {
                try {
                    work.run();
                } finally {
                    session.demand();
                }
            });
        } catch (RejectedExecutionException e) {
            hangUp(StatusCode.SHUTDOWN, "the gateway is stopping");
        }
    }

    @Override
    public void onWebSocketError(Throwable failure) {
        if (failure instanceof MessageTooLargeException) {
            station.tally().count(Of.FRAMES_TOO_LARGE);
        }
        LOG.debug("rosbridge client of '{}': {}", visitor.name(), failure.getMessage());
    }

    @Override
    public void onWebSocketClose(int code, String reason) {
        end();
    }

    /** Sends the client away. */
    void hangUp(int code, String reason) {
        Session open = session;
        if (open != null) {
            open.close(code, reason, Callback.NOOP);
        }
    }

    /** Ends it here and now, and tells the client if it still listens. */
    void leave(int code, String reason) {
        Desk here = desk;
        if (here != null && here.outbox().stuck(System.nanoTime()) > STUCK_NS) {
            cut();
        } else {
            hangUp(code, reason);
        }
        end();
    }

    /** Cuts the connection: what is to be said to the client it would not hear. */
    void cut() {
        Session open = session;
        if (open != null) {
            open.disconnect();
        }
    }

    /** Asks whether the client is still there, and cuts it off if it has not taken anything for too long. */
    void sweep(long now, long patience) {
        Session open = session;
        Desk here = desk;
        if (open == null || here == null) {
            return;
        }
        long stuck = here.outbox().stuck(now);
        if (stuck > patience) {
            station.tally().count(Of.CLIENTS_STUCK);
            cut();
        } else if (stuck == 0) {
            open.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    private void end() {
        Desk over;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            over = desk;
        }
        if (over != null) {
            over.close();
            clients.remove(this);
        }
    }

    private void read(Supplier<Object> frame) {
        Replies replies = desk.replies();
        try {
            if (frame.get() instanceof Map<?, ?> map) {
                op(new Request(map));
                return;
            }
            station.tally().count(Of.FRAMES_MALFORMED);
            replies.status(Level.ERROR, null, "a frame must be a map with an 'op'");
        } catch (BusException.BadShape | Refusal e) {
            station.tally().count(Of.FRAMES_MALFORMED);
            replies.status(Level.ERROR, null, e.getMessage());
        }
    }

    /** @throws Refusal if it is not even known what is asked for, and by which id */
    private void op(Request request) {
        String op = request.text("op", "");
        String id = request.text("id", null);
        Topics topics = desk.topics();
        Services services = desk.services();
        try {
            switch (op) {
                case "subscribe" -> topics.subscribe(request);
                case "unsubscribe" -> topics.unsubscribe(request);
                case "advertise" -> topics.advertise(request);
                case "unadvertise" -> topics.unadvertise(request);
                case "publish" -> topics.publish(request);
                case "call_service" -> services.call(request);
                case "advertise_service" -> services.serve(request);
                case "unadvertise_service" -> services.unserve(request);
                case "service_response" -> services.answered(request);
                case "fragment" -> fragment(request);
                case "set_level" -> desk.replies().level(request);
                default -> throw new Refusal(400, op.isEmpty() ? "a frame must be a map with an 'op'"
                        : "the op '" + Request.shortened(op) + "' is not known");
            }
        } catch (Refusal | IllegalArgumentException | BusException e) {
            station.tally().count(Of.REFUSED);
            if (e instanceof Refusal refusal && refusal.status() == 403) {
                visitor.did(Request.shortened(op + " " + request.fields().get(op.contains("service") ? "service" : "topic")), "403");
            }
            if (op.equals("call_service") && request.value("service") instanceof String) {
                desk.replies().respond(request, e.getMessage(), false);
            } else {
                desk.replies().status(Level.ERROR, id, (op.isEmpty() ? "" : Request.shortened(op) + ": ") + e.getMessage());
            }
        }
    }

    private void fragment(Request request) {
        String whole = fragments.join(request.needed("id"), request.needed("data"), request.number("num", -1),
                request.number("total", -1));
        if (whole != null) {
            Object frame = station.trees().read(whole);
            if (!(frame instanceof Map<?, ?> map) || "fragment".equals(map.get("op"))) {
                throw new Refusal(400, "the fragments make no frame");
            }
            op(new Request(map));
        }
    }
}
