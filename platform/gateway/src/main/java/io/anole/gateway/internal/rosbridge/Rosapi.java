package io.anole.gateway.internal.rosbridge;

import io.anole.access.Role;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.Name;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Value;
import io.anole.core.Endpoint;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The services that ROS tools ask a rosbridge for: what is there, and parameters, as far as the door shows it. */
final class Rosapi {
    private static final String ROOT = "rosapi";

    private final Door door;
    private final Visitor visitor;
    private final Trees trees;

    Rosapi(Door door, Visitor visitor, Trees trees) {
        this.door = door;
        this.visitor = visitor;
        this.trees = trees;
    }

    static boolean knows(Name service) {
        return service.segments().get(0).equals(ROOT);
    }

    CompletionStage<?> call(Name service, Object arguments) {
        visitor.need(Role.VIEWER, "asking " + service);
        Map<?, ?> given = arguments instanceof Map<?, ?> map ? map : Map.of();
        return switch (service.toString().substring(ROOT.length() + 2)) {
            case "topics" -> done(topics(topic -> true, false));
            case "topics_and_raw_types" -> done(topics(topic -> true, true));
            case "topics_for_type" -> done(Map.of("topics", texts(door.topics(), topic -> topicType(topic).equals(type(given)))));
            case "topic_type" -> done(Map.of("type", topicType(shown(door.topics(), text(given, "topic")))));
            case "services" -> done(Map.of("services", texts(door.services(), one -> true)));
            case "services_for_type" -> done(Map.of("services",
                    texts(door.services(), one -> serviceType(one).equals(type(given)))));
            case "service_type" -> done(Map.of("type", serviceType(shown(door.services(), text(given, "service")))));
            case "publishers" -> done(Map.of("publishers", participants(given, Kind.PUBLISHER)));
            case "subscribers" -> done(Map.of("subscribers", participants(given, Kind.SUBSCRIPTION)));
            case "nodes" -> done(Map.of("nodes", nodes()));
            case "node_details" -> done(node(text(given, "node")));
            case "action_servers" -> done(Map.of("action_servers", List.of()));
            case "message_details", "service_request_details" -> done(Map.of("typedefs", typedefs(type(given))));
            case "service_response_details" -> done(Map.of("typedefs", List.of()));
            case "get_param_names" -> done(Map.of("names", texts(door.params(), one -> true)));
            case "has_param" -> done(Map.of("exists", door.params().contains(Name.of(text(given, "name")))));
            case "get_param" -> param(text(given, "name"), given.get("default"));
            case "set_param" -> {
                visitor.need(Role.OPERATOR, "setting a parameter");
                visitor.did("set_param " + text(given, "name"), "asked");
                yield door.set(text(given, "name"), visitor, trees.read(text(given, "value"))).thenApply(set -> Map.of());
            }
            case "delete_param" -> {
                visitor.need(Role.OPERATOR, "deleting a parameter");
                visitor.did("delete_param " + text(given, "name"), "asked");
                yield door.delete(text(given, "name"), visitor).thenApply(deleted -> Map.of());
            }
            case "get_time" -> {
                Instant now = Instant.now();
                yield done(Map.of("time", Map.of("secs", now.getEpochSecond(), "nsecs", now.getNano())));
            }
            default -> throw new Refusal(404, "the service " + service + " is not known");
        };
    }

    private static CompletionStage<Object> done(Object answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static String text(Map<?, ?> given, String field) {
        if (given.get(field) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new Refusal(400, "the argument '" + field + "' must be a text");
    }

    /** A type's name as Anole has it, which is that of ROS 1; that of ROS 2 has {@code msg} or {@code srv} in it. */
    private static String type(Map<?, ?> given) {
        return text(given, "type").replaceFirst("^([^/]+)/(msg|srv)/([^/]+)$", "$1/$3");
    }

    private static List<String> texts(Set<Name> names, Predicate<Name> wanted) {
        return names.stream().filter(wanted).map(Name::toString).toList();
    }

    private Name shown(Set<Name> names, String text) {
        Name asked = Name.of(text);
        if (!names.contains(asked)) {
            throw new Refusal(404, asked + " is not exposed, or not there now");
        }
        return asked;
    }

    private Map<String, Object> topics(Predicate<Name> wanted, boolean definitions) {
        List<String> topics = texts(door.topics(), wanted);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("topics", topics);
        answer.put("types", topics.stream().map(topic -> topicType(Name.of(topic))).toList());
        if (definitions) {
            answer.put("typedefs_full_text", topics.stream().map(topic -> definition(Name.of(topic))).toList());
        }
        return answer;
    }

    private String topicType(Name topic) {
        return door.graph().typed(topic, Kind.PUBLISHER, Kind.SUBSCRIPTION).map(Endpoint::type).orElse("");
    }

    /** As ROS tools read it, and empty where ROS can't write the type: then no {@code cbor-raw} can be had either. */
    private String definition(Name topic) {
        return door.graph().typed(topic, Kind.PUBLISHER, Kind.SUBSCRIPTION).map(endpoint -> {
            try {
                return RosType.of(endpoint.type(), endpoint.shape()).definition();
            } catch (BadShape e) {
                return "";
            }
        }).orElse("");
    }

    private String serviceType(Name service) {
        return door.graph().typed(service, Kind.SERVICE).map(Endpoint::type).orElse("");
    }

    private List<String> participants(Map<?, ?> given, Kind kind) {
        Name topic = shown(door.topics(), text(given, "topic"));
        return door.graph().of(topic, kind).stream().map(one -> "/" + one.participant()).distinct().sorted().toList();
    }

    private boolean visible(Endpoint endpoint) {
        return endpoint.name().name().map(name -> endpoint.kind() == Kind.SERVICE ? door.calls(name)
                : door.reads(name) || door.writes(name)).orElse(false);
    }

    private List<String> nodes() {
        Set<String> nodes = new TreeSet<>();
        door.graph().all().stream().filter(this::visible).forEach(one -> nodes.add("/" + one.participant()));
        return List.copyOf(nodes);
    }

    private Map<String, Object> node(String node) {
        List<Endpoint> has = door.graph().of(node.startsWith("/") ? node.substring(1) : node).stream().filter(this::visible)
                .toList();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("subscribing", names(has, Kind.SUBSCRIPTION));
        details.put("publishing", names(has, Kind.PUBLISHER));
        details.put("services", names(has, Kind.SERVICE));
        return details;
    }

    private static List<String> names(List<Endpoint> endpoints, Kind kind) {
        return endpoints.stream().filter(one -> one.kind() == kind).map(one -> one.name().toString()).distinct().sorted().toList();
    }

    private CompletionStage<?> param(String name, Object otherwise) {
        return door.get(name, visitor).thenApply((Optional<Value> found) -> {
            if (found.isPresent()) {
                return Map.of("value", trees.json(found.get().body()));
            }
            if (otherwise instanceof String text) {
                return Map.of("value", text);
            }
            throw new Refusal(404, "the parameter " + name + " is not set");
        });
    }

    private List<Map<String, Object>> typedefs(String type) {
        return door.graph().all().stream().filter(one -> one.type().equals(type) && !one.shape().isEmpty() && visible(one)).findFirst()
                .map(one -> Typedefs.of(type, one.shape())).orElse(List.of());
    }
}
