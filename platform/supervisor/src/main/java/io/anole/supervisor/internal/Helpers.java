package io.anole.supervisor.internal;

import io.anole.bus.BusException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The threads a process may have for work that blocks. Made when they are first asked for. */
final class Helpers {
    private static final int MAX_HELPERS = 16;

    private final String process;
    private ThreadPoolExecutor threads;
    private boolean closed;

    Helpers(String process) {
        this.process = process;
    }

    synchronized ExecutorService get() {
        if (closed) {
            throw new BusException.Closed("the mailbox of process '" + process + "' is closed");
        }
        if (threads == null) {
            AtomicLong number = new AtomicLong();
            threads = new ThreadPoolExecutor(0, MAX_HELPERS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
                    task -> new Thread(task, "process " + process + " helper " + number.incrementAndGet()));
        }
        return threads;
    }

    private synchronized ThreadPoolExecutor made() {
        return threads;
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        dismiss(Duration.ZERO);
    }

    /** Interrupts and ends them. @return whether all have ended within the time */
    boolean dismiss(Duration time) {
        ThreadPoolExecutor mine = made();
        if (mine == null) {
            return true;
        }
        mine.shutdownNow();
        try {
            return mine.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return mine.isTerminated();
        }
    }
}
