package io.anole.core.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's own threads. About one per processor; handlers may block, so when all are stalled the {@link Sweeper} adds
 * more, up to a limit, and those that stay idle end. Waking a thread costs more than handling a message, so one idle worker
 * looks around for a moment before it sleeps, as long as that helps, and nobody is woken while one does. Workers
 * are started by the hub and by the sweeper only, never on a user's thread, whose class loader and access context they
 * would inherit.
 */
final class Dispatcher implements Executor, Sweeper.Sweepable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int RING = 4096;
    /**
     * About what it costs at most to wake a thread: 3 us where it takes over its waker's processor, up to 17 us measured where
     * another one has to come out of its sleep.
     */
    private static final long LOOK_AROUND = 20_000;
    /** Turns given to others before a worker leaves an empty buffer in a flood. */
    private static final int TURNS_GIVEN = 4;
    private static final long KEEP_ALIVE = 5_000_000_000L;
    private static final long STALLED = 5_000_000;
    /** So many looks in a row without any progress need more workers even if enough seem to run. */
    private static final int STUCK = 8;

    private final String name;
    private final int core;
    private final int most;
    private final boolean spin;
    private final Sweeper sweeper;
    private final MpmcAtomicArrayQueue<Runnable> ring = new MpmcAtomicArrayQueue<>(RING);
    private final Queue<Runnable> spill = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Idle> idle = new AtomicReference<>();
    private final AtomicInteger looking = new AtomicInteger();
    /** Guarded by itself. */
    private final List<Worker> workers = new ArrayList<>();
    /** Of workers. */
    private volatile int size;
    private volatile boolean closed;
    private int started;
    private long takenBefore;
    private int stalls;

    Dispatcher(String name, int core, int most, boolean spin, Sweeper sweeper) {
        this.name = name;
        this.core = core;
        this.most = most;
        this.spin = spin;
        this.sweeper = sweeper;
        for (int i = 0; i < core; i++) {
            start();
        }
        sweeper.add(this);
    }

    private record Idle(Worker worker, Idle below) {
    }

    /** How a worker's sleep ended. */
    private enum Rest {
        /** By itself: there is something to do. */
        OVER,
        /** By somebody who has made it the one that looks around. */
        WOKEN,
        /** It was too long: there are more workers than needed. */
        NEEDLESS
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            task.run();
            return;
        }
        enqueue(task);
        wakeOne();
    }

    /** The same, completed on one of these threads, where its dependents may block. */
    <T> CompletableFuture<T> away(CompletableFuture<T> future) {
        CompletableFuture<T> out = new CompletableFuture<>();
        future.whenCompleteAsync((result, error) -> {
            if (error == null) {
                out.complete(result);
            } else {
                out.completeExceptionally(Cause.of(error));
            }
        }, this);
        return out;
    }

    /** From a worker that has had its turn with this task: it goes on with what is first in line, and wakes nobody. */
    void again(Runnable task) {
        enqueue(task);
    }

    private void enqueue(Runnable task) {
        if (!ring.offer(task)) {
            spill.add(task);
        }
    }

    /** Has one idle worker look around, unless one does so or was just woken to. */
    private void wakeOne() {
        if (looking.get() != 0) {
            return;
        }
        if (idle.get() == null) {
            sweeper.arm();
            return;
        }
        if (!looking.compareAndSet(0, 1)) {
            return;
        }
        for (Idle top = idle.get(); top != null; top = idle.get()) {
            if (idle.compareAndSet(top, top.below) && top.worker.wake()) {
                return;
            }
        }
        looking.set(0);
        sweeper.arm();
    }

    private Runnable take() {
        Runnable task = ring.poll();
        return task == null ? spill.poll() : task;
    }

    /** Whether other tasks wait for a worker; never once it is closed, when nobody may come back for them. */
    boolean busy() {
        return !nothing() && !closed;
    }

    private boolean nothing() {
        return ring.isEmpty() && spill.isEmpty();
    }

    /**
     * Looks around for more in the work's buffer, unless something else waits for a worker; pauses between two looks.
     *
     * @param flood whether to let others run, too, before it gives up
     */
    boolean linger(Work work, Hope hope, int pause, boolean flood) {
        if (spin) {
            return more(work, 0);
        }
        if (!nothing() || !hope.worthATry() || !looking.compareAndSet(0, 1)) {
            return false;
        }
        boolean more = more(work, pause);
        looking.set(0);
        if (!nothing()) {
            wakeOne();
        } else if (!more && flood) {
            more = giveWay(work);
        }
        hope.learn(more);
        return more;
    }

    private boolean more(Work work, int pause) {
        long begin = System.nanoTime();
        long now = begin;
        while (nothing() && !closed && now - begin < LOOK_AROUND) {
            long next = now + pause;
            do {
                Thread.onSpinWait();
                now = System.nanoTime();
            } while (now - next < 0 && nothing());
            if (work.waiting()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The publisher may have lost its processor to this very worker: one that slept now would take it away again as soon as it
     * is woken, and so each time; one that stays in line comes back to many messages, and can be moved to a processor that has
     * nothing to do. For other tasks somebody else can be woken meanwhile.
     */
    private boolean giveWay(Work work) {
        for (int i = 0; i < TURNS_GIVEN && nothing() && !closed; i++) {
            Thread.yield();
            if (work.waiting()) {
                return true;
            }
        }
        return false;
    }

    private void start() {
        synchronized (workers) {
            if (closed || workers.size() >= most) {
                return;
            }
            Worker worker = new Worker(name + "-" + ++started);
            workers.add(worker);
            size = workers.size();
            worker.start();
        }
    }

    /**
     * Adds workers if something waits and none of those there has taken anything since the last look. If enough of them run
     * already, they lack a processor and not company; but a thread that waits inside the system seems to run, too.
     */
    @Override
    public long sweep(long now) {
        if (nothing()) {
            takenBefore = -1;
            stalls = 0;
            return Sweeper.NEVER;
        }
        long taken = 0;
        int running = 0;
        synchronized (workers) {
            for (Worker worker : workers) {
                taken += worker.taken;
                if (worker.getState() == Thread.State.RUNNABLE) {
                    running++;
                }
            }
        }
        stalls = taken == takenBefore ? stalls + 1 : 0;
        if (stalls > 0 && running < core || stalls >= STUCK) {
            for (int i = 0; i < Math.max(1, size / 4); i++) {
                start();
            }
        }
        takenBefore = taken;
        return STALLED;
    }

    /** Ends the workers after what waits now; later tasks run on the thread that brings them. */
    void close() {
        closed = true;
        List<Worker> all;
        synchronized (workers) {
            all = List.copyOf(workers);
        }
        all.forEach(Worker::wake);
        for (Runnable task = take(); task != null; task = take()) {
            task.run();
        }
    }

    private final class Worker extends Thread {
        /** Written by this thread only. */
        volatile long taken;
        private final Hope hope = new Hope();
        private final AtomicBoolean asleep = new AtomicBoolean();

        Worker(String name) {
            super(null, null, name, 0, false);
            setDaemon(true);
            setContextClassLoader(Dispatcher.class.getClassLoader());
        }

        boolean wake() {
            if (asleep.compareAndSet(true, false)) {
                LockSupport.unpark(this);
                return true;
            }
            return false;
        }

        @Override
        public void run() {
            boolean looks = false;
            while (true) {
                Runnable task = take();
                if (task == null && (looks || spin || hope.worthATry() && looking.compareAndSet(0, 1))) {
                    looks = !spin;
                    task = lookAround();
                    hope.learn(task != null);
                }
                if (looks) {
                    looks = false;
                    looking.set(0);
                    if (task != null && !nothing()) {
                        wakeOne();
                    }
                }
                if (task != null) {
                    taken++;
                    perform(task);
                } else if (closed) {
                    break;
                } else {
                    Rest rest = rest();
                    if (rest == Rest.NEEDLESS) {
                        break;
                    }
                    looks = rest == Rest.WOKEN;
                }
            }
            synchronized (workers) {
                workers.remove(this);
                size = workers.size();
            }
        }

        private void perform(Runnable task) {
            try {
                task.run();
            } catch (Throwable e) {
                LOG.error("bus thread '{}': a task failed", getName(), e);
            }
            Thread.interrupted();
        }

        private Runnable lookAround() {
            long until = System.nanoTime() + LOOK_AROUND;
            for (int i = 1; !closed; i++) {
                Thread.onSpinWait();
                Runnable task = take();
                if (task != null) {
                    return task;
                }
                if ((i & 7) == 0 && !spin && System.nanoTime() - until > 0) {
                    return null;
                }
            }
            return null;
        }

        /** Sleeps until there is something to do. */
        private Rest rest() {
            asleep.set(true);
            Idle top;
            Idle mine;
            do {
                top = idle.get();
                mine = new Idle(this, top);
            } while (!idle.compareAndSet(top, mine));
            if (surplus()) {
                if (!restAWhile()) {
                    return Rest.NEEDLESS;
                }
            } else {
                // Without a bound: setting and clearing a timer would be a good part of what a wake-up costs.
                while (nothing() && !closed && asleep.get()) {
                    LockSupport.park(this);
                    Thread.interrupted();
                }
            }
            if (asleep.compareAndSet(true, false)) {
                idle.compareAndSet(mine, top);
                return Rest.OVER;
            }
            return Rest.WOKEN;
        }

        /** False if nobody needed this worker for so long that it ends. */
        private boolean restAWhile() {
            long since = System.nanoTime();
            while (nothing() && !closed && asleep.get()) {
                LockSupport.parkNanos(this, KEEP_ALIVE);
                Thread.interrupted();
                if (System.nanoTime() - since > KEEP_ALIVE && surplus() && asleep.compareAndSet(true, false)) {
                    return false;
                }
            }
            return true;
        }

        private boolean surplus() {
            return size > core;
        }
    }
}
