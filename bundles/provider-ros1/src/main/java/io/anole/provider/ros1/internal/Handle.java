package io.anole.provider.ros1.internal;

import io.anole.bus.Registration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A registration made of a stage and what ends it. */
record Handle(CompletionStage<Void> ready, Runnable end) implements Registration {
    static Handle failed(RuntimeException why) {
        return new Handle(CompletableFuture.failedFuture(why), () -> { });
    }

    @Override
    public void close() {
        end.run();
    }
}
