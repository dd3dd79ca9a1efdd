package io.anole.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One subscriber. Counts per publisher; when asked, keeps how old each sample was. One thread at a time calls
 * {@link #accept}; publishers read the counts.
 */
public final class Sink {
    /** Most publishers at one sink. */
    public static final int PUBLISHERS = 8;

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    /** Keeps the counts on cache lines of their own. */
    private static final int STRIDE = 16;

    private final long[] counts = new long[STRIDE * (PUBLISHERS + 1)];
    private long[] ages = {};
    private int aged;
    private int read;

    /** What every handler does: touches the sample and counts it. */
    public void accept(Sample sample) {
        read += sample.topic().length() + sample.headers().size() + sample.body().length;
        if (aged < ages.length) {
            ages[aged++] = System.nanoTime() - sample.time();
        }
        int at = (sample.publisher() + 1) * STRIDE;
        COUNT.setRelease(counts, at, counts[at] + 1);
    }

    /** How many samples of that publisher have come. */
    public long received(int publisher) {
        return (long) COUNT.getAcquire(counts, (publisher + 1) * STRIDE);
    }

    /** From now on keeps the ages of that many samples. Only while nothing is under way. */
    public void keepAges(int most) {
        ages = new long[most];
        aged = 0;
    }

    /** The ages kept, in ns. Only while nothing is under way. */
    public long[] ages() {
        return java.util.Arrays.copyOf(ages, aged);
    }

    /** Something that depends on all that was read, so that reading can't be left out. */
    public int read() {
        return read;
    }
}
