package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The messages of one topic that not all of its {@link Seat}s have taken: filled by any thread, read by each seat at its own
 * place. One word holds both the number of the next message and that of the present occupancy, so that a message is put in
 * only while exactly those sit there that its publisher knows of.
 */
final class Ring {
    /** Messages one ring may ever take; weeks at full speed, and then there is another. */
    static final long MOST = 1L << 43;
    private static final int BITS = 44;
    private static final long MASK = (1L << BITS) - 1;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Ring.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AtomicReferenceArray<Message> slots;
    private final int mask;
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;
    private volatile long word;
    @SuppressWarnings("unused")
    private long q0, q1, q2, q3, q4, q5, q6, q7;
    /** All before this one are forgotten. Written with the fan's lock held. */
    private volatile long kept;

    /** @param capacity a power of two */
    Ring(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    /** How an offer went. */
    enum Outcome {
        TAKEN,
        /** The limit is reached. */
        FULL,
        /** Others sit there now, or soon will. */
        MOVED
    }

    int capacity() {
        return mask + 1;
    }

    Outcome offer(Message message, int occupancy, long limit) {
        long now;
        do {
            now = word;
            if (now >>> BITS != occupancy) {
                return Outcome.MOVED;
            }
            if ((now & MASK) >= limit) {
                return Outcome.FULL;
            }
        } while (!WORD.compareAndSet(this, now, now + 1));
        slots.setRelease((int) now & mask, message);
        return Outcome.TAKEN;
    }

    /** The number of the next message. Seen in one order with offers by all threads. */
    long index() {
        return word & MASK;
    }

    /** Takes nothing any more for who knows this occupancy. With the fan's lock held. */
    long next(int occupancy) {
        long now;
        do {
            now = word;
        } while (!WORD.compareAndSet(this, now, (long) occupancy << BITS | now & MASK));
        return now & MASK;
    }

    static int after(int occupancy) {
        return occupancy + 1 & (1 << Long.SIZE - BITS) - 1;
    }

    /** Null if its publisher has not come to put it in yet. */
    Message get(long at) {
        return slots.getAcquire((int) at & mask);
    }

    long kept() {
        return kept;
    }

    /** Forgets all before this one. With the fan's lock held. */
    void forget(long until) {
        for (long at = kept; at < until; at++) {
            slots.setRelease((int) at & mask, null);
        }
        kept = until;
    }
}
