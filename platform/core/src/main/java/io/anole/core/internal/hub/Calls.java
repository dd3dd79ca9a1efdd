package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * All calls under way on a bus. New ones are pushed on a stack without a lock or an allocation; the sweeper takes the whole
 * stack at each tick and keeps only what still waits.
 */
final class Calls implements Sweeper.Sweepable {
    /** Calls that may wait at a time; noticed within a tick. */
    static final int MOST = 1 << 17;

    private final Sweeper sweeper;
    private final AtomicReference<Call<?, ?>> fresh = new AtomicReference<>();
    /** Guarded by this object. */
    private List<Call<?, ?>> waiting = new ArrayList<>();
    private volatile int size;

    Calls(Sweeper sweeper) {
        this.sweeper = sweeper;
        sweeper.add(this);
    }

    boolean full() {
        return size >= MOST;
    }

    void add(Call<?, ?> call) {
        Call<?, ?> top;
        do {
            top = fresh.get();
            call.next = top;
        } while (!fresh.compareAndSet(top, call));
        sweeper.arm();
    }

    /** Ends what is past its time, and what belongs to somebody who is over. */
    @Override
    public synchronized long sweep(long now) {
        Call<?, ?> call = fresh.getAndSet(null);
        boolean busy = call != null;
        List<Call<?, ?>> left = new ArrayList<>();
        long earliest = Sweeper.NEVER;
        for (Call<?, ?> old : waiting) {
            earliest = Math.min(earliest, look(old, now, left));
        }
        while (call != null) {
            Call<?, ?> after = call.next;
            call.next = null;
            earliest = Math.min(earliest, look(call, now, left));
            call = after;
        }
        waiting = left;
        size = left.size();
        return busy ? Math.min(Sweeper.TICK, earliest) : earliest;
    }

    /** Whether anybody still waits for an answer to such a call. */
    synchronized boolean waitsFor(Predicate<Call<?, ?>> which) {
        sweep(System.nanoTime());
        return waiting.stream().anyMatch(call -> which.test(call) && !call.settled());
    }

    private static long look(Call<?, ?> call, long now, List<Call<?, ?>> left) {
        if (call.settled()) {
            return Sweeper.NEVER;
        }
        BusException over = call.asker.over();
        long rest = call.deadline - now;
        if (over == null && rest > 0) {
            left.add(call);
            return rest;
        }
        call.fail(over == null ? call.asker.timedOut() : over);
        return Sweeper.NEVER;
    }
}
