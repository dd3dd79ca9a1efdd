package io.anole.supervisor.internal;

import io.anole.process.Mail;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for a process: urgent before normal, first in first out within each. Any thread adds, only the process's thread
 * takes. Mail and tasks are held to the capacity. Drains of subscriptions are not: their messages are bounded in the hub, and
 * there is at most one drain per registration.
 *
 * <p>A sender who finds it full may wait for room; the waiting keep their order, so that no later mail passes an earlier one of
 * the same priority. It belongs to the supervisor, not to the component, so that it can outlive one version of it: see {@link
 * Estate}.
 */
final class MailQueue {
    /** What became of mail. */
    enum Outcome { TAKEN, FULL, GONE }

    /** Something to do on the process's thread. */
    sealed interface Item {
        /** @param tenant whose mailbox it is then */
        void run(Postbox tenant);

        /** Whether it counts against the capacity. */
        boolean held();
    }

    /** Mail, for whoever is the process when it is taken. */
    record Mailed(Mail mail) implements Item {
        @Override
        public void run(Postbox tenant) {
            tenant.dispatch(mail);
        }

        @Override
        public boolean held() {
            return true;
        }
    }

    /** What a process has given itself to do. */
    record Task(Runnable task) implements Item {
        @Override
        public void run(Postbox tenant) {
            task.run();
        }

        @Override
        public boolean held() {
            return true;
        }
    }

    /** Handles messages of a subscription. */
    record Drain(Runnable drain) implements Item {
        @Override
        public void run(Postbox tenant) {
            drain.run();
        }

        @Override
        public boolean held() {
            return false;
        }
    }

    /** A sender who waits for room; {@code timer} is set, and {@code settled} read and set, under the lock. */
    private static final class Waiter {
        final Item item;
        final boolean urgent;
        final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Future<?> timer;
        boolean settled;

        Waiter(Item item, boolean urgent) {
            this.item = item;
            this.urgent = urgent;
        }
    }

    private int capacity;
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Item> urgent = new ArrayDeque<>();
    private final Deque<Item> normal = new ArrayDeque<>();
    private final Deque<Waiter> urgentWaiters = new ArrayDeque<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private int held;
    private int tasks;
    private long refused;
    private boolean woken;
    private boolean taking = true;
    private boolean closed;

    MailQueue(int capacity, ScheduledExecutorService timer) {
        this.capacity = capacity;
        this.timer = timer;
    }

    /** Adds if there is room now. */
    Outcome offer(Item item, boolean first) {
        lock.lock();
        try {
            Outcome outcome = admit(item, first);
            if (outcome == Outcome.FULL) {
                refused++;
            }
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds as soon as there is room, at the latest after the time. Completes on the thread that makes room or on the timer's,
     * outside of the lock. As many may wait as the queue holds.
     */
    CompletableFuture<Outcome> offer(Item item, boolean first, Duration patience) {
        lock.lock();
        try {
            Outcome outcome = admit(item, first);
            Deque<Waiter> line = first ? urgentWaiters : waiters;
            if (outcome != Outcome.FULL) {
                return CompletableFuture.completedFuture(outcome);
            }
            if (line.size() >= capacity) {
                refused++;
                return CompletableFuture.completedFuture(Outcome.FULL);
            }
            Waiter waiter = new Waiter(item, first);
            waiter.timer = timer.schedule(() -> expire(waiter), patience.toNanos(), TimeUnit.NANOSECONDS);
            line.add(waiter);
            return waiter.outcome;
        } finally {
            lock.unlock();
        }
    }

    private void expire(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.settled) {
                return;
            }
            waiter.settled = true;
            (waiter.urgent ? urgentWaiters : waiters).remove(waiter);
            refused++;
        } finally {
            lock.unlock();
        }
        waiter.outcome.complete(Outcome.FULL);
    }

    private Outcome admit(Item item, boolean first) {
        if (!taking) {
            return Outcome.GONE;
        }
        boolean othersWait = first ? !urgentWaiters.isEmpty() : !waiters.isEmpty();
        if (held >= capacity || othersWait) {
            return Outcome.FULL;
        }
        add(item, first);
        arrived.signal();
        return Outcome.TAKEN;
    }

    private void add(Item item, boolean first) {
        (first ? urgent : normal).add(item);
        held += item.held() ? 1 : 0;
        tasks += item instanceof Task ? 1 : 0;
    }

    /** Adds a drain of a subscription. */
    void drain(Runnable drain) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the process has ended");
            }
            add(new Drain(drain), false);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next, waiting for it until then (a reading of the nano clock); null if there is none, or when woken. */
    Item take(long until) {
        Waiter admitted = null;
        Item item;
        lock.lock();
        try {
            while (urgent.isEmpty() && normal.isEmpty() && !woken) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                try {
                    arrived.awaitNanos(left);
                } catch (InterruptedException e) {
                    // Somebody's left-over: the supervisor interrupts only what it has told to stop, and that wakes.
                    woken = true;
                }
            }
            woken = false;
            item = urgent.isEmpty() ? normal.poll() : urgent.poll();
            tasks -= item instanceof Task ? 1 : 0;
            if (item != null && item.held()) {
                held--;
                admitted = admitWaiter();
            }
        } finally {
            lock.unlock();
        }
        if (admitted != null) {
            admitted.outcome.complete(Outcome.TAKEN);
        }
        return item;
    }

    private Waiter admitWaiter() {
        Waiter waiter = urgentWaiters.isEmpty() ? waiters.poll() : urgentWaiters.poll();
        if (waiter != null) {
            waiter.settled = true;
            waiter.timer.cancel(false);
            add(waiter.item, waiter.urgent);
        }
        return waiter;
    }

    /** Makes a take return, now or the next time. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what a process has given itself to do, since it is over; counted as refused. */
    void dropTasks() {
        lock.lock();
        try {
            urgent.removeIf(item -> item instanceof Task);
            normal.removeIf(item -> item instanceof Task);
            refused += tasks;
            held -= tasks;
            tasks = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more mail or tasks; what waits can still be taken. */
    void shut() {
        Deque<Waiter> turnedAway = new ArrayDeque<>();
        lock.lock();
        try {
            taking = false;
            turnedAway.addAll(urgentWaiters);
            turnedAway.addAll(waiters);
            urgentWaiters.clear();
            waiters.clear();
            for (Waiter waiter : turnedAway) {
                waiter.settled = true;
                waiter.timer.cancel(false);
            }
        } finally {
            lock.unlock();
        }
        turnedAway.forEach(waiter -> waiter.outcome.complete(Outcome.GONE));
    }

    /** Takes nothing more and forgets what waits. Returns how many mails and tasks that were. */
    int close() {
        shut();
        lock.lock();
        try {
            closed = true;
            int left = held;
            held = 0;
            tasks = 0;
            urgent.clear();
            normal.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Everything that can be taken now, drains included. */
    int size() {
        lock.lock();
        try {
            return urgent.size() + normal.size();
        } finally {
            lock.unlock();
        }
    }

    /** Mails and tasks that wait. */
    int held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Whether any of it is the process's own. */
    boolean hasTasks() {
        lock.lock();
        try {
            return tasks > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Mails and tasks refused because it was full. */
    long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    int capacity() {
        lock.lock();
        try {
            return capacity;
        } finally {
            lock.unlock();
        }
    }

    /** What waits beyond a smaller one stays. */
    void capacity(int changed) {
        lock.lock();
        try {
            capacity = changed;
        } finally {
            lock.unlock();
        }
    }
}
