package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest messages of a topic. The bus's threads put them in and do nothing else; what they say is only read when somebody
 * looks.
 */
final class Tail implements AutoCloseable {
    /** Messages that are kept, and told at once. */
    static final int MOST = 20;
    private static final Qos LATEST = new Qos(Qos.Reliability.BEST_EFFORT, Qos.Durability.TRANSIENT_LOCAL,
            Qos.Overflow.DROP_OLDEST, MOST, Duration.ZERO, Duration.ZERO);

    private final Deque<Numbered> latest = new ArrayDeque<>();
    private final Registration subscription;
    private long count;

    private record Numbered(long number, Message message) {
    }

    Tail(Bus bus, String pattern) {
        subscription = bus.subscribe(pattern, Object.class, LATEST, (body, message) -> add(message));
    }

    private synchronized void add(Message message) {
        count++;
        latest.addFirst(new Numbered(count, message));
        if (latest.size() > MOST) {
            latest.removeLast();
        }
    }

    /** As a tree, the newest first. */
    Map<String, Object> tree(Shapes shapes) {
        long all;
        List<Numbered> messages;
        synchronized (this) {
            all = count;
            messages = new ArrayList<>(latest);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("count", all);
        tree.put("messages", messages.stream().map(one -> tree(one, shapes)).toList());
        return tree;
    }

    private static Map<String, Object> tree(Numbered one, Shapes shapes) {
        Message message = one.message;
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("number", one.number);
        tree.put("topic", message.name().toString());
        tree.put("type", message.type());
        tree.put("source", message.source());
        tree.put("time", Instant.ofEpochMilli(message.time() / 1_000_000).toString());
        tree.put("body", body(message, shapes));
        return tree;
    }

    private static Object body(Message message, Shapes shapes) {
        try {
            return Brief.of(shapes.tree(message.body()));
        } catch (BusException.BadShape e) {
            return "can't be shown: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
