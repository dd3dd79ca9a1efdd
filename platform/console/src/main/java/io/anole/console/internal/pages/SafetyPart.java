package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Statistics.Kind;
import io.anole.core.SafetyGate;
import io.anole.core.SafetyGate.Stop;
import io.anole.core.SafetyGate.Trip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The emergency stop: pressed at once, reset only by somebody who has seen all that holds. */
@Component(service = Part.class)
public final class SafetyPart implements Part {
    static final String NAME = "safety";
    /** Of a reason, in characters. */
    static final int LONGEST = 200;
    private static final long RESET_SECONDS = 5;

    /** Topics with a rule that are shown. */
    private static final int MOST_RULES = 500;

    private final SafetyGate gate;
    private final Buses buses;

    @Activate
    public SafetyPart(@Reference SafetyGate gate, @Reference Buses buses) {
        this.gate = gate;
        this.buses = buses;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Object state(Map<String, String> asked) {
        List<Stop> stops = gate.stops();
        return Map.of("seen", seen(stops), "stops", stops.stream().map(SafetyPart::tree).toList(),
                "rules", buses.all().stream().flatMap(this::rules).limit(MOST_RULES).toList(),
                "trips", gate.trips().stream().map(SafetyPart::tree).toList());
    }

    /** Those of the topics that somebody uses now. */
    private Stream<Map<String, Object>> rules(Bus bus) {
        return buses.endpoints(bus).stream().filter(endpoint -> endpoint.kind() != Kind.SERVICE)
                .flatMap(endpoint -> endpoint.name().name().stream()).distinct().sorted().flatMap(topic -> gate.rule(bus.name(), topic)
                        .stream().map(rule -> tree(bus.name(), topic.toString(), rule)));
    }

    private static Map<String, Object> tree(String bus, String topic, Map<String, Object> rule) {
        Map<String, Object> tree = new LinkedHashMap<>(rule);
        tree.put("bus", bus);
        tree.put("topic", topic);
        return tree;
    }

    @Override
    public List<String> alarms() {
        return gate.stops().stream().map(stop -> "EMERGENCY STOP: " + stop.reason()).toList();
    }

    private static Map<String, Object> tree(Stop stop) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("own", stop.bus().isEmpty());
        tree.put("by", stop.by());
        tree.put("bus", stop.bus());
        tree.put("reason", stop.reason());
        tree.put("since", stop.since().toString());
        return tree;
    }

    private static Map<String, Object> tree(Trip trip) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", trip.at().toString());
        tree.put("what", trip.what().name().toLowerCase(Locale.ROOT));
        tree.put("bus", trip.bus());
        tree.put("topic", trip.topic());
        tree.put("by", trip.by());
        tree.put("why", trip.why());
        tree.put("count", trip.count());
        return tree;
    }

    /** What a reset must name, so that nobody resets a stop that was not on his screen. */
    private static String seen(List<Stop> stops) {
        return stops.stream().map(stop -> stop.bus() + "/" + stop.by() + "/" + stop.since()).collect(Collectors.joining(" "));
    }

    @Override
    public String act(String action, Map<String, String> parameters, String who) {
        return switch (action) {
            case "stop" -> stop(parameters.getOrDefault("reason", "").strip(), who);
            case "reset" -> reset(parameters.getOrDefault("seen", ""), Boolean.parseBoolean(parameters.get("others")), who);
            default -> throw new Refusal(404, "an emergency stop can't be asked to " + action);
        };
    }

    private String stop(String reason, String who) {
        if (reason.length() > LONGEST) {
            throw new Refusal(400, "the reason is longer than " + LONGEST + " characters");
        }
        gate.stop(reason.isEmpty() ? "pressed in the web console" : reason, who);
        return "stopped";
    }

    private String reset(String seen, boolean others, String who) {
        if (!seen.equals(seen(gate.stops()))) {
            throw new Refusal(409, "what is stopped has changed meanwhile: look again");
        }
        try {
            gate.reset(others, who).get(RESET_SECONDS, TimeUnit.SECONDS);
            return "reset";
        } catch (IllegalStateException e) {
            throw new Refusal(409, e.getMessage());
        } catch (ExecutionException e) {
            throw new Refusal(502, "reset here, but a bus was not told: " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new Refusal(504, "reset here, but a bus has not confirmed it within " + RESET_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "reset here, but the web server is stopping");
        }
    }
}
