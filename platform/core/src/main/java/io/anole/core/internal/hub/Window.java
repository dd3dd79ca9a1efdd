package io.anole.core.internal.hub;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many messages may be under way. Who finds it full waits until half of it is free again, or for a moment if less than
 * that gets free: waking a thread for each message would cost more than sending it.
 */
final class Window {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

    private final int half;
    private final AtomicInteger free;
    private final AtomicInteger waiting = new AtomicInteger();

    Window(int size) {
        half = Math.max(1, size / 2);
        free = new AtomicInteger(size);
    }

    /** Takes a place; false if there was none for so long. */
    boolean take(Duration bound) throws InterruptedException {
        return take() || await(bound.toNanos());
    }

    private boolean take() {
        int now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
            now = free.get();
        }
        return false;
    }

    private synchronized boolean await(long bound) throws InterruptedException {
        long begin = System.nanoTime();
        waiting.incrementAndGet();
        try {
            while (true) {
                long moment = System.nanoTime();
                while (free.get() < half && System.nanoTime() - moment < MOMENT) {
                    TimeUnit.NANOSECONDS.timedWait(this, MOMENT);
                }
                if (take()) {
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

    void giveBack() {
        if (free.incrementAndGet() == half && waiting.get() > 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
