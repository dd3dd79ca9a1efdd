package io.anole.facades.internal;

import io.anole.bus.Registration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A registration made of others: ready when the stage is, closed by the action, once. */
public final class Held implements Registration {
    private final CompletionStage<Void> ready;
    private final Runnable close;
    private final AtomicBoolean closed = new AtomicBoolean();

    public Held(CompletionStage<Void> ready, Runnable close) {
        this.ready = ready;
        this.close = close;
    }

    @Override
    public CompletionStage<Void> ready() {
        return ready;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            close.run();
        }
    }
}
