package io.anole.core.internal.hub;

import io.anole.core.SerialExecutor;
import java.util.concurrent.Executor;

/**
 * An executor that runs handlers. While a handler runs on a serial one, a publisher on the same thread must not wait for a
 * buffer that only this lane can empty. Of other executors nothing is known, and a guess by the threads seen so far would
 * refuse messages that the next one could have taken.
 */
final class Lane {
    final Executor executor;
    /** The hub's own workers: many threads, and more if they block. */
    final Dispatcher dispatcher;
    private final boolean serial;
    private volatile Thread runner;

    Lane(Executor executor) {
        this.executor = executor;
        this.dispatcher = executor instanceof Dispatcher own ? own : null;
        this.serial = executor instanceof SerialExecutor;
    }

    /** Tells that handlers begin on this thread. */
    void entered(Thread thread) {
        if (serial) {
            runner = thread;
        }
    }

    void left() {
        if (serial) {
            runner = null;
        }
    }

    /** Whether nothing can run on this lane while the thread waits. */
    boolean blockedBy(Thread thread) {
        return runner == thread;
    }
}
