package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Shapes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Parameters, which are durable state on a bus. */
@Component(service = Part.class)
public final class ParametersPart implements Part {
    /** Parameters of a bus that are shown. */
    static final int MOST = 1000;
    private static final String PREFIX = "/@param";

    private final Buses buses;
    private final Shapes shapes;
    private final Codec json;

    @Activate
    public ParametersPart(@Reference Buses buses, @Reference Shapes shapes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")") Codec json) {
        this.buses = buses;
        this.shapes = shapes;
        this.json = json;
    }

    @Override
    public String name() {
        return "parameters";
    }

    @Override
    public Object state(Map<String, String> asked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("buses", buses.names());
        Optional<Bus> chosen = buses.find(asked.get("bus"));
        if (chosen.isPresent()) {
            Map<Name, Optional<Object>> all = all(chosen.get());
            tree.put("parameters", all.entrySet().stream().limit(MOST).map(one -> tree(one.getKey(), one.getValue())).toList());
            tree.put("more", Math.max(0, all.size() - MOST));
        }
        return tree;
    }

    private Map<Name, Optional<Object>> all(Bus bus) {
        return buses.watched(bus, PREFIX + "/**");
    }

    private Map<String, Object> tree(Name key, Optional<Object> value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", key.toString().substring(PREFIX.length()));
        tree.put("value", Brief.of(shapes.tree(value.orElse(null))));
        return tree;
    }

    @Override
    public String act(String action, Map<String, String> asked, String who) {
        Bus bus = buses.bus(asked.getOrDefault("bus", ""));
        Name name = name(asked.getOrDefault("name", ""));
        return switch (action) {
            case "set" -> done(bus.put(PREFIX + name, value(asked.getOrDefault("value", "")), Lifetime.DURABLE), name + " is set");
            case "delete" -> {
                if (!all(bus).containsKey(Name.of(PREFIX + name))) {
                    throw new Refusal(404, "parameter " + name + " is not set");
                }
                yield done(bus.remove(PREFIX + name), name + " is deleted");
            }
            default -> throw new Refusal(404, "parameters can't be asked to " + action);
        };
    }

    private static Name name(String text) {
        try {
            return Name.of(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, e.getMessage());
        }
    }

    /** JSON; what is none, and does not begin like it, is taken as a text. */
    private Object value(String text) {
        try {
            return json.decode(text.getBytes(StandardCharsets.UTF_8));
        } catch (BusException.BadShape e) {
            if (text.isEmpty() || List.of('{', '[', '"').contains(text.charAt(0))) {
                throw new Refusal(400, "no JSON: " + e.getMessage());
            }
            return text;
        }
    }

    private static String done(CompletableFuture<Void> change, String line) {
        return Patience.await(change.thenApply(nothing -> line))
                .orElseThrow(() -> new Refusal(504, "the bus has not confirmed it within " + Patience.SECONDS + " s"));
    }
}
