package io.anole.benchmarks.internal;

import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/**
 * Publishers that send as fast as they can, each at most a window ahead of the slowest subscriber, so that unbounded buses
 * can't just pile up. A round ends when all has arrived. The publishers' threads stay for all rounds.
 */
final class Throughput extends Scenario {
    private static final int WINDOW = 4096;
    private static final long PATIENCE_SECONDS = 30;

    private final MessageBus bus;
    private final List<Sink> sinks = new ArrayList<>();
    private final int window;
    private final CyclicBarrier gate;
    private final long[] sent;
    private volatile boolean running;
    private volatile boolean closed;
    private volatile Throwable failure;

    Throughput(MessageBus bus, int publishers, int subscribers) throws Exception {
        this.bus = bus;
        window = Math.max(64, WINDOW / publishers);
        sent = new long[publishers];
        gate = new CyclicBarrier(publishers + 1);
        for (int i = 0; i < subscribers; i++) {
            sinks.add(new Sink());
        }
        bus.open(sinks);
        for (int i = 0; i < publishers; i++) {
            int number = i;
            Thread thread = new Thread(() -> publish(number), "publisher-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Publishes per second, bytes per publish. */
    @Override
    double[] round(long millis) throws Exception {
        long before = total();
        running = true;
        pass();
        long bytes = allocated();
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(millis);
        running = false;
        pass();
        long nanos = System.nanoTime() - begin;
        bytes = allocated() - bytes;
        double count = total() - before;
        return new double[] {count * 1e9 / nanos, bytes / count};
    }

    private void pass() throws Exception {
        try {
            gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("a publisher did not come to an end", failure == null ? e : failure);
        }
    }

    private long total() {
        long total = 0;
        for (long each : sent) {
            total += each;
        }
        return total;
    }

    private void publish(int number) {
        try {
            MessageBus.Sender sender = bus.sender();
            while (true) {
                gate.await();
                if (closed) {
                    return;
                }
                sent[number] = burst(sender, number, sent[number]);
                awaitAll(number, sent[number]);
                gate.await();
            }
        } catch (Exception | Error e) {
            failure = e;
            breakGate();
        }
    }

    /** For good: who comes to the gate only later must not wait there in vain either. */
    private void breakGate() {
        Thread.currentThread().interrupt();
        try {
            gate.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            return;
        }
    }

    private long burst(MessageBus.Sender sender, int number, long from) throws Exception {
        long sequence = from;
        long limit = slowest(number) + window;
        while (running) {
            if (sequence >= limit) {
                limit = slowest(number) + window;
                for (int turn = 0; sequence >= limit && running; turn++) {
                    idle(turn);
                    limit = slowest(number) + window;
                }
                continue;
            }
            sender.send(Sample.of(number, 0));
            sequence++;
        }
        return sequence;
    }

    private void awaitAll(int number, long count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int turn = 0; slowest(number) < count; turn++) {
            idle(turn);
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("lost " + (count - slowest(number)) + " of " + count + " messages");
            }
        }
    }

    private long slowest(int publisher) {
        long least = Long.MAX_VALUE;
        for (Sink sink : sinks) {
            least = Math.min(least, sink.received(publisher));
        }
        return least;
    }

    @Override
    public void close() throws Exception {
        closed = true;
        if (failure == null) {
            pass();
        }
        bus.close();
    }
}
