package io.anole.core.internal.hub;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many messages may be under way; a large one takes as many places as it has pieces of {@value #PIECE} bytes. Who finds
 * it full waits until half of it is free again, or for a moment if less than that gets free: waking a thread for each message
 * would cost more than sending it.
 */
final class Window {
    private static final int PIECE = 16 << 10;
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile int size;
    private final AtomicInteger free;
    private final AtomicInteger waiting = new AtomicInteger();

    Window(int size) {
        this.size = size;
        free = new AtomicInteger(size);
    }

    /** There are more places from now on, or less. */
    synchronized void resize(int wanted) {
        int more = wanted - size;
        size = wanted;
        if (more != 0) {
            free.addAndGet(more);
            notifyAll();
        }
    }

    private int half() {
        return Math.max(1, size / 2);
    }

    /** How many places a message with this tree takes, by what in it may be large. */
    int places(Object tree) {
        long bytes = bytes(tree);
        if (tree instanceof Map<?, ?> map) {
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
        int now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, now - places)) {
                return true;
            }
            now = free.get();
        }
        return false;
    }

    private synchronized boolean await(int places, long bound) throws InterruptedException {
        long begin = System.nanoTime();
        waiting.incrementAndGet();
        try {
            while (true) {
                long moment = System.nanoTime();
                while (free.get() < half() && System.nanoTime() - moment < MOMENT) {
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
        int now = free.addAndGet(places);
        int half = half();
        if (now >= half && now - places < half && waiting.get() > 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
