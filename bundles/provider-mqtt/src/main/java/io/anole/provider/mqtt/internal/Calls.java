package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.provider.RequestHandler;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and answers. A request goes to the inbox of the client that holds the claim, with a response topic and correlation
 * data; the answer, or the error, comes back to {@code @reply/<client>}. A server also listens on {@code @call/<service>}, for
 * clients that know nothing of claims. Requests arrive on Paho's callback thread; time-outs run on the scheduler.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final int REMEMBERED = 1024;
    private static final int MAX_TRACE = 8192;
    private static final int NO_SUBSCRIBERS = MqttReturnCode.RETURN_CODE_NO_MATCHING_SUBSCRIBERS;
    private static final String REMOTE = "remote";
    private static final String REJECTED = "rejected";
    private static final String NO_PROVIDER = "noprovider";

    private final Topics topics;
    private final Wire wire;
    private final Outbox outbox;
    private final Filters filters;
    private final Directory directory;
    private final ScheduledExecutorService scheduler;
    private final Guard guard;
    private final ConcurrentHashMap<Long, Pending> pending = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Name, Server> servers = new ConcurrentHashMap<>();
    private final AtomicLong lastRequest = new AtomicLong();
    /** Requests seen lately, so that one that the broker sends again is not answered twice. On Paho's callback thread only. */
    private final Map<String, Boolean> answered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** What the link knows and does for calls. */
    interface Guard {
        boolean up();

        /** @throws BusException.Rejected if it is too large */
        void checkSize(String topic, Wire.Encoded body);

        void malformed(String topic, String why);

        void expired();

        /** Runs it on the scheduler; not at all once the link is closed. */
        void later(Runnable task);
    }

    Calls(Topics topics, Wire wire, Outbox outbox, Filters filters, Directory directory,
            ScheduledExecutorService scheduler, Guard guard) {
        this.topics = topics;
        this.wire = wire;
        this.outbox = outbox;
        this.filters = filters;
        this.directory = directory;
        this.scheduler = scheduler;
        this.guard = guard;
    }

    // The calling side

    private static final class Pending {
        final Name service;
        final CompletableFuture<Message> result = new CompletableFuture<>();
        volatile ScheduledFuture<?> timer;
        volatile String server;

        Pending(Name service) {
            this.service = service;
        }
    }

    CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        if (!guard.up()) {
            return CompletableFuture.failedFuture(new BusException.LinkLost("not connected to the broker"));
        }
        Wire.Encoded body;
        try {
            body = wire.encode(request.body());
            guard.checkSize(service.toString(), body);
        } catch (BusException e) {
            return CompletableFuture.failedFuture(e);
        }
        long id = lastRequest.incrementAndGet();
        Pending call = new Pending(service);
        pending.put(id, call);
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            call.timer = scheduler.schedule(() -> fail(id, new BusException.Timeout(
                    "'" + service + "': no answer within " + timeout.toMillis() + " ms")), timeout.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            fail(id, new BusException.Closed("the link is closed"));
            return call.result;
        }
        String server = directory.server(service);
        if (server != null) {
            send(id, call, server, request, body, deadline);
        } else {
            // A claim published a moment ago may still be on its way to us.
            directory.barrier().whenComplete((done, e) -> {
                String found = directory.server(service);
                if (e != null) {
                    fail(id, lost(e));
                } else if (found == null) {
                    fail(id, new BusException.NoProvider("nobody serves '" + service + "'"));
                } else {
                    send(id, call, found, request, body, deadline);
                }
            });
        }
        return call.result;
    }

    /** Why a stage failed; null if it did not. */
    private static Throwable cause(Throwable e) {
        return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    }

    private static RuntimeException lost(Throwable e) {
        Throwable cause = cause(e);
        return cause instanceof BusException known ? known : new BusException.LinkLost(Session.reason(cause));
    }

    private void send(long id, Pending call, String server, Message request, Wire.Encoded body, long deadline) {
        call.server = server;
        long expires = request.expires() == Message.NEVER || request.expires() - deadline > 0 ? deadline | 1
                : request.expires();
        Message timed = new Message(request.name(), request.type(), request.headers(), null, request.source(),
                request.sequence(), request.time(), expires);
        outbox.send(outbox.new Item(topics.inbox(server, call.service), Outbox.Lane.FLEETING, Message.NEVER) {
            @Override
            MqttMessage packet() {
                MqttProperties properties = Wire.properties(timed, body.contentType());
                properties.setResponseTopic(topics.reply());
                properties.setCorrelationData(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
                return body.packet(1, false, properties);
            }
        }).whenComplete((code, e) -> {
            if (e != null) {
                fail(id, lost(e));
            } else if (code == NO_SUBSCRIBERS) {
                fail(id, new BusException.NoProvider("nobody serves '" + call.service + "'"));
            }
        });
        // It may have gone between the look-up and now, with its news already told.
        if (!directory.alive(server)) {
            serverGone(server);
        }
    }

    CompletionStage<Void> replied(Arrival arrival) {
        byte[] correlation = arrival.properties().getCorrelationData();
        Pending call = correlation == null || correlation.length != Long.BYTES ? null
                : remove(ByteBuffer.wrap(correlation).getLong());
        if (call == null) {
            return null; // too late, or nobody's
        }
        try {
            Message answer = arrival.message(wire, call.service);
            String error = Wire.property(arrival.properties(), Wire.ERROR);
            if (error == null) {
                call.result.complete(answer);
            } else {
                call.result.completeExceptionally(error(error, answer.body(), call.service));
            }
        } catch (BusException.BadShape e) {
            guard.malformed(arrival.topic(), e.getMessage());
            call.result.completeExceptionally(e);
        }
        return null;
    }

    private static BusException error(String kind, Object body, Name service) {
        Map<?, ?> told = body instanceof Map<?, ?> map ? map : Map.of();
        String message = text(told.get("message"));
        return switch (kind) {
            case REJECTED -> new BusException.Rejected(message);
            case NO_PROVIDER -> new BusException.NoProvider("nobody serves '" + service + "'");
            default -> new BusException.RemoteError(text(told.get("type")), message, text(told.get("trace")));
        };
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    private Pending remove(long id) {
        Pending call = pending.remove(id);
        if (call != null && call.timer != null) {
            call.timer.cancel(false);
        }
        return call;
    }

    private void fail(long id, RuntimeException why) {
        Pending call = remove(id);
        if (call != null) {
            call.result.completeExceptionally(why);
        }
    }

    /** The connection is gone, or the link closes. */
    void failAll(RuntimeException why) {
        pending.keySet().forEach(id -> fail(id, why));
    }

    private void serverGone(String client) {
        pending.forEach((id, call) -> {
            if (client.equals(call.server)) {
                fail(id, new BusException.LinkLost("'" + call.service + "': its server was lost before it answered"));
            }
        });
    }

    // The serving side

    private final class Server {
        final Name service;
        final RequestHandler handler;
        final CompletableFuture<Void> ready = new CompletableFuture<>();
        final Filters.Entry calls;
        private boolean claiming;
        private boolean closed;

        Server(Name service, RequestHandler handler) {
            this.service = service;
            this.handler = handler;
            this.calls = filters.open(topics.call(service), 1, Filters.Retained.NONE,
                    arrival -> requested(service, arrival));
        }

        /** Claims the name, if that is not under way. */
        CompletionStage<Void> claim() {
            synchronized (this) {
                if (claiming || closed) {
                    return CompletableFuture.completedFuture(null);
                }
                claiming = true;
            }
            return directory.claim(service).thenCombine(calls.ready, (held, acknowledged) -> held).handle((held, e) -> {
                boolean late;
                synchronized (this) {
                    claiming = false;
                    late = closed;
                }
                Throwable cause = cause(e);
                if (cause == null) {
                    ready.complete(null);
                    if (late) {
                        directory.release(service);
                    }
                } else if (!(cause instanceof BusException.LinkLost) && !ready.isDone()) {
                    servers.remove(service, this);
                    ready.completeExceptionally(cause);
                    calls.close();
                }
                return null;
            });
        }

        void close() {
            synchronized (this) {
                closed = true;
            }
            calls.close();
            if (servers.remove(service, this)) {
                directory.release(service);
            }
            ready.completeExceptionally(new BusException.Closed("'" + service + "': closed"));
        }
    }

    Registration serve(Name service, RequestHandler handler) {
        Server server;
        synchronized (servers) {
            if (servers.containsKey(service)) {
                return Handle.failed(new BusException.Conflict("'" + service + "' is served by this link already"));
            }
            server = new Server(service, handler);
            servers.put(service, server);
        }
        if (guard.up()) {
            server.claim();
        }
        return new Handle(server.ready, server::close);
    }

    /** After a reconnection, the directory known again, this client not yet seen: gives up what is not its any more. */
    void giveUp() {
        directory.own().stream().filter(service -> !servers.containsKey(service)).forEach(directory::release);
        directory.overtaken().forEach(service -> {
            LOG.warn("'{}' was taken by another client while the link was down; serving it again when that one ends", service);
            directory.release(service);
        });
    }

    /** Claims what is served. */
    CompletionStage<Void> restore() {
        CompletableFuture<?>[] all = servers.values().stream().map(server -> server.claim().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(all);
    }

    /** A server that lost its name while it was away takes it back when it is free again. */
    void claimsChanged(Name service) {
        Server server = servers.get(service);
        if (server != null && server.ready.isDone() && guard.up() && directory.server(service) == null) {
            server.claim();
        }
    }

    /** The link is up: claims what was served while it was coming up. */
    void catchUp() {
        servers.values().stream().filter(server -> !server.ready.isDone()).forEach(Server::claim);
    }

    /** A client is gone, and its claims with it. */
    void clientGone(String client) {
        serverGone(client);
        servers.keySet().forEach(this::claimsChanged);
    }

    List<CompletableFuture<Integer>> releaseAll() {
        return servers.keySet().stream().map(directory::release).toList();
    }

    CompletionStage<Void> inbox(Arrival arrival) {
        Name service = topics.inboxService(arrival.topic());
        return service == null ? null : requested(service, arrival);
    }

    private CompletionStage<Void> requested(Name service, Arrival arrival) {
        String to = arrival.properties().getResponseTopic();
        byte[] correlation = arrival.properties().getCorrelationData();
        if (to != null && answered.put(to + Arrays.toString(correlation), true) != null && arrival.duplicate()) {
            return null;
        }
        Message request;
        try {
            request = arrival.message(wire, service);
        } catch (BusException.BadShape e) {
            guard.malformed(arrival.topic(), e.getMessage());
            reply(to, correlation, service, Message.NEVER, REMOTE, told(e));
            return null;
        }
        if (request.expiredAt(System.nanoTime())) {
            guard.expired();
            return null;
        }
        Server server = servers.get(service);
        if (server == null) {
            reply(to, correlation, service, request.expires(), NO_PROVIDER, Map.of());
            return null;
        }
        server.handler.handle(request).whenComplete((answer, e) -> {
            Throwable cause = cause(e);
            if (cause == null) {
                reply(to, correlation, service, request.expires(), answer);
            } else if (cause instanceof BusException.Rejected) {
                reply(to, correlation, service, request.expires(), REJECTED, Map.of("message", text(cause.getMessage())));
            } else if (!(cause instanceof BusException.Timeout)) { // a caller without time left looks at a clock of its own
                reply(to, correlation, service, request.expires(), REMOTE, told(cause));
            }
        });
        return null;
    }

    private static Map<String, Object> told(Throwable error) {
        String type = error.getClass().getName();
        String trace;
        if (error instanceof BusException.RemoteError remote) {
            type = remote.type();
            trace = remote.trace();
        } else {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            trace = text.toString();
        }
        return Map.of("type", type, "message", text(error.getMessage()), "trace",
                trace.length() <= MAX_TRACE ? trace : trace.substring(0, MAX_TRACE));
    }

    private void reply(String to, byte[] correlation, Name service, long expires, String error, Map<String, Object> told) {
        Message message = new Message(service, "", Map.of(), told, "", 0, 0, expires);
        transmit(to, correlation, message, wire.encode(told), error);
    }

    private void reply(String to, byte[] correlation, Name service, long expires, Message answer) {
        Message message = new Message(service, answer.type(), answer.headers(), answer.body(), answer.source(),
                answer.sequence(), answer.time(), expires);
        try {
            Wire.Encoded body = wire.encode(answer.body());
            guard.checkSize(service.toString(), body);
            transmit(to, correlation, message, body, null);
        } catch (BusException e) {
            reply(to, correlation, service, expires, REMOTE, told(e));
        }
    }

    private void transmit(String to, byte[] correlation, Message message, Wire.Encoded body, String error) {
        if (to == null || to.isEmpty() || to.indexOf('#') >= 0 || to.indexOf('+') >= 0) {
            return; // nobody waits for an answer
        }
        outbox.send(outbox.new Item(to, Outbox.Lane.FLEETING, message.expires()) {
            @Override
            MqttMessage packet() {
                MqttProperties properties = Wire.properties(message, body.contentType());
                properties.setCorrelationData(correlation);
                return body.packet(1, false,
                        error == null ? properties : Wire.with(properties, Wire.ERROR, error));
            }
        });
    }
}
