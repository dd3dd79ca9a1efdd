package io.anole.provider.tcp.internal;

import java.util.concurrent.CompletableFuture;

/** Something a link has registered, and registers again on every connection until it is closed. */
abstract class Registered {
    final int id;
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean over;

    Registered(int id) {
        this.id = id;
    }

    /** Tells the router. */
    abstract void ask(Out out, boolean restoring);

    /** It was closed; on the event loop. */
    abstract void forget();

    /** The router has it. */
    void confirmed() {
        ready.complete(null);
    }

    /** The router does not take it. */
    void refused(RuntimeException why) {
        ready.completeExceptionally(why);
    }

    /** Some time has passed, and there is a connection. */
    void tick(Out out) {
        // most have nothing to do then
    }

    boolean wasReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    boolean over() {
        return over;
    }

    void end() {
        over = true;
    }
}
