package io.anole.facades.internal.graph;

import io.anole.bus.Bus;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.bus.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Keeps the newest messages of one topic. Safe for any thread. */
final class TopicReader implements AutoCloseable {
    private final int keep;
    private final Shapes shapes;
    private final Deque<Value> kept = new ArrayDeque<>();
    private final Registration subscription;
    private Value newest;

    TopicReader(Bus bus, Shapes shapes, Name topic, int keep) {
        this.keep = keep;
        this.shapes = shapes;
        Qos qos = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL).buffer(Qos.Overflow.DROP_OLDEST, keep);
        this.subscription = bus.subscribe(topic.toString(), Object.class, qos, this::take);
    }

    private void take(Object body, Message message) {
        Value value = new Value(shapes.tree(body), message.type(), message.source());
        synchronized (this) {
            newest = value;
            if (kept.size() == keep) {
                kept.removeFirst();
            }
            kept.addLast(value);
        }
    }

    synchronized Optional<Value> newest() {
        return Optional.ofNullable(newest);
    }

    synchronized List<Value> drain(int most) {
        List<Value> drained = new ArrayList<>();
        while (drained.size() < most && !kept.isEmpty()) {
            drained.add(kept.removeFirst());
        }
        return drained;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
