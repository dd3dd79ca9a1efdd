package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.bus.Caller;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics;
import io.anole.bus.Value;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.door.Graph.Endpoint;
import io.anole.gateway.internal.door.Graph.Kind;
import io.anole.gateway.internal.rest.Route.Action;
import io.anole.gateway.internal.rest.Route.Parameter;
import io.anole.process.ProcessInfo;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Everything that the API can do: the one table that is served and that the OpenAPI document is made of. */
final class Routes {
    private static final long LONGEST_S = 60;
    private static final String JSON = "application/json";
    private static final Parameter NAME = new Parameter("name", "string", true, "The name, such as /odom");

    private final Supplier<List<Door>> doors;
    private final Supplier<Supervisor> supervisor;
    private final Supplier<Map<String, Object>> statistics;
    private final Shapes shapes;
    private final Readers readers;
    private final List<Route> all = new ArrayList<>();

    /** @param supervisor null when there is none */
    Routes(Supplier<List<Door>> doors, Supplier<Supervisor> supervisor, Supplier<Map<String, Object>> statistics, Shapes shapes,
            Readers readers, Action stream, String version) {
        this.doors = doors;
        this.supervisor = supervisor;
        this.statistics = statistics;
        this.shapes = shapes;
        this.readers = readers;
        add("GET", "/openapi.json", "getOpenApi", "This document", Role.VIEWER, Schemas.MAP, call -> OpenApi.of(all, version));
        add("GET", "/statistics", "getStatistics", "What the gateway has counted", Role.VIEWER, Schemas.MAP,
                call -> statistics.get());
        buses();
        topics(stream);
        services();
        params();
        processes();
    }

    List<Route> all() {
        return List.copyOf(all);
    }

    private void add(String method, String path, String id, String summary, Role role, Map<String, Object> answers, Action action,
            Parameter... query) {
        all.add(new Route(method, path, id, summary, role, List.of(query), Optional.empty(), answers, JSON, action));
    }

    private void add(String method, String path, String id, String summary, String takes, Map<String, Object> answers,
            Action action, Parameter... query) {
        all.add(new Route(method, path, id, summary, Role.OPERATOR, List.of(query), Optional.of(takes), answers, JSON, action));
    }

    private static Parameter optional(String name, String type, String description) {
        return new Parameter(name, type, false, description);
    }

    private Door door(Call call) {
        String bus = call.text("bus");
        return doors.get().stream().filter(door -> door.name().equals(bus)).findFirst()
                .orElseThrow(() -> new Refusal(404, "bus '" + bus + "' is not exposed: see io.anole.gateway.bus"));
    }

    private static <T> T within(CompletableFuture<T> answer, long seconds) throws Exception {
        return answer.get(seconds, TimeUnit.SECONDS);
    }

    private void buses() {
        add("GET", "/buses", "listBuses", "The buses that are exposed", Role.VIEWER,
                Schemas.within("buses", Schemas.list(Schemas.BUS)), call -> Map.of("buses", doors.get().stream().map(door -> {
                    Statistics counted = door.bus().statistics();
                    Map<String, Object> bus = new LinkedHashMap<>();
                    bus.put("name", door.name());
                    bus.put("provider", counted.provider());
                    bus.put("link", counted.link().name().toLowerCase(Locale.ROOT));
                    bus.put("detail", counted.detail());
                    return bus;
                }).toList()));
    }

    private void topics(Action stream) {
        add("GET", "/buses/{bus}/topics", "listTopics", "The topics that are exposed and there", Role.VIEWER,
                Schemas.within("topics", Schemas.list(Schemas.TOPIC)), call -> {
                    Door door = door(call);
                    return Map.of("topics", door.topics().stream().map(topic -> topic(door, topic)).toList());
                });
        add("GET", "/buses/{bus}/topics/latest", "latestMessage", "The newest message of a topic", Role.VIEWER, Schemas.MESSAGE,
                call -> {
                    Door door = door(call);
                    return readers.latest(door, door.readable(call.text("name")), call.number("wait", 1000, 0, 30_000));
                }, NAME, optional("wait", "integer", "How long to wait if none has come yet, in ms; 1000 unless given"));
        add("POST", "/buses/{bus}/topics/drain", "drainMessages", "Takes the messages that have come since a topic was first asked "
                + "for, oldest first; the oldest are dropped when more come than are kept", Role.VIEWER,
                Schemas.within("messages", Schemas.list(Schemas.MESSAGE)), call -> {
                    Door door = door(call);
                    return Map.of("messages", readers.drain(door, door.readable(call.text("name")),
                            (int) call.number("most", 100, 1, 100_000)));
                }, NAME, optional("most", "integer", "Messages to take at most; 100 unless given"));
        all.add(new Route("GET", "/buses/{bus}/topics/stream", "streamMessages", "The messages of a topic from now on, as server-"
                + "sent events", Role.VIEWER, List.of(NAME, optional("queue", "integer", "Newest messages that may wait for a slow "
                + "reader; 16 unless given")), Optional.empty(), Schemas.TEXT, "text/event-stream", stream));
        add("POST", "/buses/{bus}/topics/publish", "publishMessage", "Publishes a message", "The message: fields that are left out "
                + "have their defaults", Schemas.NOTHING, this::publish, NAME);
    }

    private static Map<String, Object> topic(Door door, Name name) {
        Optional<Endpoint> typed = door.graph().typed(name, Kind.PUBLISHER, Kind.SUBSCRIPTION);
        Map<String, Object> topic = new LinkedHashMap<>();
        topic.put("name", name.toString());
        topic.put("type", typed.map(Endpoint::type).orElse(""));
        topic.put("shape", typed.map(Endpoint::shape).orElse(Map.of()));
        topic.put("publishers", door.graph().of(name, Kind.PUBLISHER).size());
        topic.put("subscribers", door.graph().of(name, Kind.SUBSCRIPTION).size());
        topic.put("readable", door.reads(name));
        topic.put("writable", door.writes(name));
        return topic;
    }

    private Object publish(Call call) throws Exception {
        Door door = door(call);
        Name topic = door.writable(call.text("name"));
        door.check(topic, call.body());
        try (Publisher<Object> publisher = door.bus().publisher(topic.toString(), Object.class, Qos.DEFAULT)) {
            within(publisher.publish(call.body()).toCompletableFuture(), LONGEST_S);
        }
        return null;
    }

    private void services() {
        add("GET", "/buses/{bus}/services", "listServices", "The services that are exposed and there", Role.VIEWER,
                Schemas.within("services", Schemas.list(Schemas.SERVICE)), call -> {
                    Door door = door(call);
                    return Map.of("services", door.services().stream().map(name -> {
                        Optional<Endpoint> typed = door.graph().typed(name, Kind.SERVICE);
                        Map<String, Object> service = new LinkedHashMap<>();
                        service.put("name", name.toString());
                        service.put("type", typed.map(Endpoint::type).orElse(""));
                        service.put("shape", typed.map(Endpoint::shape).orElse(Map.of()));
                        return service;
                    }).toList());
                });
        add("POST", "/buses/{bus}/services/call", "callService", "Calls a service", "The request", Schemas.VALUE, call -> {
            Door door = door(call);
            Name service = door.callable(call.text("name"));
            door.check(service, call.body());
            long timeout = call.number("timeout", 5000, 1, LONGEST_S * 1000);
            try (Caller<Object, Object> caller = door.bus().caller(service.toString(), Object.class, Object.class)) {
                Object answer = within(caller.call(call.body(), Duration.ofMillis(timeout)), LONGEST_S + 5);
                return value(shapes.tree(answer));
            }
        }, NAME, optional("timeout", "integer", "In ms; 5000 unless given"));
    }

    /** Null is a value. */
    private static Map<String, Object> value(Object value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("value", value);
        return tree;
    }

    private void params() {
        add("GET", "/buses/{bus}/params", "listParams", "Names of the parameters that are exposed and set", Role.VIEWER,
                Schemas.within("params", Schemas.list(Schemas.TEXT)), call -> Map.of("params", Schemas.texts(door(call).params())));
        add("GET", "/buses/{bus}/params/value", "getParam", "A parameter", Role.VIEWER, Schemas.VALUE, call -> {
            Optional<Value> found = within(door(call).get(call.text("name")), LONGEST_S);
            return value(found.orElseThrow(() -> new Refusal(404, "the parameter " + call.text("name") + " is not set")).body());
        }, NAME);
        add("PUT", "/buses/{bus}/params/value", "setParam", "Sets a parameter", "The value; 0, false, \"\" and null are values",
                Schemas.NOTHING, call -> within(door(call).set(call.text("name"), call.body()), LONGEST_S), NAME);
        add("DELETE", "/buses/{bus}/params/value", "deleteParam", "Deletes a parameter", Role.OPERATOR, Schemas.NOTHING,
                call -> within(door(call).delete(call.text("name")), LONGEST_S), NAME);
    }

    private void processes() {
        add("GET", "/processes", "listProcesses", "The processes", Role.VIEWER,
                Schemas.within("processes", Schemas.list(Schemas.PROCESS)),
                call -> Map.of("processes", supervisor().processes().stream().map(Routes::process).toList()));
        add("GET", "/processes/{process}", "getProcess", "One process", Role.VIEWER, Schemas.PROCESS,
                call -> process(supervisor().process(call.text("process"))
                        .orElseThrow(() -> new Refusal(404, "there is no process '" + call.text("process") + "'"))));
        add("POST", "/processes/{process}/start", "startProcess", "Starts a process, and what it depends on", Role.ADMIN,
                Schemas.PROCESS, call -> process(within(supervisor().start(call.text("process")), LONGEST_S)));
        add("POST", "/processes/{process}/stop", "stopProcess", "Stops a process, and what depends on it", Role.ADMIN,
                Schemas.PROCESS, call -> process(within(supervisor().stop(call.text("process")), LONGEST_S)));
        add("POST", "/processes/{process}/restart", "restartProcess", "Stops and starts a process", Role.ADMIN, Schemas.PROCESS,
                call -> process(within(supervisor().restart(call.text("process")), LONGEST_S)));
    }

    private Supervisor supervisor() {
        Supervisor there = supervisor.get();
        if (there == null) {
            throw new Refusal(503, "the supervisor is not there: is bundle io.anole.supervisor active? See ./anole bundle list");
        }
        return there;
    }

    private static Map<String, Object> process(ProcessInfo info) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("name", info.name());
        process.put("state", info.state().name().toLowerCase(Locale.ROOT));
        process.put("reason", info.reason());
        process.put("bundle", info.bundle());
        process.put("frequency", info.frequency());
        process.put("cycles", info.cycles());
        process.put("missed", info.missed());
        process.put("errors", info.errors());
        process.put("restarts", info.restarts());
        process.put("mail", info.mail());
        process.put("dropped", info.dropped());
        process.put("lastError", info.lastError());
        return process;
    }
}
