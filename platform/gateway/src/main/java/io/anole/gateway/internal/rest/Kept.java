package io.anole.gateway.internal.rest;

import io.anole.bus.Message;
import io.anole.gateway.internal.Sizes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest messages of a topic, as many as the bounds allow. Guarded by whoever owns it. */
final class Kept {
    private record One(Map<String, Object> message, long size) {
    }

    private final int most;
    private final long bytes;
    private final Deque<One> kept = new ArrayDeque<>();
    private long size;
    private long dropped;

    Kept(int most, long bytes) {
        this.most = most;
        this.bytes = bytes;
    }

    void add(Message message, Object body) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("topic", message.name().toString());
        tree.put("type", message.type());
        tree.put("source", message.source());
        tree.put("sequence", message.sequence());
        tree.put("time", message.time());
        tree.put("body", body);
        One one = new One(tree, Sizes.of(tree));
        kept.addLast(one);
        size += one.size();
        while (kept.size() > most || size > bytes && kept.size() > 1) {
            size -= kept.removeFirst().size();
            dropped++;
        }
    }

    Map<String, Object> newest() {
        return kept.isEmpty() ? null : kept.peekLast().message();
    }

    /** The oldest, or null. */
    Map<String, Object> take() {
        One one = kept.pollFirst();
        if (one == null) {
            return null;
        }
        size -= one.size();
        return one.message();
    }

    List<Object> take(int number) {
        List<Object> taken = new ArrayList<>();
        while (taken.size() < number && !kept.isEmpty()) {
            taken.add(take());
        }
        return taken;
    }

    /** Messages dropped since the beginning. */
    long dropped() {
        return dropped;
    }
}
