package io.anole.gateway.internal.rosbridge;

import io.anole.access.Role;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.core.ParticipantBus;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.Replies.Level;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The services that one client calls and offers. The thread that serves the client asks; answers, and calls for the client to
 * answer, come on the bus's threads.
 */
final class Services {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);

    private final Station station;
    private final Door door;
    private final Visitor visitor;
    private final ParticipantBus bus;
    private final Replies replies;
    private final Quota quota;
    private final Rosapi rosapi;
    private final Map<Name, Caller<Object, Object>> callers = new HashMap<>();
    private final Map<Name, Registration> services = new HashMap<>();
    private final Map<String, CompletableFuture<Object>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger calling = new AtomicInteger();
    private final AtomicLong asking = new AtomicLong();

    Services(Station station, Door door, Visitor visitor, ParticipantBus bus, Replies replies, Quota quota) {
        this.station = station;
        this.door = door;
        this.visitor = visitor;
        this.bus = bus;
        this.replies = replies;
        this.quota = quota;
        this.rosapi = new Rosapi(door, visitor, station.trees());
    }

    void call(Request request) {
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
            Name name = door.callable(service, visitor);
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
                replies.respond(request, failure == null ? station.shapes().tree(values) : Request.reason(failure), failure == null);
            } catch (BusException.BadShape e) {
                replies.respond(request, "the answer can't be written: " + e.getMessage(), false);
            }
        });
    }

    private Caller<Object, Object> caller(Name service) {
        Caller<Object, Object> caller = callers.get(service);
        if (caller == null) {
            quota.room();
            caller = bus.caller(service.toString(), Object.class, Object.class);
            callers.put(service, caller);
            quota.taken();
        }
        return caller;
    }

    void serve(Request request) {
        visitor.need(Role.OPERATOR, "serving");
        String service = request.needed("service");
        Name name = door.servable(service, visitor);
        if (services.containsKey(name)) {
            return;
        }
        quota.room();
        Registration registration = bus.serve(name.toString(), Object.class, Object.class, (body, message) -> ask(service, body));
        services.put(name, registration);
        quota.taken();
        visitor.did("advertise_service " + name, "begun");
        registration.ready().whenComplete((ready, failure) -> {
            if (failure != null) {
                replies.status(Level.ERROR, request.text("id", null), "advertise_service: " + service + ": " + Request.reason(failure));
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
        replies.call(id, service, station.shapes().tree(body));
        return answer.orTimeout(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS).whenComplete((values, failure) -> asked.remove(id));
    }

    void answered(Request request) {
        CompletableFuture<Object> answer = asked.remove(request.needed("id"));
        if (answer == null) {
            throw new Refusal(404, "nobody waits for the answer '" + Request.shortened(request.needed("id")) + "' (any more)");
        }
        Object values = request.value("values");
        if (request.value("result") instanceof Boolean result && !result) {
            answer.completeExceptionally(new IllegalStateException(values instanceof String why ? why
                    : "the client that serves it has failed"));
        } else {
            answer.complete(values);
        }
    }

    void unserve(Request request) {
        Registration registration = services.remove(Name.of(request.needed("service")));
        if (registration == null) {
            throw new Refusal(404, "you do not serve " + request.needed("service"));
        }
        registration.close();
        quota.givenBack();
    }

    /** The connection is over. */
    void end() {
        asked.values().forEach(answer ->
                answer.completeExceptionally(new BusException.LinkLost("the client that served it has gone")));
    }
}
