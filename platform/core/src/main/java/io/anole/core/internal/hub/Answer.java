package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits at a service, and its answer to be. Where a link hands it through to a caller of the same hub, the
 * call is told directly, without the objects that a dependent stage would cost.
 */
final class Answer extends CompletableFuture<Message> {
    private static final VarHandle BEGUN;

    static {
        try {
            BEGUN = MethodHandles.lookup().findVarHandle(Answer.class, "begun", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Message request;
    /** Whether the link that asks takes bodies as they are. */
    final boolean byReference;
    private volatile boolean begun;
    private volatile Call<Message, ?> call;

    Answer(Message request, boolean byReference) {
        this.request = request;
        this.byReference = byReference;
    }

    /** True once: for who handles the request, or refuses it unhandled, so that nobody is told of a refusal who was heard. */
    boolean begin() {
        return BEGUN.compareAndSet(this, false, true);
    }

    /** Tells the call when it is there, or at once. A call takes only the first telling. */
    void tell(Call<Message, ?> caller) {
        call = caller;
        if (isDone()) {
            whenComplete(caller);
        }
    }

    void give(Message message) {
        if (complete(message) && call != null) {
            call.accept(message, null);
        }
    }

    void refuse(Throwable error) {
        if (completeExceptionally(error) && call != null) {
            call.accept(null, error);
        }
    }
}
