package io.anole.gateway.internal.rest;

import io.anole.access.Act;
import io.anole.access.Role;
import io.anole.bus.Caller;
import io.anole.bus.Codec;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.SwapReport;
import io.anole.core.Endpoint;
import io.anole.core.ParticipantBus;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rest.Route.Answer;
import io.anole.gateway.internal.rest.Route.Parameter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Buses: topics, services, parameters, and moving one to another provider. */
final class BusRoutes {
    private static final Parameter NAME = Parameter.needed("name", "string", "The name, such as /odom");

    private final Supplier<List<Door>> doors;
    private final Shapes shapes;
    private final Codec json;
    private final RestConfig config;
    private final Readers readers;
    private final Streams streams;
    private final Jobs jobs;
    private final AtomicLong number = new AtomicLong();

    BusRoutes(Supplier<List<Door>> doors, Shapes shapes, Codec json, RestConfig config, Readers readers, Streams streams,
            Jobs jobs) {
        this.doors = doors;
        this.shapes = shapes;
        this.json = json;
        this.config = config;
        this.readers = readers;
        this.streams = streams;
        this.jobs = jobs;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/buses", "listBuses", "The buses that are exposed", Role.VIEWER,
                        Answer.of(Schemas.within("buses", Schemas.list(Schemas.BUS))), call -> buses()),
                Route.of("GET", "/buses/{bus}/topics", "listTopics", "The topics that are exposed and there", Role.VIEWER,
                        Answer.of(Schemas.within("topics", Schemas.list(Schemas.TOPIC))), this::topics),
                Route.of("GET", "/buses/{bus}/topics/latest", "latestMessage", "The newest message of a topic", Role.VIEWER,
                        Answer.of(Schemas.MESSAGE), this::latest, NAME,
                        Parameter.optional("wait", "integer", "How long to wait if none has come yet, in ms; 1000 unless given")),
                Route.of("POST", "/buses/{bus}/topics/drain", "drainMessages", "Takes the messages that have come since a topic was "
                        + "first asked for, oldest first; the oldest are dropped when more come than are kept", Role.VIEWER,
                        Answer.of(Schemas.within("messages", Schemas.list(Schemas.MESSAGE))), this::drain, NAME,
                        Parameter.optional("most", "integer", "Messages to take at most; 100 unless given")),
                Route.of("GET", "/buses/{bus}/topics/stream", "streamMessages", "The messages of a topic from now on, as server-sent "
                        + "events", Role.VIEWER, Answer.events(), this::stream, NAME,
                        Parameter.optional("queue", "integer", "Newest messages that may wait for a slow reader; 16 unless given")),
                Route.of("POST", "/buses/{bus}/topics/publish", "publishMessage", "Publishes a message", Role.OPERATOR,
                        Answer.NOTHING, this::publish, NAME)
                        .taking(Route.JSON, "The message: fields that are left out have their defaults"),
                Route.of("GET", "/buses/{bus}/services", "listServices", "The services that are exposed and there", Role.VIEWER,
                        Answer.of(Schemas.within("services", Schemas.list(Schemas.SERVICE))), this::services),
                Route.of("POST", "/buses/{bus}/services/call", "callService", "Calls a service", Role.OPERATOR,
                        Answer.of(Schemas.VALUE), this::call, NAME,
                        Parameter.optional("timeout", "integer", "In ms; 5000 unless given")).taking(Route.JSON, "The request"),
                Route.of("GET", "/buses/{bus}/params", "listParams", "Names of the parameters that are exposed and set", Role.VIEWER,
                        Answer.of(Schemas.within("params", Schemas.list(Schemas.TEXT))),
                        call -> Map.of("params", Schemas.texts(door(call).params()))),
                Route.of("GET", "/buses/{bus}/params/value", "getParam", "A parameter", Role.VIEWER, Answer.of(Schemas.VALUE),
                        this::param, NAME),
                Route.of("PUT", "/buses/{bus}/params/value", "setParam", "Sets a parameter", Role.OPERATOR, Answer.NOTHING,
                        call -> Patience.await(door(call).set(call.text("name"), call.visitor(), call.body())), NAME)
                        .taking(Route.JSON, "The value; 0, false, \"\" and null are values"),
                Route.of("DELETE", "/buses/{bus}/params/value", "deleteParam", "Deletes a parameter", Role.OPERATOR, Answer.NOTHING,
                        call -> Patience.await(door(call).delete(call.text("name"), call.visitor())), NAME),
                Route.of("GET", "/buses/{bus}/swaps", "listSwaps", "How the bus was moved to other providers, the newest first",
                        Role.VIEWER, Answer.of(Schemas.within("swaps", Schemas.list(Schemas.MAP))), this::swaps),
                Route.of("POST", "/buses/{bus}/swaps", "swapBus", "Moves the bus to another provider, or another system of the same, "
                        + "while everything goes on", Role.ADMIN, Answer.begun(Schemas.JOB), this::swap)
                        .taking(Route.JSON, "{\"provider\": its kind, \"properties\": the provider's keys}"));
    }

    private Door door(Call call) {
        String bus = call.text("bus");
        return doors.get().stream().filter(door -> door.name().equals(bus)).findFirst()
                .orElseThrow(() -> new Refusal(404, "bus '" + bus + "' is not exposed: see io.anole.gateway.bus"));
    }

    private Object buses() {
        return Map.of("buses", doors.get().stream().map(door -> {
            Statistics counted = door.bus().statistics();
            Map<String, Object> bus = new LinkedHashMap<>();
            bus.put("name", door.name());
            bus.put("provider", counted.provider());
            bus.put("link", counted.link().name().toLowerCase(Locale.ROOT));
            bus.put("detail", counted.detail());
            return bus;
        }).toList());
    }

    private Object topics(Call call) {
        Door door = door(call);
        return Map.of("topics", door.topics().stream().map(topic -> topic(door, topic, call.visitor())).toList());
    }

    private static Map<String, Object> topic(Door door, Name name, Visitor visitor) {
        Optional<Endpoint> typed = door.graph().typed(name, Kind.PUBLISHER, Kind.SUBSCRIPTION);
        Map<String, Object> topic = new LinkedHashMap<>();
        topic.put("name", name.toString());
        topic.put("type", typed.map(Endpoint::type).orElse(""));
        topic.put("shape", typed.map(Endpoint::shape).orElse(Map.of()));
        topic.put("publishers", door.graph().of(name, Kind.PUBLISHER).size());
        topic.put("subscribers", door.graph().of(name, Kind.SUBSCRIPTION).size());
        topic.put("readable", door.reads(name) && visitor.may(Act.SUBSCRIBE, name));
        topic.put("writable", door.writes(name) && visitor.may(Act.PUBLISH, name));
        return topic;
    }

    private Object latest(Call call) throws InterruptedException {
        Door door = door(call);
        return readers.latest(door, door.readable(call.text("name"), call.visitor()), call.number("wait", 1000, 0, 30_000));
    }

    private Object drain(Call call) {
        Door door = door(call);
        return Map.of("messages", readers.drain(door, door.readable(call.text("name"), call.visitor()),
                (int) call.number("most", 100, 1, 100_000)));
    }

    private Object stream(Call call) throws IOException {
        Door door = door(call);
        Name topic = door.readable(call.text("name"), call.visitor());
        int queue = (int) call.number("queue", 16, 1, 100_000);
        TopicEvents events = new TopicEvents(json, new Kept(queue, config.keep_max_bytes()));
        streams.open(call, events, door, wake -> {
            ParticipantBus view = door.open("sse-" + number.incrementAndGet());
            try {
                view.subscribe(topic.toString(), Object.class, Door.reading(queue), (body, message) -> {
                    events.add(message, shapes.tree(body));
                    wake.run();
                });
                return view::close;
            } catch (RuntimeException e) {
                view.close();
                throw e;
            }
        });
        return null;
    }

    private Object publish(Call call) throws Exception {
        Door door = door(call);
        Name topic = door.writable(call.text("name"), call.visitor());
        door.check(topic, call.body());
        try (Publisher<Object> publisher = door.bus().publisher(topic.toString(), Object.class, Qos.DEFAULT)) {
            return Patience.await(publisher.publish(call.body()).toCompletableFuture());
        }
    }

    private Object services(Call call) {
        Door door = door(call);
        return Map.of("services", door.services().stream().map(name -> {
            Optional<Endpoint> typed = door.graph().typed(name, Kind.SERVICE);
            Map<String, Object> service = new LinkedHashMap<>();
            service.put("name", name.toString());
            service.put("type", typed.map(Endpoint::type).orElse(""));
            service.put("shape", typed.map(Endpoint::shape).orElse(Map.of()));
            return service;
        }).toList());
    }

    private Object call(Call call) throws Exception {
        Door door = door(call);
        Name service = door.callable(call.text("name"), call.visitor());
        door.check(service, call.body());
        long timeout = call.number("timeout", 5000, 1, Patience.LONGEST_S * 1000);
        try (Caller<Object, Object> caller = door.bus().caller(service.toString(), Object.class, Object.class)) {
            return value(shapes.tree(Patience.await(caller.call(call.body(), Duration.ofMillis(timeout)))));
        }
    }

    private Object param(Call call) throws Exception {
        return value(Patience.await(door(call).get(call.text("name"), call.visitor()))
                .orElseThrow(() -> new Refusal(404, "the parameter " + call.text("name") + " is not set")).body());
    }

    /** Null is a value. */
    private static Map<String, Object> value(Object value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("value", value);
        return tree;
    }

    private Object swaps(Call call) {
        List<Object> swaps = new ArrayList<>(door(call).bus().swaps().stream().map(SwapReport::tree).toList());
        Collections.reverse(swaps);
        return Map.of("swaps", swaps);
    }

    private Object swap(Call call) {
        Door door = door(call);
        if (!(call.body() instanceof Map<?, ?> asked && asked.get("provider") instanceof String provider)) {
            throw new Refusal(400, "say which provider: {\"provider\": \"mqtt\", \"properties\": {\"url\": ...}}");
        }
        Map<String, Object> properties = new HashMap<>();
        if (asked.get("properties") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> properties.put(String.valueOf(key), value));
        } else if (asked.get("properties") != null) {
            throw new Refusal(400, "'properties' must be a map of the provider's keys");
        }
        return jobs.begin("swap of bus " + door.name() + " to " + provider, call.visitor(),
                step -> door.bus().swap(provider, properties).thenApply(BusRoutes::end)).tree();
    }

    private static Jobs.End end(SwapReport report) {
        boolean done = report.outcome() == SwapReport.Outcome.DONE;
        return new Jobs.End(done, done ? report.reason() : "it stays on " + report.from() + ": " + report.reason(),
                report.tree());
    }
}
