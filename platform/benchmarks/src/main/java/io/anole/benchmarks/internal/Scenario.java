package io.anole.benchmarks.internal;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** One thing that is measured again and again on one open candidate. */
abstract class Scenario implements AutoCloseable {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Measures for about that long; the figures in the order its {@link Kind} names them. */
    abstract double[] round(long millis) throws Exception;

    @Override
    public abstract void close() throws Exception;

    /** Bytes allocated so far by all live threads; those that ended in between are lost. */
    final long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** Waits a little, longer the more often it was called in a row. */
    static void idle(int turn) {
        if (turn < 100) {
            Thread.onSpinWait();
        } else if (turn < 2_000) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(10_000);
        }
    }

    /** The value below which so much of the sorted values lie. */
    static double percentile(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
    }
}
