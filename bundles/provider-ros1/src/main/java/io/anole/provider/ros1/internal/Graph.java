package io.anole.provider.ros1.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who publishes, subscribes and serves, as state that can be watched: of this runtime what the hub announces, of all other
 * nodes what the master knows. Those keys are {@code @graph/ros/<node>/<kind>/<name>}, with dots for their slashes. On the event loop;
 * definitions are read on the worker.
 */
final class Graph implements Source, Survey.Listener {
    static final String ROOT = "@graph";
    private static final int MOST = 20_000;
    private static final int LONGEST = 240;

    private final Node node;
    private final State state;
    private final Map<Name, Value> own = new TreeMap<>();
    private Map<Name, Value> others = Map.of();
    private final Map<String, Map<String, Object>> shapes = new HashMap<>();
    private View seen;
    private boolean followed;
    private boolean synced;

    Graph(Node node, State state) {
        this.node = node;
        this.state = state;
    }

    /** What of a node is there. */
    private enum Kind { PUBLISHER, SUBSCRIPTION, SERVICE }

    @Override
    public String root() {
        return ROOT;
    }

    /** The hub announces an endpoint of this runtime, or takes that back. */
    void announce(Name key, Optional<Value> value) {
        value.ifPresentOrElse(announced -> own.put(key, announced), () -> own.remove(key));
        state.changed(this);
    }

    @Override
    public void follow(boolean watched) {
        if (watched != followed) {
            followed = watched;
            forget();
            node.survey().want(this, watched);
        }
    }

    private void forget() {
        synced = false;
        seen = null;
    }

    @Override
    public void register() {
        forget(); // the next survey tells; it is begun by who calls this
    }

    @Override
    public void lost() {
        forget();
    }

    @Override
    public boolean synced() {
        return synced;
    }

    @Override
    public void surveyed(View view, int number) {
        if (view.equals(seen)) {
            return;
        }
        seen = view;
        node.master().call("getTopicTypes").thenCompose(all -> {
            Map<String, String> types = Lookups.types(all);
            return node.work(() -> {
                Map<String, Map<String, Object>> found = new HashMap<>();
                new TreeSet<>(types.values()).forEach(type -> found.put(type, shape(type)));
                return Map.entry(types, found);
            });
        }).whenComplete((found, error) -> node.run(() -> {
            if (!followed || seen != view) {
                return;
            }
            if (error != null) {
                seen = null; // the next survey tries again
                return;
            }
            others = tell(view, found.getKey(), found.getValue());
            synced = true;
            state.changed(this);
            node.membership().registeredOne();
        }));
    }

    /** On the worker: the type's fields, if there is a definition of it. */
    private Map<String, Object> shape(String type) {
        try {
            return node.bodies().types().knows(type) ? node.bodies().types().message(type).describe() : Map.of();
        } catch (BadShape e) {
            return Map.of(); // nobody here uses it, and who does is told
        }
    }

    private Map<Name, Value> tell(View view, Map<String, String> types, Map<String, Map<String, Object>> found) {
        Map<Name, Value> all = new LinkedHashMap<>();
        add(all, Kind.PUBLISHER, view.publishers(), types, found);
        add(all, Kind.SUBSCRIPTION, view.subscribers(), types, found);
        add(all, Kind.SERVICE, view.services(), Map.of(), found);
        return all;
    }

    private void add(Map<Name, Value> all, Kind kind, Map<String, Set<String>> part, Map<String, String> types,
            Map<String, Map<String, Object>> found) {
        part.forEach((ros, nodes) -> node.settings().remap().name(ros).filter(name -> !name.reserved()
                && !ros.equals(Patterns.MARK)).ifPresent(name -> nodes.stream()
                        .filter(who -> !who.equals(node.settings().node())).forEach(who -> {
                            String type = types.getOrDefault(ros, "");
                            add(all, kind, name, who, type.equals(Bodies.TEXT) ? "" : type, found.getOrDefault(type, Map.of()));
                        })));
    }

    private void add(Map<Name, Value> all, Kind kind, Name name, String who, String type, Map<String, Object> shape) {
        String participant = who.startsWith("/") ? who.substring(1) : who;
        String what = kind.name().toLowerCase(Locale.ROOT);
        if (all.size() >= MOST || participant.length() > LONGEST || name.toString().length() > LONGEST) {
            node.log("left out of the graph: " + what + " " + name + " of " + who, "it has too long a name, or " + MOST
                    + " endpoints are there already");
            return;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("kind", what);
        tree.put("name", name.toString());
        tree.put("type", type);
        tree.put("shape", type.equals("") ? Map.of() : shape);
        tree.put("participant", participant);
        tree.put("runtime", "");
        all.put(Name.of(ROOT + "/ros/" + participant.replace('/', '.') + "/" + what + "/"
                + name.toString().substring(1).replace('/', '.')), new Value(tree, "", ""));
    }

    @Override
    public Map<Name, Value> select(Pattern pattern) {
        Map<Name, Value> all = new LinkedHashMap<>();
        List.of(own, others).forEach(part -> part.forEach((name, value) -> {
            if (pattern.matches(name)) {
                all.put(name, value);
            }
        }));
        return all;
    }
}
