package io.anole.provider.ros1.internal;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.BooleanSupplier;

/**
 * How the event loop waits. After the answer to a request it looks around for the next one for a moment before it sleeps, as
 * being woken for it takes longer; as long as that helps, and where another processor can do the rest. Of the loop alone.
 */
final class Lookout implements SelectStrategy {
    /** What a request over a kept connection takes, and some more. */
    private static final long MOMENT = 100_000;
    private static final int MOST_REST = 64;

    private final BooleanSupplier tasks;
    private final boolean alone = Runtime.getRuntime().availableProcessors() < 2;
    private boolean expecting;
    /** So many answers go by before the next look, and did after the last that was in vain. */
    private int rest;
    private int lastRest;

    /** @param tasks whether other threads have left something to do */
    Lookout(BooleanSupplier tasks) {
        this.tasks = tasks;
    }

    /** There may soon be another answer. */
    void expect() {
        if (rest > 0) {
            rest--;
        } else {
            expecting = !alone;
        }
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean busy) throws Exception {
        if (busy) {
            return selectNow.get();
        }
        if (!expecting) {
            return SELECT;
        }
        expecting = false;
        long begin = System.nanoTime();
        do {
            Thread.onSpinWait();
            int found = selectNow.get();
            if (found > 0) {
                lastRest = 0;
                return found;
            }
            if (tasks.getAsBoolean()) {
                return 0;
            }
        } while (System.nanoTime() - begin < MOMENT);
        lastRest = Math.min(MOST_REST, 2 * lastRest + 1);
        rest = lastRest;
        return SELECT;
    }
}
