package io.anole.supervisor.internal;

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
 * the same priority. It belongs to the supervisor, not to the component, so that it can outlive one version of it.
 */
final class MailQueue {
    /** What became of mail. */
    enum Outcome { TAKEN, FULL, GONE }

    /** Something to run; {@code held} says whether it counts against the capacity. */
    record Item(Runnable task, boolean held) {
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

    private final int capacity;
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Item> urgent = new ArrayDeque<>();
    private final Deque<Item> normal = new ArrayDeque<>();
    private final Deque<Waiter> urgentWaiters = new ArrayDeque<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private int held;
    private long refused;
    private boolean woken;
    private boolean taking = true;
    private boolean closed;

    MailQueue(int capacity, ScheduledExecutorService timer) {
        this.capacity = capacity;
        this.timer = timer;
    }

    /** Adds if there is room now. */
    Outcome offer(Runnable task, boolean first) {
        lock.lock();
        try {
            Outcome outcome = admit(new Item(task, true), first);
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
    CompletableFuture<Outcome> offer(Runnable task, boolean first, Duration patience) {
        lock.lock();
        try {
            Item item = new Item(task, true);
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
        held++;
        (first ? urgent : normal).add(item);
        arrived.signal();
        return Outcome.TAKEN;
    }

    /** Adds a drain of a subscription. */
    void drain(Runnable drain) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the process has ended");
            }
            normal.add(new Item(drain, false));
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
            held++;
            (waiter.urgent ? urgent : normal).add(waiter.item);
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
        return capacity;
    }
}
