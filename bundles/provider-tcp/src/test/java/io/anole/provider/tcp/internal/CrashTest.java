package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import io.anole.testkit.FreePort;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router, a publisher and a subscriber, each in a JVM of its own, under load: killed, cut off, and on lines that pass nothing
 * and don't break (G2, G10, G11, PS-15, B-PS-15). 50 times each with {@code -Danole.soak=true}.
 */
@Timeout(1200)
class CrashTest {
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final int TIMES = SOAK ? 50 : 3;
    private static final int HEARTBEAT = 300;
    private static final int PRESENCE = 700;
    /** What the router itself may take to notice. */
    private static final int MARGIN = 500;
    private static final String[] SETTINGS = {"heartbeat.ms", "" + HEARTBEAT, "presence.ms", "" + PRESENCE, "return.ms", "4000"};

    @TempDir
    private Path directory;
    private final int port = FreePort.next();
    private final String at = "tcp://127.0.0.1:" + port;
    private int files;

    /** Whether the publisher is there, for a client that watches. */
    private static final class Here implements StateListener {
        private final AtomicReference<Object> pid = new AtomicReference<>();

        @Override
        public void put(Name key, Value value) {
            pid.set(value.body());
        }

        @Override
        public void removed(Name key) {
            pid.set(null);
        }

        @Override
        public void synced() {
            // what is there has been told
        }

        /** @return how many ms it took */
        private long awaitGone() {
            long begun = System.nanoTime();
            Node.patiently().until(() -> pid.get() == null);
            return Duration.ofNanos(System.nanoTime() - begun).toMillis();
        }
    }

    private static void told(String what, List<Long> times, long within) {
        long longest = times.stream().mapToLong(Long::longValue).max().orElseThrow();
        LOG.info("{}: others were told within {} ms, {} ms are allowed; all times: {}", what, longest, within, times);
        if (SOAK) {
            assertThat(longest).isLessThan(within);
        }
    }

    private Path file() {
        return directory.resolve("record-" + ++files);
    }

    private static void progress(Record heard) {
        int before = heard.size();
        Node.patiently().until(() -> heard.size() > before + 300);
    }

    /** Each of the publisher's messages, one after the other, or none. */
    private static void contiguous(List<Long> marks) {
        for (int i = 1; i < marks.size(); i++) {
            boolean same = marks.get(i) >> 32 == marks.get(i - 1) >> 32;
            long step = same ? marks.get(i) - marks.get(i - 1) : marks.get(i) & 0xFFFF_FFFFL;
            assertThat(step).as("message %d of %d", i, marks.size()).isEqualTo(1);
        }
    }

    // what a killed publisher had been told was accepted is delivered; its presence ends, and it can come back at once
    @Test
    void aKilledPublisher() {
        List<Long> gone = new ArrayList<>();
        Path log = file();
        Record heard = new Record(log);
        Here here = new Here();
        try (NodeProcess router = NodeProcess.router(at, SETTINGS); Node watcher = new Node("watcher", "url", at).connected();
                NodeProcess subscriber = new NodeProcess("write", log.toString(), "url", at)) {
            Node.done(watcher.link.watch(Pattern.of("/here/*"), here).ready());
            for (int i = 0; i < TIMES; i++) {
                Path own = file();
                try (NodeProcess publisher = new NodeProcess("publish", own.toString(), "url", at)) {
                    Node.patiently().until(() -> Long.valueOf(publisher.pid()).equals(here.pid.get()));
                    progress(heard);
                    publisher.kill();
                    gone.add(here.awaitGone());
                    long accepted = new Record(own).last();
                    assertThat(accepted >> 32).isEqualTo(publisher.pid());
                    Node.patiently().until(() -> heard.last() >= accepted);
                }
            }
            assertThat(subscriber.isAlive() && router.isAlive()).isTrue();
        }
        contiguous(heard.since(0));
        told("a killed publisher", gone, PRESENCE + MARGIN);
    }

    // a killed subscriber loses what it had been given; the next one has all from its ready() on; the publisher goes on
    @Test
    void aKilledSubscriber() {
        Path own = file();
        Record published = new Record(own);
        try (NodeProcess router = NodeProcess.router(at, SETTINGS);
                NodeProcess publisher = new NodeProcess("publish", own.toString(), "url", at)) {
            for (int i = 0; i < TIMES; i++) {
                Path log = file();
                Record heard = new Record(log);
                long before = published.last();
                try (NodeProcess subscriber = new NodeProcess("write", log.toString(), "url", at)) {
                    long ready = published.last();
                    progress(heard);
                    subscriber.kill();
                    contiguous(heard.since(0));
                    assertThat(heard.get(0)).isGreaterThan(before);
                    // What was sent and not accepted yet may have been there before the subscription.
                    assertThat(heard.get(0)).isLessThanOrEqualTo(ready + Work.WINDOW + 2);
                }
                progress(published);
            }
            publisher.end();
            assertThat(router.isAlive()).isTrue();
        }
        contiguous(published.since(0));
    }

    // nothing is lost or doubled where lines are cut, lines pass nothing, and routers are killed
    @Test
    void badLinesAndKilledRouters() {
        Path own = file();
        Path log = file();
        Record published = new Record(own);
        Record heard = new Record(log);
        Here here = new Here();
        List<Long> gone = new ArrayList<>();
        try (NodeProcess router = NodeProcess.router(at, SETTINGS); TcpLine near = line(); TcpLine far = line();
                Node watcher = new Node("watcher", "url", at).connected();
                NodeProcess subscriber = new NodeProcess("write", log.toString(), "url", url(far), "reconnect.max.ms", "200");
                NodeProcess publisher = new NodeProcess("publish", own.toString(), "url", url(near), "reconnect.max.ms", "200")) {
            Node.done(watcher.link.watch(Pattern.of("/here/*"), here).ready());
            for (int i = 0; i < TIMES; i++) {
                progress(heard);
                router.kill();
                router.start();
                progress(heard);
                TcpLine line = i % 2 == 0 ? far : near;
                line.cut();
                line.mend();
                progress(heard);
                far.stop();
                Node.patiently().until(() -> published.size() > heard.size() + 5000);
                far.mend();
                progress(heard);
                Node.patiently().until(() -> here.pid.get() != null);
                near.stop();
                gone.add(here.awaitGone());
                near.mend();
                Node.patiently().until(() -> here.pid.get() != null);
            }
            publisher.end();
            Node.patiently().until(() -> heard.last() == published.last());
            assertThat(subscriber.isAlive()).isTrue();
        }
        assertThat(heard.get(0) & 0xFFFF_FFFFL).isEqualTo(1);
        contiguous(heard.since(0));
        told("a publisher whose line passes nothing", gone, 3 * HEARTBEAT + HEARTBEAT + PRESENCE + MARGIN);
    }

    private TcpLine line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port), local -> Map.of("url", "tcp://127.0.0.1:" + local));
    }

    private static String url(TcpLine line) {
        return (String) line.properties().get("url");
    }
}
