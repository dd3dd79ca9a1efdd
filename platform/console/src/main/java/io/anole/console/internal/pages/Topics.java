package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The topics of one bus: who is there, as announced by all runtimes, and what this runtime has counted. */
final class Topics {
    private static final class Topic {
        private final TreeSet<String> types = new TreeSet<>();
        private final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
        private int publishers;
        private int subscribers;
        private int ownPublishers;
        private int ownSubscribers;
        private long sent;
        private long received;
        private long waiting;

        /** A message that both left and came here is one. */
        long messages() {
            return Math.max(sent, received);
        }

        long drops() {
            return dropped.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Map<String, Topic> topics = new TreeMap<>();

    /** Takes what was counted of a topic. */
    interface Counted {
        void of(String topic, long messages, long dropped);
    }

    /** @param platform whether with the platform's own */
    Topics(Bus bus, List<Endpoint> announced, boolean platform) {
        for (Endpoint endpoint : announced) {
            if (endpoint.kind() != Kind.SERVICE && !endpoint.isPattern() && (platform || !endpoint.isPlatform())) {
                Topic topic = topics.computeIfAbsent(endpoint.name().toString(), name -> new Topic());
                topic.types.add(endpoint.type());
                topic.publishers += endpoint.kind() == Kind.PUBLISHER ? 1 : 0;
                topic.subscribers += endpoint.kind() == Kind.SUBSCRIPTION ? 1 : 0;
            }
        }
        for (Statistics.Endpoint endpoint : bus.statistics().endpoints()) {
            boolean shown = (endpoint.kind() == Kind.PUBLISHER || endpoint.kind() == Kind.SUBSCRIPTION)
                    && endpoint.name().indexOf('*') < 0 && (platform || !Endpoint.isPlatform(Pattern.of(endpoint.name())));
            if (shown) {
                count(topics.computeIfAbsent(endpoint.name(), name -> new Topic()), endpoint);
            }
        }
    }

    private static void count(Topic topic, Statistics.Endpoint endpoint) {
        Counters counters = endpoint.counters();
        topic.types.add(endpoint.type());
        if (endpoint.kind() == Kind.PUBLISHER) {
            topic.ownPublishers++;
            topic.sent += counters.sent();
        } else {
            topic.ownSubscribers++;
            topic.received = Math.max(topic.received, counters.received());
            topic.waiting += endpoint.waiting();
        }
        counters.dropped().forEach((reason, count) -> topic.dropped.merge(reason, count, Long::sum));
    }

    /** By name, as trees for {@link Json}; not more than asked for. */
    List<Map<String, Object>> trees(int most) {
        List<Map<String, Object>> trees = new ArrayList<>();
        topics.entrySet().stream().limit(most).forEach(entry -> trees.add(tree(entry.getKey(), entry.getValue())));
        return trees;
    }

    void count(Counted counted) {
        topics.forEach((name, topic) -> counted.of(name, topic.messages(), topic.drops()));
    }

    int size() {
        return topics.size();
    }

    private static Map<String, Object> tree(String name, Topic topic) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.put("type", topic.types.stream().filter(type -> !type.isEmpty()).collect(Collectors.joining(", ")));
        // On a system that can't tell, those of this runtime.
        tree.put("publishers", Math.max(topic.publishers, topic.ownPublishers));
        tree.put("subscribers", Math.max(topic.subscribers, topic.ownSubscribers));
        tree.put("messages", topic.messages());
        tree.put("waiting", topic.waiting);
        tree.put("dropped", topic.drops());
        tree.put("why", topic.dropped.entrySet().stream().filter(drop -> drop.getValue() > 0)
                .map(drop -> drop.getKey().name().toLowerCase(Locale.ROOT) + " " + drop.getValue())
                .collect(Collectors.joining(", ")));
        return tree;
    }
}
