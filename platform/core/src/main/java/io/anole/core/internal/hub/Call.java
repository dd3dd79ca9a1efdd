package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.NoProvider;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * Something asked of a link, and the future its asker was given. The first of answer, time-out and closing decides the
 * outcome; the future is then completed on a thread of the dispatcher, where its dependents may block.
 *
 * @param <M> what the link answers with
 * @param <R> what the asker wants
 */
final class Call<M, R> extends CompletableFuture<R> implements BiConsumer<M, Throwable>, Runnable {
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Call.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Asker<M, R> asker;
    final long deadline;
    /** The next of the {@link Calls} not yet looked at; belongs to whoever holds this one. */
    Call<?, ?> next;
    private volatile Object outcome;

    Call(Asker<M, R> asker, long deadline) {
        this.asker = asker;
        this.deadline = deadline;
    }

    /** Whoever asks: turns answers into results and counts. */
    interface Asker<M, R> {
        R convert(M answer);

        /** The error of a call that took too long. */
        BusException timedOut();

        /** Whether calls under way must end, and with what; null if not. */
        BusException over();

        Dispatcher dispatcher();

        void count(Throwable failure);
    }

    private record Failure(Throwable error) {
    }

    /** Stands for an answer that is null, since a null outcome is none yet. */
    private enum Nothing { NOTHING }

    /** The link's answer, on any thread. */
    @Override
    public void accept(M answer, Throwable error) {
        settle(outcome(answer, error));
    }

    void fail(BusException error) {
        settle(new Failure(error));
    }

    private void settle(Object found) {
        if (OUTCOME.compareAndSet(this, null, found)) {
            asker.dispatcher().execute(this);
        }
    }

    /** As {@link #accept}, on the asker's own thread, before it has seen the future. */
    void answered(M answer, Throwable error) {
        if (OUTCOME.compareAndSet(this, null, outcome(answer, error))) {
            run();
        }
    }

    private Object outcome(Object answer, Throwable error) {
        if (error == null) {
            return answer == null ? Nothing.NOTHING : answer;
        }
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        // Where caller and service end together, the caller's own end says more.
        BusException over = cause instanceof NoProvider ? asker.over() : null;
        return new Failure(over == null ? cause : over);
    }

    boolean settled() {
        return outcome != null || isDone();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void run() {
        Object found = outcome;
        Throwable error;
        if (found instanceof Failure failure) {
            error = failure.error;
        } else {
            try {
                R result = asker.convert(found == Nothing.NOTHING ? null : (M) found);
                asker.count(null);
                complete(result);
                return;
            } catch (RuntimeException e) {
                error = e;
            }
        }
        asker.count(error);
        completeExceptionally(error);
    }
}
