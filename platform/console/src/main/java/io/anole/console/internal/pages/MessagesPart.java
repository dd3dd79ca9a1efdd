package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Codec;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The latest messages of a topic, publishing one, and calling a service. */
@Component(service = Part.class)
public final class MessagesPart implements Part {
    private static final int MOST_NAMES = 500;
    private static final Duration ANSWER = Duration.ofSeconds(Patience.SECONDS - 1);

    private final Buses buses;
    private final Leases leases;
    private final Shapes shapes;
    private final Codec json;

    @Activate
    public MessagesPart(@Reference Buses buses, @Reference Leases leases, @Reference Shapes shapes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")") Codec json) {
        this.buses = buses;
        this.leases = leases;
        this.shapes = shapes;
        this.json = json;
    }

    @Override
    public String name() {
        return "messages";
    }

    private record Tailed(Bus bus, String pattern) {
    }

    @Override
    public Object state(Map<String, String> asked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", Patience.millis());
        tree.put("buses", buses.names());
        Optional<Bus> chosen = buses.find(asked.get("bus"));
        if (chosen.isPresent()) {
            Bus bus = chosen.get();
            List<Endpoint> endpoints = buses.endpoints(bus).stream().filter(endpoint -> !endpoint.isPlatform()).toList();
            tree.put("topics", names(endpoints, Set.of(Kind.PUBLISHER, Kind.SUBSCRIPTION)));
            tree.put("services", names(endpoints, Set.of(Kind.SERVICE)));
            tree.put("to", target(endpoints, Set.of(Kind.PUBLISHER, Kind.SUBSCRIPTION), asked.getOrDefault("to", "")));
            tree.put("call", target(endpoints, Set.of(Kind.SERVICE), asked.getOrDefault("call", "")));
            if (!asked.getOrDefault("tail", "").isEmpty()) {
                String pattern = legal(asked.get("tail"), text -> Pattern.of(text).toString());
                tree.put("tail", leases.of(Tail.class, new Tailed(bus, pattern), () -> new Tail(bus, pattern)).tree(shapes));
            }
        }
        return tree;
    }

    private static List<String> names(List<Endpoint> endpoints, Set<Kind> kinds) {
        return endpoints.stream().filter(endpoint -> kinds.contains(endpoint.kind())).flatMap(endpoint -> endpoint.name().name().stream())
                .map(Name::toString).distinct().sorted().limit(MOST_NAMES).toList();
    }

    /** The type and fields that are known of a name. */
    private static Map<String, Object> target(List<Endpoint> endpoints, Set<Kind> kinds, String name) {
        Map<String, Object> known = new TreeMap<>();
        endpoints.stream().filter(endpoint -> kinds.contains(endpoint.kind()) && endpoint.name().toString().equals(name)
                && !endpoint.shape().isEmpty()).findFirst().ifPresent(endpoint -> {
                    known.put("type", endpoint.type());
                    known.put("shape", Brief.of(endpoint.shape()));
                });
        return known;
    }

    private static String legal(String text, Function<String, String> rule) {
        try {
            return rule.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, e.getMessage());
        }
    }

    @Override
    public String act(String action, Map<String, String> asked, String who) {
        Bus bus = buses.bus(asked.getOrDefault("bus", ""));
        String name = legal(asked.getOrDefault("name", ""), text -> Name.of(text).toString());
        Object body = body(asked.getOrDefault("value", ""));
        return switch (action) {
            case "publish" -> publish(bus, name, body);
            case "call" -> call(bus, name, body);
            default -> throw new Refusal(404, "messages can't be asked to " + action);
        };
    }

    private Object body(String text) {
        try {
            return json.decode(text.getBytes(StandardCharsets.UTF_8));
        } catch (BusException.BadShape e) {
            throw new Refusal(400, "no JSON: " + e.getMessage());
        }
    }

    private String publish(Bus bus, String topic, Object body) {
        List<Endpoint> takers = buses.endpoints(bus).stream()
                .filter(endpoint -> endpoint.kind() == Kind.SUBSCRIPTION && endpoint.name().toString().equals(topic)).toList();
        try {
            takers.forEach(taker -> taker.check(body));
        } catch (BusException.BadShape e) {
            throw new Refusal(400, e.getMessage());
        }
        try (Publisher<Object> publisher = bus.publisher(topic, Object.class)) {
            Patience.await(publisher.publish(body).thenApply(nothing -> topic)).orElseThrow(() -> new Refusal(504,
                    "bus " + bus.name() + " has not accepted it within " + Patience.SECONDS + " s"));
        } catch (BusException | IllegalArgumentException e) {
            throw new Refusal(409, e.getMessage());
        }
        return "published on " + topic + (takers.isEmpty() ? ", where nobody has subscribed by that name" : "");
    }

    /** The answer is JSON. */
    private String call(Bus bus, String service, Object request) {
        try (Caller<Object, Object> caller = bus.caller(service, Object.class, Object.class)) {
            Map<String, Object> answer = new LinkedHashMap<>();
            return Patience.await(caller.call(request, ANSWER).thenApply(body -> {
                answer.put("answer", Brief.of(shapes.tree(body)));
                return Json.text(answer);
            })).orElseThrow(() -> new Refusal(504, service + " has not answered within " + Patience.SECONDS + " s"));
        } catch (BusException | IllegalArgumentException e) {
            throw new Refusal(409, e.getMessage());
        }
    }
}
