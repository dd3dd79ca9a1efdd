package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.provider.MessageHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Subscriptions by pattern: one to each topic that matches, as topics come and go. ROS has none, so the master's list is
 * asked every heartbeat. That would be too late for the first message of a new topic; therefore a node that has patterns
 * subscribes to {@link #MARK}, which nobody publishes, and an Anole that begins to publish asks all who are there whether they
 * want the topic, and waits for them as for its other subscribers. On the event loop.
 */
final class Patterns implements Survey.Listener {
    /** The topic that tells who has patterns. */
    static final String MARK = "/anole/patterns";
    /** What an Anole is asked by another on its slave API: whether it wants this topic. Answers 1 if so. */
    static final String ASK = "anoleWants";
    private static final int MOST_TOPICS = 10_000;

    private final Node node;
    private final Set<Open> all = new LinkedHashSet<>();
    private boolean marked;
    private int markedSince;

    Patterns(Node node) {
        this.node = node;
    }

    /** One subscription by pattern. */
    private static final class Open {
        private final Pattern pattern;
        private final Qos qos;
        private final MessageHandler handler;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        /** By topic. */
        private final Map<String, Joined> joined = new HashMap<>();
        /** The latest survey that was begun before. */
        private int since;
        private boolean surveyed;
        private volatile boolean closed;

        Open(Pattern pattern, Qos qos, MessageHandler handler) {
            this.pattern = pattern;
            this.qos = qos;
            this.handler = handler;
        }
    }

    /** @param survey the latest that was begun before; what it says of the topic may be old */
    private record Joined(Registration registration, int survey) {
    }

    /** Any thread. */
    Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
        Open open = new Open(pattern, qos, handler);
        node.run(() -> {
            if (open.closed || node.closed()) {
                return;
            }
            open.since = node.survey().latest();
            all.add(open);
            if (all.size() == 1) {
                register();
                node.survey().want(this, true);
            } else {
                node.survey().begin();
            }
        });
        return new Handle(open.ready, () -> {
            open.closed = true;
            node.run(() -> end(open));
        });
    }

    private void end(Open open) {
        open.ready.completeExceptionally(new BusException.Closed("'" + open.pattern + "': closed"));
        open.joined.values().forEach(one -> one.registration().close());
        open.joined.clear();
        if (all.remove(open) && all.isEmpty()) {
            marked = false;
            node.survey().want(this, false);
            node.membership().unregister("unregisterSubscriber", MARK, node.uri());
        }
    }

    // With the master

    boolean any() {
        return !all.isEmpty();
    }

    boolean registered() {
        return all.isEmpty() || marked;
    }

    /** Tells the master; also again, when the master has forgotten. */
    void register() {
        if (all.isEmpty() || node.uri().isEmpty()) {
            return;
        }
        marked = false;
        node.master().call("registerSubscriber", MARK, "*", node.uri()).whenComplete((answer, error) -> node.run(() -> {
            if (all.isEmpty() || node.closed()) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            marked = true;
            markedSince = node.survey().latest();
            node.survey().begin();
            node.membership().registeredOne();
        }));
    }

    @Override
    public void surveyed(View view, int number) {
        for (Open open : List.copyOf(all)) {
            view.publishers().keySet().forEach(topic -> join(open, topic));
            Iterator<Map.Entry<String, Joined>> each = open.joined.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<String, Joined> one = each.next();
                if (!view.publishers().containsKey(one.getKey()) && number > one.getValue().survey() && silent(one.getKey())) {
                    each.remove();
                    one.getValue().registration().close();
                }
            }
            if (!open.surveyed && marked && number > Math.max(markedSince, open.since)) {
                open.surveyed = true;
                CompletableFuture.allOf(open.joined.values().stream()
                        .map(one -> one.registration().ready().toCompletableFuture().exceptionally(error -> null))
                        .toArray(CompletableFuture[]::new)).thenRun(() -> open.ready.complete(null));
            }
        }
    }

    /** Whether all who have published it have been heard to their end. */
    private boolean silent(String topic) {
        Subscription here = node.endpoints().subscription(topic);
        return here == null || here.publishers().isEmpty();
    }

    /** Somebody publishes this topic: whether it is wanted here. */
    boolean published(String topic) {
        List<Boolean> wanted = new ArrayList<>();
        List.copyOf(all).forEach(open -> wanted.add(join(open, topic)));
        return wanted.contains(true);
    }

    private boolean join(Open open, String topic) {
        if (open.closed) {
            return false;
        }
        Joined before = open.joined.get(topic);
        if (before != null) {
            open.joined.put(topic, new Joined(before.registration(), node.survey().latest()));
            return true;
        }
        Name name = node.settings().remap().name(topic).filter(open.pattern::matches).orElse(null);
        if (name == null || topic.equals(MARK)) {
            return false;
        }
        if (open.joined.size() >= MOST_TOPICS) {
            node.log("pattern '" + open.pattern + "' does not hear topic '" + topic + "'", "it hears " + MOST_TOPICS + " already");
            return false;
        }
        open.joined.put(topic, new Joined(node.endpoints().subscribe(name, open.qos, open.handler), node.survey().latest()));
        return true;
    }

    /** The node ends. */
    void close() {
        List.copyOf(all).forEach(open -> {
            open.closed = true;
            open.ready.completeExceptionally(new BusException.Closed("'" + open.pattern + "': closed"));
        });
        all.clear();
    }
}
