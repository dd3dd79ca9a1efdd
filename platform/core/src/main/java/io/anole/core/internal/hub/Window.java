package io.anole.core.internal.hub;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many messages may be under way; a large one takes as many places as it has pieces of {@value #PIECE} bytes. Who finds
 * it full waits until half of it is free again, or for a moment if less than that gets free: waking a thread for each message
 * would cost more than sending it.
 *
 * <p>Publishers count what they take, threads of a link what they give back, each on a cache line of its own. A publisher looks
 * at the other count only when it seems to have run out: one counter for both would travel between two processors with each message.
 */
final class Window {
    private static final int PIECE = 16 << 10;
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longs that are surely not on one cache line, nor on two that are fetched together. */
    private static final int APART = 16;
    private static final int TAKEN = APART;
    /** What had been given back when a publisher looked last; never more than has been by now. */
    private static final int SEEN = TAKEN + 1;
    private static final int GIVEN = SEEN + APART;

    private volatile int size;
    /** Places that were ever taken, and given back. */
    private final AtomicLongArray counts = new AtomicLongArray(GIVEN + APART);
    private final AtomicInteger waiting = new AtomicInteger();

    Window(int size) {
        this.size = size;
    }

    /** There are more places from now on, or less. */
    synchronized void resize(int wanted) {
        size = wanted;
        notifyAll();
    }

    /** How many places a message with this tree takes, by what in it may be large. */
    int places(Object tree) {
        long bytes = bytes(tree);
        if (bytes == 0 && tree instanceof Map<?, ?> map) {
            for (Object value : map.values()) {
                bytes += bytes(value);
            }
        }
        return bytes < PIECE ? 1 : (int) Math.min(size, bytes / PIECE + 1);
    }

    private static long bytes(Object body) {
        return body instanceof byte[] bytes ? bytes.length : body instanceof String text ? text.length() : 0;
    }

    /** Takes them all as soon as one is free: small messages keep no large one waiting. False if none was for so long. */
    boolean take(int places, Duration bound) throws InterruptedException {
        return take(places) || await(places, bound.toNanos());
    }

    private boolean take(int places) {
        long taken = counts.get(TAKEN);
        while (taken - counts.getOpaque(SEEN) < size || taken - look() < size) {
            if (counts.compareAndSet(TAKEN, taken, taken + places)) {
                return true;
            }
            taken = counts.get(TAKEN);
        }
        return false;
    }

    private long look() {
        long given = counts.get(GIVEN);
        counts.setOpaque(SEEN, given);
        return given;
    }

    private boolean halfIsFree() {
        int now = size;
        return now - (counts.get(TAKEN) - counts.get(GIVEN)) >= Math.max(1, now / 2);
    }

    private synchronized boolean await(int places, long bound) throws InterruptedException {
        long begin = System.nanoTime();
        waiting.incrementAndGet();
        try {
            while (true) {
                long moment = System.nanoTime();
                while (!halfIsFree() && System.nanoTime() - moment < MOMENT) {
                    TimeUnit.NANOSECONDS.timedWait(this, MOMENT);
                }
                if (take(places)) {
                    return true;
                }
                if (System.nanoTime() - begin >= bound) {
                    return false;
                }
            }
        } finally {
            waiting.decrementAndGet();
        }
    }

    void giveBack(int places) {
        counts.addAndGet(GIVEN, places);
        if (waiting.get() > 0 && halfIsFree()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
