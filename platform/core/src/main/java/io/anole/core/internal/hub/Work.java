package io.anole.core.internal.hub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that handles what waits in its buffer, one at a time, on a lane. Any thread may fill the buffer and then calls
 * {@link #schedule()}; the lane runs a batch and, if more waits, is asked again, so that one busy endpoint does not keep a
 * lane from the others.
 */
abstract class Work implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);
    private static final VarHandle SCHEDULED;
    private static final int BATCH = 256;
    /** Bursts of failures are logged once within this time. */
    private static final long QUIET = 10_000_000_000L;
    /** A handler that runs on when its endpoint closes is interrupted after this time, if the thread is the hub's own. */
    private static final long PATIENCE = 5_000_000_000L;

    static {
        try {
            SCHEDULED = MethodHandles.lookup().findVarHandle(Work.class, "scheduled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Tally tally = new Tally();
    final Lane lane;
    private final Object end = new Object();
    private final Hope hope = new Hope();
    private volatile boolean scheduled;
    private volatile boolean ended;
    private volatile Thread runner;
    private Thread discarder;
    private volatile boolean discarded;
    private long logged = System.nanoTime() - QUIET;

    Work(Lane lane) {
        this.lane = lane;
    }

    /** Handles the next one; false if there is none. Throws nothing. */
    abstract boolean next();

    /** Whether there is a next one, seen by any thread in one order with {@link #schedule()}. */
    abstract boolean waiting();

    /** How long to wait between two looks at the buffer, in ns, after so many in a row. Only from the running thread. */
    int pause(int together) {
        return Pace.SHORTEST;
    }

    /** Whether it may come to many at once rather than soon to the next. Only from the running thread. */
    boolean flood() {
        return false;
    }

    /** Gets rid of what still waits, and is forgotten. Called once, after the last {@link #next()}. */
    abstract void discard();

    /** One line for a user: what this is. */
    abstract String what();

    final void schedule() {
        if (!scheduled && SCHEDULED.compareAndSet(this, false, true)) {
            submit();
        }
    }

    private void submit() {
        try {
            lane.executor.execute(this);
        } catch (RejectedExecutionException e) {
            scheduled = false;
            if (burst()) {
                LOG.warn("{}: its lane refused to run the handler; tried again with the next message", what());
            }
        }
    }

    @Override
    public final void run() {
        Thread me = Thread.currentThread();
        runner = me;
        lane.entered(me);
        int left = BATCH;
        // What was left when the buffer was last empty.
        int begun = left;
        try {
            while (!ended && left > 0) {
                if (!next()) {
                    if (!linger(begun - left)) {
                        break;
                    }
                    begun = left - 1;
                }
                left--;
            }
        } finally {
            lane.left();
            leave(left == 0 || left < BATCH && othersWait());
        }
    }

    /**
     * Then it goes to the end of the line even with an empty buffer, once, instead of having itself scheduled anew: while
     * several take turns, publishers find all of them in line and do nothing but fill buffers.
     */
    private boolean othersWait() {
        return lane.dispatcher != null && lane.dispatcher.busy();
    }

    private void leave(boolean more) {
        if (ended) {
            synchronized (end) {
                runner = null;
            }
            over();
            return;
        }
        runner = null;
        if (ended) {
            over();
        } else if (more && lane.dispatcher != null) {
            lane.dispatcher.again(this);
        } else if (more) {
            submit();
        } else {
            scheduled = false;
            if (waiting()) {
                schedule();
            }
        }
    }

    /** Stays a moment with a buffer just emptied: cheaper than coming back, if the next message is on its way. */
    private boolean linger(int together) {
        return lane.dispatcher != null && lane.dispatcher.linger(this, hope, pause(together), flood());
    }

    final void malformed(String name, Throwable error) {
        if (burst()) {
            LOG.warn("{}: a body on '{}' was dropped: {}", what(), name, error.getMessage());
        }
    }

    final boolean ended() {
        return ended;
    }

    /** Whether the calling thread must not wait for this buffer, since nobody else could empty it. */
    final boolean blockedBy(Thread thread) {
        return runner == thread || lane.blockedBy(thread);
    }

    public final void markEnded() {
        ended = true;
    }

    /** Ends it; returns when no handler runs any more, at once if called from the handler itself. */
    final void end(Waits waits) {
        ended = true;
        Thread me = Thread.currentThread();
        if (runner == me) {
            return;
        }
        over();
        if (!discarded && discarder != me) {
            waits.enter(me, this);
            try {
                await(waits, me);
            } finally {
                waits.leave(me);
            }
        }
    }

    private void await(Waits waits, Thread me) {
        boolean interrupted = false;
        boolean told = false;
        long since = System.nanoTime();
        synchronized (end) {
            while (!discarded && !waits.circle(me, this)) {
                try {
                    end.wait(100);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                if (!told && runner != null && System.nanoTime() - since > PATIENCE) {
                    told = true;
                    hurry();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Under the lock, so that the thread can't have gone on to something else. */
    private void hurry() {
        LOG.warn("{}: closing waits for its handler on thread '{}'{}", what(), runner.getName(),
                lane.dispatcher == null ? "" : ", which is interrupted now");
        if (lane.dispatcher != null) {
            runner.interrupt();
        }
    }

    private void over() {
        synchronized (end) {
            end.notifyAll();
            if (discarder != null || runner != null) {
                return;
            }
            discarder = Thread.currentThread();
        }
        discard();
        discarded = true;
        synchronized (end) {
            end.notifyAll();
        }
    }

    final Thread runner() {
        return runner;
    }

    /** Counts a handler's failure, and logs the first of a burst. Only from the running thread. */
    final void failure(String where, Throwable error) {
        tally.failed();
        if (burst()) {
            LOG.warn("{}: {} failed with {}; it goes on with the next one", what(), where, error.toString(), error);
        }
    }

    final boolean burst() {
        long now = System.nanoTime();
        if (now - logged < QUIET) {
            return false;
        }
        logged = now;
        return true;
    }
}
