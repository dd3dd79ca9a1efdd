package io.anole.core.internal.hub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks after all time limits of a bus, coarsely: a timer per request would cost more than the request. It
 * sleeps until the earliest limit it knows of; whoever adds something that may be due earlier calls {@link #arm()}.
 */
final class Sweeper implements AutoCloseable {
    /** Nothing to look after. */
    static final long NEVER = Long.MAX_VALUE;
    /** How late a limit may be noticed. */
    static final long TICK = 5_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final List<Sweepable> all = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean resting;
    private volatile boolean closed;

    Sweeper(String name) {
        thread = new Thread(null, this::run, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Sweeper.class.getClassLoader());
    }

    /** Something with time limits. */
    interface Sweepable {
        /** Looks at its limits; how many nanoseconds later it wants to be looked at again. Runs no user code. */
        long sweep(long now);
    }

    void start() {
        thread.start();
    }

    void add(Sweepable one) {
        all.add(one);
        arm();
    }

    void remove(Sweepable one) {
        all.remove(one);
    }

    /** Makes it look within a tick. */
    void arm() {
        if (resting) {
            resting = false;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (sweep() <= TICK || rest()) {
                // Busy: what is added before the next tick need not wake this thread.
                LockSupport.parkNanos(this, TICK);
            }
        }
    }

    /** Sleeps until the earliest limit; whether it was armed meanwhile. */
    private boolean rest() {
        resting = true;
        long delay = sweep();
        if (delay == NEVER && !closed) {
            LockSupport.park(this);
        } else if (!closed) {
            LockSupport.parkNanos(this, Math.max(TICK, delay));
        }
        boolean armed = !resting;
        resting = false;
        return armed && !closed;
    }

    private long sweep() {
        long now = System.nanoTime();
        long delay = NEVER;
        for (Sweepable one : all) {
            try {
                delay = Math.min(delay, one.sweep(now));
            } catch (RuntimeException e) {
                LOG.error("bus thread '{}': a time limit could not be looked after", thread.getName(), e);
            }
        }
        return delay;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
