package io.anole.provider.tcp.internal;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What one router asks of another over an uplink: its registrations and keys, as they are made there. Each asks under a
 * number, which is another one here. Belongs to the event loop.
 */
final class Claims {
    private Claims other;
    private Out out;
    /** What is registered here, by what it is: the number that it always has. */
    private final Map<String, Integer> numbers = new HashMap<>();
    /** Of what the other side has asked for, by its number there: what it is; and the other way round. */
    private final Map<Integer, String> stated = new HashMap<>();
    private final Map<String, Integer> newest = new HashMap<>();
    /** Numbers here that wait for an answer, and what they are there. */
    private final Map<Integer, Integer> asked = new HashMap<>();
    /** Keys that were put here last by the other side, and whether they end with it. */
    private final Map<String, Boolean> keys = new HashMap<>();
    private final Set<String> unconfirmed = new LinkedHashSet<>();
    private boolean saidAll;
    /** The numbers of a former start of this router may be in use still. */
    private int last = ThreadLocalRandom.current().nextInt(1 << 30);

    void other(Claims other) {
        this.other = other;
    }

    /** There is a connection to this side. */
    void open(Out out) {
        this.out = out;
    }

    /** Both sides are there: the other one begins to say again what it asks for. */
    void begin() {
        saidAll = false;
        stated.clear();
        newest.clear();
        unconfirmed.clear();
        unconfirmed.addAll(keys.keySet());
    }

    /** Asks this side to begin. */
    void listen() {
        out.sync(++last, Frame.LISTENS);
    }

    void end() {
        asked.clear();
    }

    /** @param resumed whether this side has it from before, if it was said before */
    void subscribe(int there, int flags, String pattern, boolean resumed) {
        int lasting = flags & ~Frame.RESTORED;
        int number = register(there, "subscribe " + lasting + " " + pattern);
        out.subscribe(number, resumed ? lasting : flags, pattern);
    }

    void serve(int there, String name) {
        out.serve(register(there, "serve " + name), name);
    }

    private int register(int there, String what) {
        int number = numbers.computeIfAbsent(what, w -> ++last);
        stated.put(there, what);
        newest.put(what, there);
        asked.put(number, there);
        return number;
    }

    void close(int there) {
        String what = stated.remove(there);
        if (what != null && newest.remove(what, there)) {
            out.close(numbers.remove(what));
        }
    }

    void put(int there, int flags, String key, byte[] value) {
        if ((flags & Frame.RESTORED) == 0) {
            unconfirmed.remove(key);
            other.keys.remove(key);
            other.unconfirmed.remove(key);
            if ((flags & Frame.REMOVE) == 0) {
                keys.put(key, (flags & Frame.EPHEMERAL) != 0);
            } else {
                keys.remove(key);
            }
        }
        asked.put(++last, there);
        out.put(last, flags, key, value);
    }

    void sync(int there) {
        asked.put(++last, there);
        out.sync(last, 0);
    }

    /**
     * This side answers what it was asked under this number.
     *
     * @param refusal null if it was granted
     */
    void answered(int number, Refusal refusal) {
        Integer there = asked.remove(number);
        if (there == null) {
            return;
        }
        if (refusal == null) {
            other.out.ok(there);
        } else {
            other.out.refused(there, refusal.code(), refusal.getMessage());
        }
    }

    /** This side has said again all that it asks for. */
    void saidAll() {
        saidAll = true;
        if (other.saidAll) {
            settle();
            other.settle();
        }
    }

    /** Both have said all: what neither has said again is over. */
    private void settle() {
        unconfirmed.forEach(key -> {
            boolean ephemeral = keys.remove(key);
            out.put(++last, Frame.REMOVE | (ephemeral ? Frame.EPHEMERAL : 0), key, new byte[0]);
        });
        unconfirmed.clear();
        numbers.keySet().retainAll(newest.keySet());
        out.sync(++last, Frame.RESTORED_ALL);
    }
}
