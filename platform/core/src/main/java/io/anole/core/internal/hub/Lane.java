package io.anole.core.internal.hub;

import java.util.concurrent.Executor;

/**
 * An executor that runs handlers, and what has been seen of its threads: a lane that has only ever run on one thread is
 * taken for serial, so a publisher on that thread must not wait for a buffer that only the same thread can empty.
 */
final class Lane {
    final Executor executor;
    /** The hub's own workers: many threads, and more if they block. */
    final Dispatcher dispatcher;
    private volatile Thread only;
    private volatile boolean many;

    Lane(Executor executor) {
        this.executor = executor;
        this.dispatcher = executor instanceof Dispatcher own ? own : null;
        this.many = dispatcher != null;
    }

    /** Tells that a handler begins on this thread. */
    void entered(Thread thread) {
        if (many || only == thread) {
            return;
        }
        Thread before = only;
        // A thread that has ended is followed by another.
        if (before == null || !before.isAlive()) {
            only = thread;
        } else {
            many = true;
            only = null;
        }
    }

    /** Whether nothing can run on this lane while the thread waits. */
    boolean blockedBy(Thread thread) {
        return only == thread;
    }
}
