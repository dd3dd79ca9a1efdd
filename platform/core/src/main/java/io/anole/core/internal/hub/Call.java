package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.provider.Fetchable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Something asked of a link, and the future its asker was given. The first of answer, time-out and closing decides the
 * outcome; the future is then completed on a thread that waits for it, if there is one, or else on one of the dispatcher:
 * its dependents may block on both. Who waits takes the place of the outcome until there is one, so exactly one of the two
 * completes it.
 *
 * @param <M> what the link answers with
 * @param <R> what the asker wants
 */
final class Call<M, R> extends CompletableFuture<R> implements BiConsumer<M, Throwable>, Runnable {
    private static final VarHandle OUTCOME;
    /** Looks at the clock only after so many turns. */
    private static final int SPINS = 64;
    /** Less than it costs to sleep and be woken. */
    private static final long LOOK_AROUND = 5_000;
    /** A user may complete the future without an outcome; that is seen within this time. */
    private static final long PATIENCE = 50_000_000;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Call.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Asker<M, R> asker;
    final long deadline;
    /** Where it was sent, once it was. */
    volatile Session session;
    /** The next of the {@link Calls} not yet looked at; belongs to whoever holds this one. */
    Call<?, ?> next;
    /** Null, the thread that waits for it, or what has been decided. */
    private volatile Object outcome;
    /** What the link has returned, if who waits can do something for it. Set before the asker has this. */
    private Fetchable fetchable;

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

    /** Where the answer comes from. */
    void from(CompletionStage<M> stage) {
        fetchable = stage instanceof Fetchable near ? near : null;
    }

    /** The link's answer, on any thread. */
    @Override
    public void accept(M answer, Throwable error) {
        settle(outcome(answer, error));
    }

    void fail(BusException error) {
        settle(new Failure(error));
    }

    private void settle(Object found) {
        for (Object before = outcome; before == null || before instanceof Thread; before = outcome) {
            if (OUTCOME.compareAndSet(this, before, found)) {
                if (before instanceof Thread waiting) {
                    if (waiting != Thread.currentThread()) {
                        LockSupport.unpark(waiting);
                    }
                } else {
                    asker.dispatcher().execute(this);
                }
                return;
            }
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
        Throwable cause = Cause.of(error);
        if (cause instanceof Closed && session != null && session.gone()) {
            return new Failure(new LinkLost(cause.getMessage()));
        }
        // Where caller and service end together, the caller's own end says more.
        BusException over = cause instanceof NoProvider ? asker.over() : null;
        return new Failure(over == null ? cause : over);
    }

    boolean settled() {
        Object found = outcome;
        return found != null && !(found instanceof Thread) || isDone();
    }

    @Override
    public R join() {
        await(Long.MAX_VALUE, false);
        return super.join();
    }

    @Override
    public R get() throws InterruptedException, ExecutionException {
        await(Long.MAX_VALUE, true);
        return super.get();
    }

    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long begin = System.nanoTime();
        long limit = unit.toNanos(timeout);
        await(limit, true);
        return super.get(limit - (System.nanoTime() - begin), TimeUnit.NANOSECONDS);
    }

    /** Waits for the outcome, with open eyes at first, and completes this future with it. The first to wait only. */
    private void await(long limit, boolean interruptible) {
        Thread me = Thread.currentThread();
        if (isDone() || limit <= 0 || !OUTCOME.compareAndSet(this, null, me)) {
            return;
        }
        boolean interrupted = false;
        long begin = System.nanoTime();
        Fetchable near = fetchable;
        if (near != null) {
            near.fetch(limit);
        }
        for (int i = 1; outcome == me; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
                continue;
            }
            long waited = System.nanoTime() - begin;
            if (waited >= limit || isDone()) {
                break;
            }
            if (waited > LOOK_AROUND) {
                LockSupport.parkNanos(this, Math.min(PATIENCE, limit - waited));
                interrupted |= Thread.interrupted();
                if (interruptible && interrupted) {
                    break;
                }
            }
        }
        if (!OUTCOME.compareAndSet(this, me, null)) {
            run();
        }
        if (interrupted) {
            me.interrupt();
        }
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
