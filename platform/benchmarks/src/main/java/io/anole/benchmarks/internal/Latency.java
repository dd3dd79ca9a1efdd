package io.anole.benchmarks.internal;

import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** 100,000 messages a second, evenly; each is stamped with when it should have gone, so that a stall counts in full. */
final class Latency extends Scenario {
    private static final int STEP_NANOS = 10_000;

    private final MessageBus bus;
    private final Sink sink = new Sink();
    private final MessageBus.Sender sender;
    private long sent;

    Latency(MessageBus bus) throws Exception {
        this.bus = bus;
        bus.open(List.of(sink));
        sender = bus.sender();
    }

    /** p50, p99 and p99.9 in ns. */
    @Override
    double[] round(long millis) throws Exception {
        int count = (int) (TimeUnit.MILLISECONDS.toNanos(millis) / STEP_NANOS);
        sink.keepAges(count);
        long next = System.nanoTime() + 1_000_000;
        for (int i = 0; i < count; i++) {
            while (System.nanoTime() - next < 0) {
                Thread.onSpinWait();
            }
            sender.send(Sample.of(0, next));
            next += STEP_NANOS;
        }
        sent += count;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int turn = 0; sink.received(0) < sent; turn++) {
            idle(turn);
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("lost " + (sent - sink.received(0)) + " messages");
            }
        }
        long[] ages = sink.ages();
        Arrays.sort(ages);
        return new double[] {percentile(ages, 0.5), percentile(ages, 0.99), percentile(ages, 0.999)};
    }

    @Override
    public void close() throws Exception {
        bus.close();
    }
}
