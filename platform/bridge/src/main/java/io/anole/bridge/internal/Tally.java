package io.anole.bridge.internal;

import io.anole.bridge.Crossing;
import io.anole.bridge.Crossing.Drop;
import io.anole.bus.Name;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one line has carried in one direction, and what is wrong with it. Any thread. */
final class Tally {
    private static final Logger LOG = LoggerFactory.getLogger(Tally.class);
    private static final String CLOSED = "a bus is not there";
    private static final String OPENING = "waits for a bus to accept it";
    private static final long QUIET = 10_000_000_000L;

    private final String bridge;
    private final Crossing.Kind kind;
    private final String from;
    private final String to;
    private final LongAdder passed = new LongAdder();
    private final Map<Drop, LongAdder> dropped = new EnumMap<>(Drop.class);
    private volatile String problem = CLOSED;
    /** Guarded by this object. */
    private long told = System.nanoTime() - QUIET;

    Tally(String bridge, Crossing.Kind kind, String from, String to) {
        this.bridge = bridge;
        this.kind = kind;
        this.from = from;
        this.to = to;
        for (Drop reason : Drop.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    void passed() {
        passed.increment();
    }

    void dropped(Drop reason) {
        dropped.get(reason).increment();
    }

    /** Counts what could not go on, and tells why, not too often. */
    void dropped(Drop reason, Name name, String why) {
        dropped(reason);
        synchronized (this) {
            long now = System.nanoTime();
            if (now - told < QUIET) {
                return;
            }
            told = now;
        }
        LOG.warn("bridge '{}': {} did not get from {} to {}: {}", bridge, name, from, to, why);
    }

    void opening() {
        problem = OPENING;
    }

    void closed() {
        problem = CLOSED;
    }

    /** Tells what is wrong, once until it is something else. Only on the line's lane. */
    void problem(String text) {
        if (!problem.equals(text)) {
            problem = text;
            LOG.warn("bridge '{}': {} to {}: {}", bridge, from, to, text);
        }
    }

    /** Nothing is wrong, or no more. Only on the line's lane. */
    void works() {
        String before = problem;
        if (!before.isEmpty()) {
            problem = "";
            if (!before.equals(OPENING)) {
                LOG.info("bridge '{}': {} to {} works again", bridge, from, to);
            }
        }
    }

    Crossing read() {
        Map<Drop, Long> reasons = new EnumMap<>(Drop.class);
        dropped.forEach((reason, count) -> {
            if (count.sum() > 0) {
                reasons.put(reason, count.sum());
            }
        });
        return new Crossing(kind, from, to, problem, passed.sum(), reasons);
    }
}
