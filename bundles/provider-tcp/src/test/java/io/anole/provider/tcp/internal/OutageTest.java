package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Statistics.Drop;
import io.anole.testkit.FreePort;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Routers that are killed, and lines that are cut, under load; 50 times with {@code -Danole.soak=true}. */
@Timeout(600)
class OutageTest {
    private static final int TIMES = Boolean.getBoolean("anole.soak") ? 50 : 4;

    private static void heard(AtomicLong highest, long atLeast) {
        Node.patiently().untilAsserted(() -> assertThat(highest.get()).isGreaterThanOrEqualTo(atLeast));
    }

    // G2, G11: each client comes back in its own time, and what was published meanwhile is there for it
    @Test
    void aKilledRouterLosesNothing() throws InterruptedException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (NodeProcess router = NodeProcess.router(at);
                Node publisher = new Node("publisher", "url", at).connected();
                Node quick = new Node("quick", "url", at, "reconnect.max.ms", 50).connected();
                Node slow = new Node("slow", "url", at, "reconnect.min.ms", 900).connected();
                Flow flow = new Flow(publisher, "/flow")) {
            AtomicLong one = flow.hear(quick);
            AtomicLong other = flow.hear(slow);
            flow.start();
            for (int i = 0; i < TIMES; i++) {
                long before = flow.sent.get();
                heard(one, before + 2000);
                heard(other, before + 2000);
                router.kill();
                router.start();
            }
            long sent = flow.end();
            heard(one, sent);
            heard(other, sent);
            assertThat(flow.wrong).isEmpty();
        }
    }

    // G2, G11: also where the line breaks while the client is coming back
    @Test
    void cutLinesLoseAndDoubleNothing() throws InterruptedException {
        int port = FreePort.next();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0);
                TcpLine near = line(port);
                TcpLine far = line(port);
                Node publisher = new Node("publisher", "url", near.properties().get("url"), "reconnect.max.ms", 50).connected();
                Node subscriber = new Node("subscriber", "url", far.properties().get("url"), "reconnect.max.ms", 50).connected();
                Flow flow = new Flow(publisher, "/flow")) {
            AtomicLong highest = flow.hear(subscriber);
            flow.start();
            for (int i = 0; i < 3 * TIMES; i++) {
                TcpLine line = i % 3 == 0 ? near : far;
                Node cutOff = line == near ? publisher : subscriber;
                heard(highest, flow.sent.get() + 1000);
                line.cut();
                Node.patiently().until(() -> !cutOff.isUp());
                line.mend();
                if (i % 2 == 0) {
                    cutOff.connected();
                }
            }
            long sent = flow.end();
            heard(highest, sent);
            assertThat(flow.wrong).isEmpty();
            // The session goes on where it was: not even the hub has to drop anything.
            assertThat(flow.doubled).hasValue(0);
            assertThat(router.drops).isEmpty();
        }
    }

    // G11: a router that says nothing, its connections still open, is noticed, and goes on where it was
    @Test
    void aRouterThatStopsIsNoticed() throws InterruptedException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (NodeProcess router = NodeProcess.router(at);
                Node publisher = new Node("publisher", "url", at).connected();
                Node subscriber = new Node("subscriber", "url", at).connected();
                Flow flow = new Flow(publisher, "/flow")) {
            AtomicLong highest = flow.hear(subscriber);
            flow.start();
            heard(highest, 1000);
            router.signal("STOP");
            Node.patiently().until(() -> !publisher.isUp() && !subscriber.isUp());
            assertThat(publisher.downs.get(0)).contains("nothing came from the router");
            router.signal("CONT");
            publisher.connected();
            heard(highest, flow.sent.get());
            long sent = flow.end();
            heard(highest, sent);
            assertThat(flow.wrong).isEmpty();
        }
    }

    // G5, B-PS-4: who reads nothing holds up nobody, and the router keeps only so much for it
    @Test
    void aClientThatStopsHoldsUpNobody() throws InterruptedException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (Node router = Node.router(at, "session.bytes", 4 << 20, "return.ms", 0);
                Node publisher = new Node("publisher", "url", at).connected();
                Node subscriber = new Node("subscriber", "url", at).connected();
                NodeProcess stopped = NodeProcess.hearer("/flow", at);
                Flow flow = new Flow(publisher, "/flow")) {
            AtomicLong highest = flow.hear(subscriber);
            flow.start();
            heard(highest, 1000);
            stopped.signal("STOP");
            // Far more than may be kept, so for a while others waited neither for it nor for its end; at whatever rate.
            for (int i = 0; i < 20; i++) {
                heard(highest, highest.get() + 10_000);
            }
            Node.patiently().until(() -> router.drops.containsKey(Drop.OVERFLOW));
            long sent = flow.end();
            heard(highest, sent);
            assertThat(flow.wrong).isEmpty();
            assertThat(flow.doubled).hasValue(0);
        }
    }

    private static TcpLine line(int port) {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port), at -> Map.of("url", "tcp://127.0.0.1:" + at));
    }
}
