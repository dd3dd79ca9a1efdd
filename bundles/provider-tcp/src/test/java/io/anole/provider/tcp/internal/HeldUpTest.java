package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.FreePort;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits on a line that breaks for nobody to see, as a radio link that is out for a second, does not come out of it fresh. */
@Timeout(120)
class HeldUpTest {
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);
    private static final Name TOPIC = Name.of("/a");
    private static final Name SERVICE = Name.of("/do");
    private static final Duration LIFE = Duration.ofMillis(400);

    private record Heard(Object body, boolean fresh) {
    }

    private static TcpLine line(int port) {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port), at -> Map.of("url", "tcp://127.0.0.1:" + at));
    }

    private static List<Heard> hear(Node node) {
        List<Heard> heard = new CopyOnWriteArrayList<>();
        Node.done(node.link.subscribe(Pattern.of("/a"), Qos.DEFAULT, message -> {
            heard.add(new Heard(message.body(), !message.expiredAt(System.nanoTime())));
            return TAKEN;
        }).ready());
        return heard;
    }

    /** Publishes while nothing moves, and lets it move when the first message has had its time. */
    private static void publish(Runnable stop, Runnable mend, Node from, Qos.Reliability reliability) {
        Qos qos = Qos.DEFAULT.reliability(reliability);
        Outlet outlet = from.link.advertise(TOPIC, "", qos);
        stop.run();
        Message fleeting = from.message(TOPIC, "fleeting", LIFE);
        outlet.publish(fleeting);
        outlet.publish(from.message(TOPIC, "lasting", Duration.ofMinutes(1)));
        outlet.publish(from.message(TOPIC, "for ever", Duration.ZERO));
        Node.patiently().until(() -> fleeting.expiredAt(System.nanoTime()));
        mend.run();
    }

    // G1, G12
    @ParameterizedTest
    @EnumSource(Qos.Reliability.class)
    void onItsWayToTheRouter(Qos.Reliability reliability) {
        int port = FreePort.next();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0);
                TcpLine line = line(port);
                Node publisher = new Node("publisher", "url", line.properties().get("url")).connected();
                Node subscriber = new Node("subscriber", "url", "tcp://127.0.0.1:" + port).connected()) {
            List<Heard> heard = hear(subscriber);
            publish(line::stop, line::mend, publisher, reliability);
            Node.patiently().until(() -> heard.size() == 2);
            assertThat(heard).containsExactly(new Heard("lasting", true), new Heard("for ever", true));
            assertThat(router.drops).isEqualTo(Map.of(Drop.EXPIRED, 1L));
        }
    }

    // G1, G12: it comes, and is seen to be over, so that it is counted where it was for
    @ParameterizedTest
    @EnumSource(Qos.Reliability.class)
    void onItsWayFromTheRouter(Qos.Reliability reliability) {
        int port = FreePort.next();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0);
                TcpLine line = line(port);
                Node publisher = new Node("publisher", "url", "tcp://127.0.0.1:" + port).connected();
                Node subscriber = new Node("subscriber", "url", line.properties().get("url")).connected()) {
            List<Heard> heard = hear(subscriber);
            publish(line::stop, line::mend, publisher, reliability);
            Node.patiently().until(() -> heard.size() == 3);
            assertThat(heard).containsExactly(new Heard("fleeting", false), new Heard("lasting", true), new Heard("for ever", true));
            assertThat(router.drops).isEmpty();
        }
    }

    // G1, G12
    @ParameterizedTest
    @CsvSource({"true, RELIABLE", "true, BEST_EFFORT", "false, RELIABLE", "false, BEST_EFFORT"})
    void betweenRouters(boolean up, Qos.Reliability reliability) {
        int top = FreePort.next();
        int leaf = FreePort.next();
        int from = up ? leaf : top;
        int to = up ? top : leaf;
        try (Node root = Node.router("tcp://127.0.0.1:" + top, "return.ms", 0);
                TcpLine line = line(top);
                Node below = Node.router("tcp://127.0.0.1:" + leaf, "return.ms", 0, "uplink", line.properties().get("url"));
                Node publisher = new Node("publisher", "url", "tcp://127.0.0.1:" + from).connected();
                Node subscriber = new Node("subscriber", "url", "tcp://127.0.0.1:" + to).connected()) {
            List<Heard> heard = hear(subscriber);
            Outlet outlet = publisher.link.advertise(TOPIC, "", Qos.DEFAULT);
            Node.patiently().until(() -> {
                Node.done(outlet.publish(publisher.message(TOPIC, "linked", Duration.ZERO)));
                return !heard.isEmpty();
            });
            Node.done(subscriber.link.flush());
            publish(line::stop, line::mend, publisher, reliability);
            Node.patiently().until(() -> heard.contains(new Heard("for ever", true)));
            assertThat(heard).contains(new Heard("lasting", true)).doesNotContain(new Heard("fleeting", true));
            assertThat((up ? root : below).drops).isEqualTo(Map.of(Drop.EXPIRED, 1L));
        }
    }

    // G1, G12: a JVM that stands still, for a snapshot of its machine or because another takes its processors, is no different
    @ParameterizedTest
    @EnumSource(Qos.Reliability.class)
    void inARouterThatStoodStill(Qos.Reliability reliability) throws InterruptedException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        try (NodeProcess router = NodeProcess.router(at);
                Node publisher = new Node("publisher", "url", at).connected();
                Node subscriber = new Node("subscriber", "url", at).connected()) {
            List<Heard> heard = hear(subscriber);
            publish(() -> router.signal("STOP"), () -> router.signal("CONT"), publisher, reliability);
            Node.patiently().until(() -> heard.size() == 2);
            assertThat(heard).containsExactly(new Heard("lasting", true), new Heard("for ever", true));
        }
    }

    // G6: who was told that there is no answer in time is not served afterwards
    @Test
    void aRequestOnItsWayToTheRouter() {
        int port = FreePort.next();
        List<Heard> asked = new CopyOnWriteArrayList<>();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0);
                TcpLine line = line(port);
                Node caller = new Node("caller", "url", line.properties().get("url")).connected();
                Node server = new Node("server", "url", "tcp://127.0.0.1:" + port).connected()) {
            serve(server, asked);
            ask(line, caller);
            assertThat(Node.<Message>done(caller.link.request(SERVICE, caller.message(SERVICE, "now", Duration.ZERO), Node.SOON)).body())
                    .isEqualTo("now");
            assertThat(asked).containsExactly(new Heard("now", true));
        }
    }

    // G6
    @Test
    void aRequestOnItsWayFromTheRouter() {
        int port = FreePort.next();
        List<Heard> asked = new CopyOnWriteArrayList<>();
        try (Node router = Node.router("tcp://127.0.0.1:" + port, "return.ms", 0);
                TcpLine line = line(port);
                Node caller = new Node("caller", "url", "tcp://127.0.0.1:" + port).connected();
                Node server = new Node("server", "url", line.properties().get("url")).connected()) {
            serve(server, asked);
            ask(line, caller);
            assertThat(Node.<Message>done(caller.link.request(SERVICE, caller.message(SERVICE, "now", Duration.ZERO), Node.SOON)).body())
                    .isEqualTo("now");
            assertThat(asked).containsExactly(new Heard("late", false), new Heard("now", true));
        }
    }

    private static void serve(Node server, List<Heard> asked) {
        Node.done(server.link.serve(SERVICE, request -> {
            boolean late = request.expiredAt(System.nanoTime());
            asked.add(new Heard(request.body(), !late));
            return late ? CompletableFuture.failedStage(new BusException.Timeout("late")) : CompletableFuture.completedStage(request);
        }).ready());
    }

    private static void ask(TcpLine line, Node caller) {
        line.stop();
        CompletionStage<Message> late = caller.link.request(SERVICE, caller.message(SERVICE, "late", Duration.ZERO), LIFE);
        long over = System.nanoTime() + LIFE.plusMillis(50).toNanos();
        Node.patiently().until(() -> System.nanoTime() - over > 0);
        line.mend();
        assertThatThrownBy(() -> Node.done(late)).hasCauseInstanceOf(BusException.Timeout.class);
    }
}
