package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import io.anole.testkit.FreePort;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routers linked to each other: root, middle and leaf; many more cuts and kills with {@code -Danole.soak=true}. */
@Timeout(600)
class TreeTest {
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final int CUTS = SOAK ? 50 : 10;
    private static final int KILLS = SOAK ? 50 : 1;
    private static final Duration CALL = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    private static String free() {
        return "tcp://127.0.0.1:" + FreePort.next();
    }

    private static Node router(String name, String at, Object... settings) {
        Object[] all = new Object[settings.length + 4];
        System.arraycopy(new Object[] {"mode", "router", "listen", at}, 0, all, 0, 4);
        System.arraycopy(settings, 0, all, 4, settings.length);
        return new Node(name, all).connected();
    }

    /** Three routers in a row, and a client of the first and one of the last. */
    private static final class Chain implements AutoCloseable {
        final String top = free();
        final String between = free();
        final String low = free();
        final TcpLine line = new TcpLine(new InetSocketAddress("127.0.0.1", port(top)), at -> Map.of("url", "tcp://127.0.0.1:" + at));
        final Node root;
        final Node middle;
        final Node leaf;
        final Node high;
        final Node deep;

        /** @param presence ms that a line may be cut without consequences */
        Chain(int presence) {
            Object[] common = {"return.ms", 0, "presence.ms", presence, "reconnect.max.ms", 50};
            root = router("root", top, common);
            middle = router("middle", between, with(common, line.properties().get("url")));
            leaf = router("leaf", low, with(common, between));
            high = new Node("high", "url", top).connected();
            deep = new Node("deep", "url", low).connected();
        }

        private static Object[] with(Object[] common, Object uplink) {
            Object[] all = Arrays.copyOf(common, common.length + 2);
            all[common.length] = "uplink";
            all[common.length + 1] = uplink;
            return all;
        }

        Chain linked() {
            Linked.await(high, deep);
            return this;
        }

        @Override
        public void close() {
            deep.close();
            high.close();
            leaf.close();
            middle.close();
            root.close();
            line.close();
        }
    }

    private static int port(String at) {
        return Integer.parseInt(at.substring(at.lastIndexOf(':') + 1));
    }

    /** What a client sees of the state. */
    private static final class Seen implements StateListener {
        final Map<String, Object> keys = new ConcurrentHashMap<>();

        static Seen by(Node node) {
            Seen seen = new Seen();
            Node.done(node.link.watch(Pattern.of("/**"), seen).ready());
            return seen;
        }

        @Override
        public void put(Name key, Value value) {
            keys.put(key.toString(), value.body());
        }

        @Override
        public void removed(Name key) {
            keys.remove(key.toString());
        }

        @Override
        public void synced() {
            // what is there has been told
        }
    }

    /** Whether all routers between two nodes know each other: what one puts the other has. */
    private static final class Linked {
        private static final AtomicLong COUNT = new AtomicLong();

        private Linked() {
        }

        static void await(Node one, Node other) {
            Name key = Name.of("/linked/" + COUNT.incrementAndGet());
            Node.done(one.link.put(key, Optional.of(new Value(1L, "", "test/x")), Lifetime.DURABLE));
            Node.patiently().until(() -> Node.done(other.link.get(key)).isPresent());
        }
    }

    // G1, G2, G3: both ways, and nothing twice
    @Test
    void whatIsPublishedAnywhereIsHeardAnywhere() {
        try (Chain chain = new Chain(1_000).linked()) {
            for (List<Node> pair : List.of(List.of(chain.high, chain.deep), List.of(chain.deep, chain.high),
                    List.of(chain.middle, chain.deep))) {
                String topic = "/a" + System.identityHashCode(pair);
                List<Long> heard = pair.get(1).hear(topic);
                List<Long> nearby = pair.get(0).hear(topic);
                Name name = Name.of(topic);
                var outlet = pair.get(0).link.advertise(name, "", Qos.DEFAULT);
                List<Long> sent = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    Message message = pair.get(0).message(name, i, Duration.ZERO);
                    sent.add(message.sequence());
                    Node.done(outlet.publish(message));
                }
                Node.patiently().until(() -> heard.size() >= 500 && nearby.size() >= 500);
                assertThat(heard).isEqualTo(sent);
                assertThat(nearby).isEqualTo(sent);
            }
        }
    }

    // G6, G7: a service is found from anywhere, exclusive in the whole tree, and freed by its owner's end
    @Test
    void servicesAreFoundAndExclusive() {
        Name add = Name.of("/add");
        try (Chain chain = new Chain(1_000).linked()) {
            Registration served = chain.deep.link.serve(add, request -> CompletableFuture.completedStage(
                    new Message(add, "", Map.of(), (Long) request.body() + 1, "deep/x", 1, 1, Message.NEVER)));
            Node.done(served.ready());
            Message question = chain.high.message(add, 41L, Duration.ZERO);
            assertThat(Node.done(chain.high.link.request(add, question, CALL)).body()).isEqualTo(42L);
            assertThat(Node.done(chain.leaf.link.request(add, question, CALL)).body()).isEqualTo(42L);
            var second = chain.high.link.serve(add, request -> CompletableFuture.failedStage(new IllegalStateException()));
            assertThatThrownBy(() -> second.ready().toCompletableFuture().get(15, TimeUnit.SECONDS)).cause().isInstanceOf(Conflict.class);
            served.close();
            Node.patiently().untilAsserted(() -> assertThatThrownBy(
                    () -> chain.high.link.request(add, question, CALL).toCompletableFuture().get(15, TimeUnit.SECONDS)).cause()
                    .isInstanceOf(NoProvider.class));
            Node.done(chain.high.link.serve(add, CompletableFuture::completedStage).ready());
            assertThat(Node.done(chain.deep.link.request(add, question, CALL)).body()).isEqualTo(41L);
        }
    }

    // G7: of two that serve a name at the same time, far from each other, one gets it and the other hears Conflict
    @Test
    void oneOfTwoGetsAName() {
        try (Chain chain = new Chain(1_000).linked()) {
            List<List<Node>> pairs = List.of(List.of(chain.high, chain.deep), List.of(chain.middle, chain.high),
                    List.of(chain.deep, chain.root));
            Map<Name, Long> winners = new HashMap<>();
            for (int i = 0; i < 30; i++) {
                List<Node> pair = pairs.get(i % pairs.size());
                Name name = Name.of("/both/" + i);
                List<Registration> both = List.of(serve(pair.get(0), name, 0), serve(pair.get(1), name, 1));
                List<Boolean> got = both.stream().map(TreeTest::got).toList();
                assertThat(got).as("round %s", i).containsOnlyOnce(true);
                winners.put(name, (long) got.indexOf(true));
            }
            winners.forEach((name, winner) -> {
                for (Node by : List.of(chain.high, chain.root, chain.middle, chain.leaf, chain.deep)) {
                    Node.patiently().ignoreExceptions().untilAsserted(() -> assertThat(
                            Node.done(by.link.request(name, by.message(name, 0L, Duration.ZERO), CALL)).body()).isEqualTo(winner));
                }
            });
        }
    }

    private static Registration serve(Node node, Name name, long answer) {
        return node.link.serve(name, request -> CompletableFuture.completedStage(
                new Message(name, "", Map.of(), answer, "server/x", 1, 1, Message.NEVER)));
    }

    private static boolean got(Registration one) {
        try {
            one.ready().toCompletableFuture().orTimeout(15, TimeUnit.SECONDS).join();
            return true;
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(Conflict.class);
            return false;
        }
    }

    // G8, G9, G10: keys are everywhere when put() is done, the last writer wins, and presence ends with its owner
    @Test
    void stateIsEverywhere() {
        Name key = Name.of("/k");
        try (Chain chain = new Chain(1_000).linked()) {
            Seen high = Seen.by(chain.high);
            Seen deep = Seen.by(chain.deep);
            for (long i = 0; i < 50; i++) {
                Node by = i % 2 == 0 ? chain.high : chain.deep;
                Node other = i % 2 == 0 ? chain.deep : chain.high;
                Node.done(by.link.put(key, Optional.of(new Value(i, "", "x/x")), Lifetime.DURABLE));
                assertThat(Node.done(other.link.get(key)).orElseThrow().body()).isEqualTo(i);
            }
            Node.done(chain.deep.link.put(Name.of("/here"), Optional.of(new Value("deep", "", "x/x")), Lifetime.EPHEMERAL));
            assertThat(Node.done(chain.high.link.get(Name.of("/here")))).isPresent();
            // Both at once: whatever comes out is the same everywhere.
            for (long i = 0; i < 200; i++) {
                chain.high.link.put(key, Optional.of(new Value(-i, "", "x/x")), Lifetime.DURABLE);
                chain.deep.link.put(key, Optional.of(new Value(i, "", "x/x")), Lifetime.DURABLE);
            }
            Node.done(chain.high.link.put(Name.of("/end"), Optional.of(new Value(1L, "", "x/x")), Lifetime.DURABLE));
            Node.done(chain.deep.link.put(Name.of("/end"), Optional.of(new Value(2L, "", "x/x")), Lifetime.DURABLE));
            Node.patiently().untilAsserted(() -> assertThat(high.keys).isEqualTo(deep.keys).containsEntry("/end", 2L));
            assertThat(Node.done(chain.middle.link.get(key)).orElseThrow().body()).isEqualTo(high.keys.get("/k"));
            chain.deep.close();
            Node.patiently().until(() -> !high.keys.containsKey("/here"));
            Node.done(chain.high.link.put(key, Optional.empty(), Lifetime.DURABLE));
            assertThat(Node.done(chain.leaf.link.get(key))).isEmpty();
        }
    }

    // PS-13: a line carries what somebody beyond it has asked for, once
    @Test
    void nothingCrossesThatNobodyAskedFor() {
        Name wanted = Name.of("/wanted");
        try (Chain chain = new Chain(1_000).linked(); Node second = new Node("second", "url", chain.low).connected()) {
            List<Long> one = chain.deep.hear("/wanted");
            List<Long> other = second.hear("/wanted");
            var loud = chain.high.link.advertise(Name.of("/unwanted"), "", Qos.DEFAULT);
            var outlet = chain.high.link.advertise(wanted, "", Qos.DEFAULT);
            long before = chain.line.carried();
            Object large = "x".repeat(1000);
            for (int i = 0; i < 1000; i++) {
                Node.done(loud.publish(chain.high.message(Name.of("/unwanted"), large, Duration.ZERO)));
            }
            for (int i = 0; i < 100; i++) {
                Node.done(outlet.publish(chain.high.message(wanted, large, Duration.ZERO)));
            }
            Node.patiently().until(() -> one.size() == 100 && other.size() == 100);
            // The line counts what it has passed on a moment later.
            Node.patiently().until(() -> chain.line.carried() - before >= 100_000);
            assertThat(chain.line.carried() - before).isLessThanOrEqualTo(190_000);
        }
    }

    // a kept message is there for who asks for it later, anywhere, and for nobody else
    @Test
    void keptMessagesAreFetched() {
        Name map = Name.of("/map");
        Qos latched = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);
        try (Chain chain = new Chain(1_000).linked()) {
            Node.done(chain.deep.link.advertise(map, "", latched).publish(chain.deep.message(map, "old", Duration.ZERO)));
            List<Long> plain = chain.high.hear("/map");
            List<Object> kept = Collections.synchronizedList(new ArrayList<>());
            for (int i = 1; i <= 2; i++) {
                Node.done(chain.high.link.subscribe(Pattern.of("/map"), latched, message -> {
                    kept.add(message.body());
                    return CompletableFuture.completedStage(null);
                }).ready());
                int count = i;
                Node.patiently().until(() -> kept.size() == count);
            }
            assertThat(kept).containsOnly("old");
            assertThat(plain).isEmpty();
        }
    }

    // G2, G11: the line between two routers is cut under load, both ways at once; presence outlasts a short cut
    @Test
    void aCutUplinkLosesAndDoublesNothing() throws InterruptedException {
        try (Chain chain = new Chain(20_000).linked();
                Flow down = new Flow(chain.high, "/down");
                Flow up = new Flow(chain.deep, "/up")) {
            Node.done(chain.deep.link.put(Name.of("/here"), Optional.of(new Value("deep", "", "x/x")), Lifetime.EPHEMERAL));
            AtomicLong deep = down.hear(chain.deep);
            AtomicLong high = up.hear(chain.high);
            down.start();
            up.start();
            for (int i = 0; i < CUTS; i++) {
                heard(deep, down.sent.get() + 300);
                heard(high, up.sent.get() + 300);
                chain.line.cut();
                chain.line.mend();
            }
            heard(deep, down.end());
            heard(high, up.end());
            assertThat(down.wrong).isEmpty();
            assertThat(up.wrong).isEmpty();
            assertThat(down.doubled).hasValue(0);
            assertThat(up.doubled).hasValue(0);
            for (Node node : List.of(chain.root, chain.middle, chain.leaf)) {
                assertThat(node.drops).isEmpty();
            }
            assertThat(Node.done(chain.high.link.get(Name.of("/here")))).isPresent();
        }
    }

    // G2, G11: the router in the middle is killed under load, both ways at once; clients on both sides of it miss nothing
    @Test
    void aKilledRouterInTheMiddleLosesNothing() throws InterruptedException {
        String top = free();
        String between = free();
        String low = free();
        String[] settings = {"uplink", top, "reconnect.max.ms", "50", "state.file", directory.resolve("middle").toString()};
        // As long as it may take to start it again.
        int presence = 60_000;
        try (Node root = router("root", top, "presence.ms", presence);
                NodeProcess middle = NodeProcess.router(between, settings);
                Node leaf = router("leaf", low, "uplink", between, "presence.ms", presence, "reconnect.max.ms", 50);
                Node high = new Node("high", "url", top).connected();
                Node amid = new Node("amid", "url", between, "reconnect.max.ms", 50).connected();
                Node deep = new Node("deep", "url", low).connected();
                Flow down = new Flow(high, "/down");
                Flow up = new Flow(deep, "/up")) {
            Linked.await(high, deep);
            List<AtomicLong> all = List.of(down.hear(deep), down.hear(amid), up.hear(high), up.hear(amid));
            down.start();
            up.start();
            for (int i = 0; i < KILLS; i++) {
                long each = 1000;
                all.forEach(one -> heard(one, one.get() + each));
                middle.kill();
                middle.start();
            }
            long sentDown = down.end();
            long sentUp = up.end();
            heard(all.get(0), sentDown);
            heard(all.get(1), sentDown);
            heard(all.get(2), sentUp);
            heard(all.get(3), sentUp);
            assertThat(down.wrong).isEmpty();
            assertThat(up.wrong).isEmpty();
            assertThat(root.isUp() && leaf.isUp()).isTrue();
        }
    }

    private static void heard(AtomicLong highest, long atLeast) {
        Node.patiently().untilAsserted(() -> assertThat(highest.get()).isGreaterThanOrEqualTo(atLeast));
    }

    // G10: each side goes on alone while the other is away, and what ends with its owner is gone there
    @Test
    void whatIsBeyondACutLineIsGoneAndComesBack() {
        Name here = Name.of("/here");
        Name k = Name.of("/k");
        try (Chain chain = new Chain(1_000).linked()) {
            Seen high = Seen.by(chain.high);
            Node.done(chain.deep.link.put(here, Optional.of(new Value("deep", "", "x/x")), Lifetime.EPHEMERAL));
            Node.done(chain.deep.link.put(k, Optional.of(new Value(1L, "", "x/x")), Lifetime.DURABLE));
            Node.patiently().until(() -> high.keys.containsKey("/here") && high.keys.containsKey("/k"));
            chain.line.cut();
            Node.patiently().until(() -> !high.keys.containsKey("/here"));
            Node.done(chain.deep.link.put(k, Optional.empty(), Lifetime.DURABLE));
            Node.done(chain.deep.link.put(Name.of("/alone"), Optional.of(new Value(2L, "", "x/x")), Lifetime.DURABLE));
            assertThat(Node.done(chain.middle.link.get(Name.of("/alone")))).isPresent();
            assertThat(high.keys).containsKey("/k").doesNotContainKey("/alone");
            chain.line.mend();
            Node.patiently().untilAsserted(() -> assertThat(high.keys).containsKeys("/here", "/alone").doesNotContainKey("/k"));
        }
    }

    // a loop is refused, whichever router closes it, and the rest goes on
    @Test
    void aLoopIsRefused() {
        String one = free();
        String two = free();
        String three = free();
        try (Node a = router("a", one, "uplink", two, "reconnect.max.ms", 50);
                Node b = router("b", two, "uplink", three, "reconnect.max.ms", 50);
                Node c = router("c", three, "uplink", one, "reconnect.max.ms", 50); Node self = router("self", free())) {
            // One of three links is refused, so two are there: all are linked, in a row.
            for (List<Node> pair : List.of(List.of(a, b), List.of(b, c), List.of(c, a))) {
                Name name = Name.of("/loop/" + pair.get(0).hashCode());
                Node.patiently().untilAsserted(() -> {
                    Node.done(pair.get(0).link.put(name, Optional.of(new Value(1L, "", "x/x")), Lifetime.DURABLE));
                    assertThat(Node.done(pair.get(1).link.get(name))).isPresent();
                });
            }
            List<Long> heard = c.hear("/a");
            Node.done(a.link.advertise(Name.of("/a"), "", Qos.DEFAULT).publish(a.message(Name.of("/a"), 1, Duration.ZERO)));
            Node.done(a.link.advertise(Name.of("/a"), "", Qos.DEFAULT).publish(a.message(Name.of("/a"), 2, Duration.ZERO)));
            Node.patiently().until(() -> heard.size() >= 2);
            assertThat(heard).containsExactly(1L, 2L);
            assertThat(self.isUp()).isTrue();
        }
    }
}
