package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Name;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Who publishes, subscribes and serves what on a bus, as nodes and links. */
@Component(service = Part.class)
public final class GraphPart implements Part {
    /** Nodes and links that are shown. */
    static final int MOST = 300;
    static final int MOST_LINKS = 2000;

    private final Buses buses;

    @Activate
    public GraphPart(@Reference Buses buses) {
        this.buses = buses;
    }

    @Override
    public String name() {
        return "graph";
    }

    @Override
    public Object state(Map<String, String> asked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", Patience.millis());
        tree.put("buses", buses.names());
        Optional<Bus> chosen = buses.find(asked.get("bus"));
        if (chosen.isPresent()) {
            Bus bus = chosen.get();
            boolean platform = Boolean.parseBoolean(asked.get("platform"));
            List<Endpoint> endpoints = buses.endpoints(bus).stream().filter(endpoint -> platform || !endpoint.isPlatform()).toList();
            Map<String, Map<String, Object>> nodes = nodes(endpoints, new Topics(bus, endpoints, platform));
            tree.put("nodes", nodes.values().stream().limit(MOST).toList());
            tree.put("more", Math.max(0, nodes.size() - MOST));
            tree.put("links", links(endpoints).stream().limit(MOST_LINKS).map(link ->
                    Map.of("who", link.who, "what", link.what, "how", link.how)).toList());
        }
        return tree;
    }

    @Override
    public String act(String action, Map<String, String> asked, String who) {
        throw new Refusal(404, "a graph can't be asked to " + action);
    }

    private record Link(String who, String what, String how) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return (who + ' ' + what + ' ' + how).compareTo(other.who + ' ' + other.what + ' ' + other.how);
        }
    }

    private static Map<String, Map<String, Object>> nodes(List<Endpoint> endpoints, Topics topics) {
        Map<String, Map<String, Object>> nodes = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            nodes.put(who(endpoint), node(who(endpoint), "process", endpoint.participant(), "on " + endpoint.runtime()));
            if (endpoint.kind() == Kind.SERVICE) {
                nodes.put(what(endpoint), node(what(endpoint), "service", endpoint.name().toString(), endpoint.type()));
            }
        }
        for (Map<String, Object> topic : topics.trees(MOST)) {
            String id = "topic " + topic.get("name");
            nodes.put(id, node(id, "topic", (String) topic.get("name"), (String) topic.get("type")));
            nodes.get(id).put("messages", topic.get("messages"));
        }
        return nodes;
    }

    private static Map<String, Object> node(String id, String kind, String name, String detail) {
        return new LinkedHashMap<>(Map.of("id", id, "kind", kind, "name", name, "detail", detail));
    }

    private static String who(Endpoint endpoint) {
        return "process " + endpoint.runtime() + "/" + endpoint.participant();
    }

    private static String what(Endpoint endpoint) {
        return (endpoint.kind() == Kind.SERVICE ? "service " : "topic ") + endpoint.name();
    }

    /** Those of patterns lead to the topics that somebody names. */
    private static List<Link> links(List<Endpoint> endpoints) {
        List<Name> topics = endpoints.stream().filter(endpoint -> endpoint.kind() != Kind.SERVICE)
                .flatMap(endpoint -> endpoint.name().name().stream()).distinct().limit(MOST).toList();
        TreeSet<Link> links = new TreeSet<>();
        for (Endpoint endpoint : endpoints) {
            String how = switch (endpoint.kind()) {
                case PUBLISHER -> "publishes";
                case SUBSCRIPTION -> "subscribes";
                default -> "serves";
            };
            if (endpoint.isPattern()) {
                topics.stream().filter(endpoint.name()::matches)
                        .forEach(topic -> links.add(new Link(who(endpoint), "topic " + topic, how)));
            } else {
                links.add(new Link(who(endpoint), what(endpoint), how));
            }
        }
        return new ArrayList<>(links);
    }
}
