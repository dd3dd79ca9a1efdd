package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A subscription's place at a {@link Ring}: from which message on it is there, up to which if it has left, and which is next.
 * Taken from by the thread that runs the subscription; left with the fan's lock held, by any thread, which then gives it what
 * it has not taken yet as its own, so that nobody else has to wait until it does.
 */
final class Seat {
    private static final long OPEN = Long.MAX_VALUE;
    /** So many are taken between two looks at what else the subscription has to do. */
    private static final int GLANCE = 64;
    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(Seat.class, "next", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Fan fan;
    final Subscription subscription;
    private final Ring ring;
    private final long begin;
    private volatile long end = OPEN;
    /** What was left when it was left, the first with number {@code first}. */
    private volatile Message[] own;
    private long first;
    /** The subscription's buffer had been filled so far then. */
    private long buffered;
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;
    private long next;
    /** Up to here messages may be taken. Only the running thread, as is the next. */
    private long ready;
    /** Where it last looked. */
    private long looked;
    @SuppressWarnings("unused")
    private long q0, q1, q2, q3, q4, q5, q6, q7;

    Seat(Fan fan, Ring ring, Subscription subscription, long begin) {
        this.fan = fan;
        this.ring = ring;
        this.subscription = subscription;
        this.begin = begin;
        this.looked = begin;
        this.ready = begin;
        NEXT.setRelease(this, begin);
    }

    /** The next one to be taken. */
    long next() {
        return (long) NEXT.getAcquire(this);
    }

    boolean left() {
        return end != OPEN;
    }

    /** How many it has been given. */
    long given() {
        return until() - begin;
    }

    /** How many wait for it. */
    long waiting() {
        long until = until();
        return Math.max(0, until - next());
    }

    private long until() {
        return Math.min(end, ring.index());
    }

    /** How many messages later it is full. */
    long limit() {
        return next() + Math.min(subscription.room(), ring.capacity());
    }

    // Only the running thread

    /** Whether one may be taken without another look. */
    boolean hasNext() {
        return next < ready;
    }

    /** Looks how many may be taken, up to {@code index}; false if none. */
    boolean look(long index) {
        // Only who was among the slowest has kept others' messages from being forgotten.
        if (!left() && (looked <= ring.kept() || next >= index)) {
            fan.forget(ring);
        }
        looked = next;
        ready = Math.min(index, next + GLANCE);
        return next < ready;
    }

    /** How many had come into the subscription's buffer before it was left. */
    long buffered() {
        return buffered;
    }

    /** Looks for what is left after it was left; false if there is nothing. */
    boolean lookAtRest() {
        return look(end);
    }

    long index() {
        return ring.index();
    }

    Message take() {
        long at = next;
        Message message = own == null ? ring.get(at) : null;
        // If it was left meanwhile, another message may be there already.
        for (Message[] mine = own; message == null || mine != null; mine = own) {
            if (mine != null) {
                message = mine[(int) (at - first)];
                mine[(int) (at - first)] = null;
                break;
            }
            // Its publisher has lost the processor between two instructions.
            Thread.yield();
            message = ring.get(at);
        }
        NEXT.setRelease(this, at + 1);
        return message;
    }

    /** Takes all that is left; how many that were. */
    long clear() {
        long rest = waiting();
        own = null;
        NEXT.setRelease(this, end);
        return rest;
    }

    // With the fan's lock held

    /** Nothing from this one on. */
    void leave(long index) {
        long from = next();
        Message[] rest = new Message[(int) (index - from)];
        for (int i = 0; i < rest.length; i++) {
            for (rest[i] = ring.get(from + i); rest[i] == null; rest[i] = ring.get(from + i)) {
                Thread.yield();
            }
        }
        first = from;
        buffered = subscription.buffered();
        own = rest;
        end = index;
    }
}
