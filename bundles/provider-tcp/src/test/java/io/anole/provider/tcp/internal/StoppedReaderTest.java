package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.provider.tcp.internal.NodeProcess.Memory;
import io.anole.testkit.FreePort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscriber that stops to read, among others that go on, and a publisher that never pauses (G5, B-PS-4). That the others keep
 * their rate is asserted with {@code -Danole.soak=true}; without it, that they go on. What the router needs is always bounded.
 */
@Timeout(300)
class StoppedReaderTest {
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final Duration BEFORE = Duration.ofSeconds(SOAK ? 10 : 1);
    private static final Duration ENOUGH = Duration.ofSeconds(60);
    private static final Duration AFTER = Duration.ofSeconds(SOAK ? 60 : 3);
    /** session.bytes, which are messages; with all that is kept about each. */
    private static final long MOST_MB = 3 * 16;

    @Test
    void aJvmThatIsStopped() throws Exception {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (NodeProcess router = NodeProcess.router(at); NodeProcess reader = NodeProcess.hearer("/flow", at)) {
            othersGoOn(router, at, "a stopped JVM", () -> reader.signal("STOP"), () -> true);
        }
    }

    @Test
    void aClientThatSaysThatItLivesAndDoesNotRead() throws Exception {
        int port = FreePort.next();
        String at = "tcp://127.0.0.1:" + port;
        try (NodeProcess router = NodeProcess.router(at); RawClient reader = new RawClient(port, "/flow")) {
            othersGoOn(router, at, "a client that does not read", reader::stopReading, reader::cutOff);
        }
    }

    /** @param over awaited while more and more is published: how soon that is too much depends on the machine */
    private static void othersGoOn(NodeProcess router, String at, String who, Runnable stop, Callable<Boolean> over) throws Exception {
        try (Node publisher = new Node("publisher", "url", at).connected();
                Node one = new Node("one", "url", at).connected();
                Node other = new Node("other", "url", at).connected();
                Flow flow = new Flow(publisher, "/flow")) {
            List<AtomicLong> others = List.of(flow.hear(one), flow.hear(other));
            flow.start();
            others.forEach(heard -> Node.patiently().until(() -> heard.get() > 20_000));
            double before = rate(others, BEFORE);
            Memory empty = router.memory();
            stop.run();
            double after = rate(others, AFTER);
            Memory full = router.memory();
            LOG.info("{}: the others had {} messages/s before, {} in the {} s after ({} %); the router's live heap was {} MiB, is {} MiB; "
                    + "its peak of resident memory is {} MiB", who, (long) before, (long) after, AFTER.toSeconds(),
                    Math.round(100 * after / before), empty.heapBytes() >> 20, full.heapBytes() >> 20, full.peakBytes() >> 20);
            long now = others.get(0).get();
            others.forEach(heard -> Node.patiently().until(() -> heard.get() > now + 20_000));
            Node.patiently().atMost(ENOUGH).until(over);
            long sent = flow.end();
            others.forEach(heard -> Node.patiently().until(() -> heard.get() == sent));
            assertThat(flow.wrong).isEmpty();
            assertThat(full.heapBytes() - empty.heapBytes() >> 20).isLessThan(MOST_MB);
            if (SOAK) {
                assertThat(after).isGreaterThan(0.95 * before);
            }
        }
    }

    /** Messages per second to each, on average. */
    private static double rate(List<AtomicLong> heard, Duration time) throws InterruptedException {
        long count = total(heard);
        long begun = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        return (total(heard) - count) * 1e9 / (System.nanoTime() - begun) / heard.size();
    }

    private static long total(List<AtomicLong> heard) {
        return heard.stream().mapToLong(AtomicLong::get).sum();
    }
}
