package io.anole.gateway.internal.rosbridge;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened, counted since the start. Safe for any thread. */
final class Tally {
    /** What is counted. */
    enum Of {
        CLIENTS, CLIENTS_REFUSED, CLIENTS_STUCK, CLIENTS_OVERRUN, FRAMES_IN, FRAMES_OUT, FRAMES_TOO_LARGE, FRAMES_MALFORMED, REFUSED,
        REGISTRATIONS_REFUSED, CALLS_REFUSED, MESSAGES_ENCODED, DROPPED_QUEUE, DROPPED_AGE, DROPPED_BUFFER, DROPPED_THROTTLE,
        DROPPED_UNREADABLE, STATUS_DROPPED
    }

    private final Map<Of, LongAdder> counts = new EnumMap<>(Of.class);

    Tally() {
        for (Of of : Of.values()) {
            counts.put(of, new LongAdder());
        }
    }

    void count(Of of) {
        counts.get(of).increment();
    }

    long of(Of of) {
        return counts.get(of).sum();
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        counts.forEach((of, count) -> tree.put(of.name().toLowerCase(Locale.ROOT), count.sum()));
        return tree;
    }
}
