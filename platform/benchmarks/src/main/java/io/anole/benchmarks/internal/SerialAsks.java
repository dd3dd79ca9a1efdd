package io.anole.benchmarks.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.Sample;
import java.util.Arrays;

/** Requests one after the other, each waited for. */
final class SerialAsks extends Scenario {
    private static final int MOST = 1 << 20;

    private final Asker asker;
    private final long[] times = new long[MOST];

    SerialAsks(Asker asker) {
        this.asker = asker;
    }

    /** Requests per second, p50 and p99 in ns. */
    @Override
    double[] round(long millis) throws Exception {
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000;
        int count = 0;
        long last = begin;
        while (last - end < 0 && count < MOST) {
            asker.ask(Sample.of(0, last)).toCompletableFuture().join();
            long now = System.nanoTime();
            times[count++] = now - last;
            last = now;
        }
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return new double[] {count * 1e9 / (last - begin), percentile(sorted, 0.5), percentile(sorted, 0.99)};
    }

    @Override
    public void close() throws Exception {
        asker.close();
    }
}
