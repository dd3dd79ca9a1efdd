package io.anole.testkit.contract;

import io.anole.bus.Bus;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Four publishers, each on a thread of its own, that publish RELIABLE on four topics in turn at a steady rate, and four
 * subscriptions that check source and sequence of each message. Ends when all that was published has come.
 */
public final class Flood implements AutoCloseable {
    private static final int PUBLISHERS = 4;
    private static final int TOPICS = 4;
    private static final int MOST_WRONG = 20;

    private final int rate;
    private final Duration patience;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final AtomicLong longest = new AtomicLong();
    /** By source and topic, the sequence heard last. */
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stop;

    /**
     * Begins to publish.
     *
     * @param on       the bus, on which nobody else uses {@code /flood/*}
     * @param rate     messages per second, of all publishers together
     * @param patience longest wait for anything
     */
    public Flood(Bus on, int rate, Duration patience) {
        this.rate = rate;
        this.patience = patience;
        for (int topic = 0; topic < TOPICS; topic++) {
            on.subscribe("/flood/" + topic, Long.class, Qos.DEFAULT.buffer(Overflow.BLOCK, 1024),
                    (body, message) -> check(body, message)).ready().toCompletableFuture()
                    .orTimeout(patience.toSeconds(), TimeUnit.SECONDS).join();
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            List<Publisher<Long>> all = new ArrayList<>();
            for (int topic = 0; topic < TOPICS; topic++) {
                all.add(on.publisher("/flood/" + topic, Long.class));
            }
            Thread thread = new Thread(() -> publish(all), "flood-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void check(Long body, Message message) {
        received.increment();
        String flow = message.source() + " on " + message.name();
        long before = heard.getOrDefault(flow, 0L);
        heard.put(flow, message.sequence());
        if (message.sequence() != before + 1 || body != message.sequence()) {
            complain(flow + ": " + body + " (sequence " + message.sequence() + ") after " + before);
        }
    }

    private void complain(String what) {
        if (wrong.size() < MOST_WRONG) {
            wrong.add(what);
        }
    }

    private void publish(List<Publisher<Long>> publishers) {
        long gap = 1_000_000_000L * PUBLISHERS / rate;
        long next = System.nanoTime();
        for (long turn = 0; !stop; turn++) {
            long begin = System.nanoTime();
            try {
                publishers.get((int) (turn % TOPICS)).publish(turn / TOPICS + 1).exceptionally(error -> {
                    complain("a publish failed: " + error);
                    return null;
                });
                sent.increment();
            } catch (RuntimeException e) {
                complain("a publish threw " + e);
            }
            long now = System.nanoTime();
            longest.accumulateAndGet(now - begin, Math::max);
            next = Math.max(next + gap, now - 50_000_000);
            if (next - now > 50_000) {
                LockSupport.parkNanos(next - now);
            }
        }
    }

    /** Messages per second. */
    public int rate() {
        return rate;
    }

    /** The longest time that one publish took since this was asked last, in nanoseconds. */
    public long longestStall() {
        return longest.getAndSet(0);
    }

    /**
     * Waits until what is published now has been heard, more or less.
     *
     * @throws AssertionError if it isn't in time, or if anything was lost, doubled or out of order
     */
    public void awaitProgress() {
        long goal = sent.sum() + rate / 50;
        patiently("messages go on").until(() -> right() && received.sum() >= goal);
    }

    /** Messages published so far. */
    public long sent() {
        return sent.sum();
    }

    /**
     * Stops, and waits for all that was published.
     *
     * @throws AssertionError if it doesn't come, or if anything was lost, doubled or out of order
     */
    public void end() throws InterruptedException {
        stop = true;
        for (Thread thread : threads) {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " is held back");
            }
        }
        patiently("all messages have come").until(() -> right() && received.sum() == sent.sum());
    }

    private boolean right() {
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("\n", List.copyOf(wrong)));
        }
        return true;
    }

    private ConditionFactory patiently(String what) {
        return Awaitility.await(what).atMost(patience).pollDelay(Duration.ZERO).pollInterval(5, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        stop = true;
    }
}
