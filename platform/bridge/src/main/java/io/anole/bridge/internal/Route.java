package io.anole.bridge.internal;

import io.anole.bus.BusException;
import io.anole.bus.Registration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One line of a bridge while both buses are there. What it does it does on one thread of its own: so it may wait for the other bus
 * without keeping a thread of either, and nothing overtakes anything. Whoever opened it ends and closes it, from another
 * thread.
 */
abstract class Route implements AutoCloseable {
    private static final long AGAIN_MILLIS = 5_000;
    private static final long IDLE_SECONDS = 10;

    final Tally tally;
    final ScheduledThreadPoolExecutor lane;
    final CountDownLatch closing = new CountDownLatch(1);
    /** Registrations that do not hold yet. */
    private final AtomicInteger missing = new AtomicInteger();
    /** The lane's latest thread. */
    private volatile Thread runner;

    Route(String bridge, Tally tally) {
        this.tally = tally;
        tally.opening();
        lane = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "bridge-" + bridge);
            thread.setDaemon(true);
            runner = thread;
            return thread;
        });
        lane.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        lane.allowCoreThreadTimeOut(true);
        lane.setRemoveOnCancelPolicy(true);
    }

    /** Registers each, again and again until it holds: a name may be taken for a while, and a bus be moved. Once. */
    final void keep(List<Supplier<Registration>> all) {
        missing.set(all.size());
        all.forEach(open -> lane.execute(() -> hold(open)));
    }

    private void hold(Supplier<Registration> open) {
        Registration registration;
        try {
            registration = open.get();
        } catch (BusException | IllegalArgumentException e) {
            later(open, e);
            return;
        }
        registration.ready().whenCompleteAsync((done, error) -> {
            if (error == null) {
                if (missing.decrementAndGet() == 0) {
                    tally.works();
                }
            } else {
                registration.close();
                later(open, error);
            }
        }, this::execute);
    }

    private void later(Supplier<Registration> open, Throwable error) {
        if (!closed()) {
            tally.problem(why(error));
            lane.schedule(() -> hold(open), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void execute(Runnable task) {
        if (!closed()) {
            lane.execute(task);
        }
    }

    final boolean closed() {
        return closing.getCount() == 0;
    }

    static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    static String why(Throwable error) {
        Throwable cause = cause(error);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** What waits for the other bus waits no more. The views that it uses are closed next, then this. */
    final void end() {
        closing.countDown();
        Thread waiting = runner;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    @Override
    public final void close() {
        lane.shutdownNow();
        tally.closed();
    }
}
