package io.anole.gateway.internal.rosbridge;

import io.anole.access.Role;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.core.ParticipantBus;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final Qos LATCHED = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);
    private static final int LONGEST_TEXT = 200;
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(1);

    private enum Level { NONE, ERROR, WARNING, INFO }

    private record Subscribed(Feed feed, Recent.Topic recent, Registration registration) {
    }

    private record Advertised(Publisher<Object> publisher, boolean latched) {
    }

    private final Station station;
    private final Door door;
    private final Visitor visitor;
    private final Rosapi rosapi;
    private final Fragments fragments;
    private final String participant;
    private final Clients clients;
    private final Map<Name, Subscribed> subscriptions = new HashMap<>();
    private final Map<Name, Advertised> publishers = new HashMap<>();
    private final Map<Name, Caller<Object, Object>> callers = new HashMap<>();
    private final Map<Name, Registration> services = new HashMap<>();
    private final Map<String, CompletableFuture<Object>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger calling = new AtomicInteger();
    private final AtomicLong asking = new AtomicLong();
    private volatile Session session;
    private volatile Outbox outbox;
    private volatile ParticipantBus bus;
    private volatile Level level = Level.ERROR;
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
        this.rosapi = new Rosapi(door, visitor, station.trees());
        this.fragments = new Fragments(station.trees(), station.config().frame_max_bytes());
        this.participant = participant;
        this.clients = clients;
    }

    Door door() {
        return door;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        Outbox box = new Outbox(opened, station.timer(), station.tally(), station.config().buffer_max_bytes(), fragments::cut,
                () -> hangUp(StatusCode.TRY_AGAIN_LATER, "too many answers wait for you"));
        session = opened;
        if (!clients.add(this)) {
            hangUp(StatusCode.TRY_AGAIN_LATER, "all places are taken");
            return;
        }
        outbox = box;
        try {
            bus = door.open(participant);
        } catch (NoSuchElementException e) {
            hangUp(StatusCode.SERVICE_RESTART, "bus '" + door.name() + "' is not there now");
            return;
        }
        opened.demand();
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
        Outbox box = outbox;
        if (box != null && box.stuck(System.nanoTime()) > STUCK_NS) {
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
        Outbox box = outbox;
        if (open == null || box == null) {
            return;
        }
        long stuck = box.stuck(now);
        if (stuck > patience) {
            station.tally().count(Of.CLIENTS_STUCK);
            cut();
        } else if (stuck == 0) {
            open.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    private void end() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        Outbox box = outbox;
        if (box == null) {
            return;
        }
        box.close();
        ParticipantBus view = bus;
        if (view != null) {
            view.close();
        }
        asked.values().forEach(answer ->
                answer.completeExceptionally(new BusException.LinkLost("the client that served it has gone")));
        synchronized (subscriptions) {
            subscriptions.values().forEach(one -> one.recent().close());
            subscriptions.clear();
        }
        clients.remove(this);
    }

    private void read(Supplier<Object> frame) {
        try {
            if (frame.get() instanceof Map<?, ?> map) {
                op(new Request(map));
                return;
            }
            station.tally().count(Of.FRAMES_MALFORMED);
            status(Level.ERROR, null, "a frame must be a map with an 'op'");
        } catch (BusException.BadShape | Refusal e) {
            station.tally().count(Of.FRAMES_MALFORMED);
            status(Level.ERROR, null, e.getMessage());
        }
    }

    /** @throws Refusal if it is not even known what is asked for, and by which id */
    private void op(Request request) {
        String op = request.text("op", "");
        String id = request.text("id", null);
        try {
            switch (op) {
                case "subscribe" -> subscribe(request);
                case "unsubscribe" -> unsubscribe(request);
                case "advertise" -> advertise(request);
                case "unadvertise" -> unadvertise(request);
                case "publish" -> publish(request);
                case "call_service" -> call(request);
                case "advertise_service" -> serve(request);
                case "unadvertise_service" -> unserve(request);
                case "service_response" -> answered(request);
                case "fragment" -> fragment(request);
                case "set_level" -> level(request);
                default -> throw new Refusal(400, op.isEmpty() ? "a frame must be a map with an 'op'"
                        : "the op '" + shortened(op) + "' is not known");
            }
        } catch (Refusal | IllegalArgumentException | BusException e) {
            station.tally().count(Of.REFUSED);
            if (e instanceof Refusal refusal && refusal.status() == 403) {
                visitor.did(shortened(op + " " + request.fields().get(op.contains("service") ? "service" : "topic")), "403");
            }
            if (op.equals("call_service") && request.value("service") instanceof String) {
                respond(request, e.getMessage(), false);
            } else {
                status(Level.ERROR, id, (op.isEmpty() ? "" : shortened(op) + ": ") + e.getMessage());
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private void status(Level weight, String id, String text) {
        if (weight.compareTo(level) > 0) {
            return;
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("op", "status");
        if (id != null) {
            status.put("id", id);
        }
        status.put("level", weight.name().toLowerCase(Locale.ROOT));
        status.put("msg", text);
        outbox.note(station.trees().text(status));
    }

    private void level(Request request) {
        String wanted = request.text("level", "");
        for (Level one : Level.values()) {
            if (one.name().equalsIgnoreCase(wanted)) {
                level = one;
                return;
            }
        }
        throw new Refusal(400, "the level '" + shortened(wanted) + "' is not known: there are none, error, warning and info");
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

    /** Before something is registered. */
    private void room() {
        int held = subscriptions.size() + publishers.size() + callers.size() + services.size();
        if (held >= station.config().registrations_max()) {
            station.tally().count(Of.REGISTRATIONS_REFUSED);
            throw new Refusal(429, "a client may register " + held + " topics and services: give some back");
        }
    }

    private void subscribe(Request request) {
        visitor.need(Role.VIEWER, "subscribing");
        String topic = request.needed("topic");
        Name name = door.readable(topic);
        String id = request.text("id", "");
        Feed.Wish wish = wish(request);
        Subscribed present = subscriptions.get(name);
        if (present != null) {
            outbox.with(() -> {
                present.feed().wish(id, wish);
                return null;
            });
            return;
        }
        room();
        Feed feed = new Feed(topic, station.config().queue_default(),
                TimeUnit.MILLISECONDS.toNanos(station.config().age_max_ms()), station.tally());
        feed.wish(id, wish);
        Recent.Topic recent = station.recent().topic(door.name(), name.toString());
        outbox.add(feed);
        Registration registration;
        try {
            registration = bus.subscribe(name.toString(), Object.class,
                    Door.reading(wish.queue() > 0 ? wish.queue() : station.config().queue_default()),
                    (body, message) -> deliver(feed, recent, message));
        } catch (RuntimeException e) {
            outbox.remove(feed);
            recent.close();
            throw e;
        }
        registration.ready().whenComplete((ready, failure) -> {
            if (failure != null) {
                status(Level.ERROR, id, "subscribe: " + topic + ": " + reason(failure));
            }
        });
        synchronized (subscriptions) {
            subscriptions.put(name, new Subscribed(feed, recent, registration));
        }
        boolean late;
        synchronized (this) {
            late = closed;
        }
        if (late) {
            forget(name);
        }
    }

    private Feed.Wish wish(Request request) {
        String compression = request.text("compression", "none");
        boolean cbor = compression.equals("cbor");
        if (!cbor && !compression.equals("none")) {
            status(Level.WARNING, request.text("id", null), "subscribe: the compression '" + shortened(compression)
                    + "' is not offered: messages come as JSON; there is 'cbor'");
        }
        long throttle = Math.max(0, Math.min(3_600_000, request.number("throttle_rate", 0)));
        int queue = (int) Math.max(0, Math.min(Qos.MAX_DEPTH, request.number("queue_length", 0)));
        long fragment = request.number("fragment_size", 0);
        if (fragment < 0 || fragment > 0 && fragment < 64) {
            throw new Refusal(400, "fragment_size is at least 64");
        }
        return new Feed.Wish(TimeUnit.MILLISECONDS.toNanos(throttle), queue, (int) Math.min(Integer.MAX_VALUE, fragment), cbor);
    }

    private void deliver(Feed feed, Recent.Topic recent, Message message) {
        try {
            outbox.offer(feed, recent.of(message));
        } catch (BusException.BadShape e) {
            station.tally().count(Of.DROPPED_UNREADABLE);
            status(Level.WARNING, null, feed.topic() + ": a message can't be read: " + e.getMessage());
        }
    }

    private void unsubscribe(Request request) {
        Name name = Name.of(request.needed("topic"));
        Subscribed present = subscriptions.get(name);
        if (present == null) {
            throw new Refusal(404, "you have no subscription to " + name);
        }
        String id = request.text("id", null);
        if (outbox.with(() -> present.feed().unwish(id))) {
            return;
        }
        present.registration().close();
        outbox.remove(present.feed());
        forget(name);
    }

    /** The connection may end meanwhile, and forget it too. */
    private void forget(Name name) {
        synchronized (subscriptions) {
            Subscribed present = subscriptions.remove(name);
            if (present != null) {
                present.recent().close();
            }
        }
    }

    private void advertise(Request request) {
        visitor.need(Role.OPERATOR, "advertising");
        publisher(door.writable(request.needed("topic")), request.flag("latch"));
    }

    private Publisher<Object> publisher(Name topic, boolean latched) {
        Advertised present = publishers.get(topic);
        if (present != null && present.latched() == latched) {
            return present.publisher();
        }
        if (present == null) {
            room();
        } else {
            present.publisher().close();
        }
        Publisher<Object> made = bus.publisher(topic.toString(), Object.class, latched ? LATCHED : Qos.DEFAULT);
        publishers.put(topic, new Advertised(made, latched));
        visitor.did("publish " + topic, "begun");
        return made;
    }

    private void unadvertise(Request request) {
        Advertised present = publishers.remove(Name.of(request.needed("topic")));
        if (present == null) {
            throw new Refusal(404, "you do not advertise " + request.needed("topic"));
        }
        present.publisher().close();
    }

    private void publish(Request request) {
        visitor.need(Role.OPERATOR, "publishing");
        Name topic = door.writable(request.needed("topic"));
        Advertised present = publishers.get(topic);
        boolean latched = present != null ? present.latched() || request.flag("latch") : request.flag("latch");
        Object message = request.value("msg");
        door.check(topic, message);
        String id = request.text("id", null);
        publisher(topic, latched).publish(message).whenComplete((done, failure) -> {
            if (failure != null) {
                status(Level.ERROR, id, "publish: " + topic + ": " + reason(failure));
            }
        });
    }

    private void call(Request request) {
        String service = request.needed("service");
        Object arguments = request.value("args");
        if (arguments == null || arguments instanceof List<?> list && list.isEmpty()) {
            arguments = Map.of();
        }
        if (calling.get() >= station.config().calls_max()) {
            station.tally().count(Of.CALLS_REFUSED);
            throw new Refusal(429, "more than " + station.config().calls_max() + " calls wait for their answer");
        }
        CompletionStage<?> answer;
        if (Rosapi.knows(Name.of(service))) {
            answer = rosapi.call(Name.of(service), arguments);
        } else {
            visitor.need(Role.OPERATOR, "calling a service");
            Name name = door.callable(service);
            door.check(name, arguments);
            Caller<Object, Object> caller = caller(name);
            visitor.did("call_service " + name, "called");
            double seconds = request.value("timeout") instanceof Number number ? number.doubleValue() : 0;
            long millis = (long) Math.min(3_600_000, Math.max(1, seconds * 1000));
            answer = seconds > 0 ? caller.call(arguments, Duration.ofMillis(millis)) : caller.call(arguments);
        }
        calling.incrementAndGet();
        answer.whenComplete((values, failure) -> {
            calling.decrementAndGet();
            try {
                respond(request, failure == null ? station.shapes().tree(values) : reason(failure), failure == null);
            } catch (BusException.BadShape e) {
                respond(request, "the answer can't be written: " + e.getMessage(), false);
            }
        });
    }

    private Caller<Object, Object> caller(Name service) {
        Caller<Object, Object> caller = callers.get(service);
        if (caller == null) {
            room();
            caller = bus.caller(service.toString(), Object.class, Object.class);
            callers.put(service, caller);
        }
        return caller;
    }

    private void respond(Request request, Object values, boolean result) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("op", "service_response");
        String id = request.text("id", null);
        if (id != null) {
            response.put("id", id);
        }
        response.put("service", request.text("service", ""));
        response.put("values", values);
        response.put("result", result);
        boolean cbor = "cbor".equals(request.value("compression"));
        long fragment = request.value("fragment_size") instanceof Number size ? size.longValue() : 0;
        outbox.answer(cbor ? station.trees().bytes(response) : station.trees().text(response),
                fragment > 0 ? (int) Math.max(64, Math.min(Integer.MAX_VALUE, fragment)) : 0);
    }

    private void serve(Request request) {
        visitor.need(Role.OPERATOR, "serving");
        String service = request.needed("service");
        Name name = door.servable(service);
        if (services.containsKey(name)) {
            return;
        }
        room();
        Registration registration = bus.serve(name.toString(), Object.class, Object.class, (body, message) -> ask(service, body));
        services.put(name, registration);
        visitor.did("advertise_service " + name, "begun");
        registration.ready().whenComplete((ready, failure) -> {
            if (failure != null) {
                status(Level.ERROR, request.text("id", null), "advertise_service: " + service + ": " + reason(failure));
            }
        });
    }

    /** Hands a call from the bus to the client. */
    private CompletionStage<Object> ask(String service, Object body) {
        if (asked.size() >= station.config().calls_max()) {
            station.tally().count(Of.CALLS_REFUSED);
            throw new BusException.Rejected("more than " + station.config().calls_max()
                    + " calls wait for the client that serves " + service);
        }
        String id = "service_request:" + service + ":" + asking.incrementAndGet();
        CompletableFuture<Object> answer = new CompletableFuture<>();
        asked.put(id, answer);
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("op", "call_service");
        call.put("id", id);
        call.put("service", service);
        call.put("args", station.shapes().tree(body));
        outbox.answer(station.trees().text(call), 0);
        return answer.orTimeout(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS).whenComplete((values, failure) -> asked.remove(id));
    }

    private void answered(Request request) {
        CompletableFuture<Object> answer = asked.remove(request.needed("id"));
        if (answer == null) {
            throw new Refusal(404, "nobody waits for the answer '" + shortened(request.needed("id")) + "' (any more)");
        }
        Object values = request.value("values");
        if (request.value("result") instanceof Boolean result && !result) {
            answer.completeExceptionally(new IllegalStateException(values instanceof String why ? why
                    : "the client that serves it has failed"));
        } else {
            answer.complete(values);
        }
    }

    private void unserve(Request request) {
        Registration registration = services.remove(Name.of(request.needed("service")));
        if (registration == null) {
            throw new Refusal(404, "you do not serve " + request.needed("service"));
        }
        registration.close();
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }

    /** What a client has sent. */
    private record Request(Map<?, ?> fields) {
        Object value(String field) {
            return fields.get(field);
        }

        String text(String field, String otherwise) {
            Object value = fields.get(field);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof String text) {
                return text;
            }
            if (field.equals("id") && value instanceof Number) {
                return value.toString();
            }
            throw new Refusal(400, "'" + field + "' must be a text");
        }

        String needed(String field) {
            String text = text(field, "");
            if (text.isEmpty()) {
                throw new Refusal(400, "'" + field + "' is missing");
            }
            return text;
        }

        long number(String field, long otherwise) {
            Object value = fields.get(field);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof Number number) {
                return number.longValue();
            }
            throw new Refusal(400, "'" + field + "' must be a number");
        }

        boolean flag(String field) {
            return Boolean.TRUE.equals(fields.get(field));
        }
    }
}
