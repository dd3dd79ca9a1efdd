package io.anole.gateway.internal.rest;

import io.anole.bus.Codec;
import io.anole.bus.Message;
import java.util.Map;

/** Messages of a topic as events. The newest wait, bounded; how many were dropped is told with the next. Safe for any thread. */
final class TopicEvents implements Stream.Events {
    private final Codec json;
    private final Kept waiting;
    private long told;

    TopicEvents(Codec json, Kept waiting) {
        this.json = json;
        this.waiting = waiting;
    }

    synchronized void add(Message message, Object body) {
        waiting.add(message, body);
    }

    @Override
    public synchronized byte[] next() {
        Map<String, Object> message = waiting.take();
        if (message == null) {
            return null;
        }
        if (waiting.dropped() > told) {
            message.put("dropped", waiting.dropped() - told);
            told = waiting.dropped();
        }
        return Stream.Events.event("message", json.encode(message));
    }
}
