package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Value;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A router that is configured anew while it runs: the bus has a second link at the same address, and lets the first go. */
@Timeout(120)
class HostTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Name TOPIC = Name.of("/a");
    private static final int MESSAGES = 3_000;

    @TempDir
    private Path directory;

    private final BusProvider provider = Node.provider();
    private final int port = FreePort.next();
    private final String at = "tcp://127.0.0.1:" + port;

    private Node router(String listen, Object... settings) {
        List<Object> all = new ArrayList<>(List.of("mode", "router", "listen", listen));
        all.addAll(Arrays.asList(settings));
        return new Node(provider, "router", all.toArray());
    }

    private String file(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines)).toString();
    }

    /** Publishes this many, some at a time, and what of it says how each went. */
    private static List<CompletableFuture<Void>> publish(Node from, int count) {
        Outlet outlet = from.link.advertise(TOPIC, "", Qos.DEFAULT);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(outlet.publish(from.message(TOPIC, i, Duration.ZERO)).toCompletableFuture());
            if (i % 64 == 0) {
                Node.done(all.get(i));
            }
        }
        return all;
    }

    private static List<Long> firstOf(int count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    @Test
    void clientsStayConnectedWhereItIsNotAboutThem() {
        try (Node first = router(at).connected();
                Node one = new Node("one", "url", at).connected();
                Node other = new Node("other", "url", at).connected()) {
            List<Long> heard = other.hear("/a");
            CompletableFuture<List<CompletableFuture<Void>>> publishing = CompletableFuture.supplyAsync(() -> publish(one, MESSAGES));
            try (Node second = router(at, "session.max", "1000", "presence.ms", "700").connected()) {
                first.close();
                publishing.join().forEach(Node::done);
                Node.patiently().untilAsserted(() -> assertThat(heard).isEqualTo(firstOf(MESSAGES)));
                List<Long> late = second.hear("/a");
                Node.done(other.link.advertise(TOPIC, "", Qos.DEFAULT).publish(other.message(TOPIC, "x", Duration.ZERO)));
                Node.patiently().untilAsserted(() -> assertThat(late).hasSize(1));
                assertThat(one.downs).isEmpty();
                assertThat(other.downs).isEmpty();
                assertThat(second.downs).isEmpty();
            }
        }
    }

    @Test
    void whoMayConnectIsAskedAgainAndNothingIsLostToThoseWhoMay() throws IOException {
        String token = file("token", TOKEN);
        Object[] before = {"clients.file", file("before", "one " + TOKEN, "other " + TOKEN, "fired " + TOKEN)};
        Object[] after = {"clients.file", file("after", "one " + TOKEN + " subscribe=/b", "other " + TOKEN + " publish=/b")};
        Object[] proof = {"url", at, "token.file", token};
        try (Node first = router(at, before).connected();
                Node one = new Node("one", proof).connected();
                Node other = new Node("other", proof).connected();
                Node fired = new Node("fired", proof).connected()) {
            Node.done(put(fired, "/fired", "here", Lifetime.EPHEMERAL));
            Outlet outlet = other.link.advertise(TOPIC, "", Qos.DEFAULT);
            Node.done(outlet.publish(other.message(TOPIC, "mine", Duration.ZERO)));
            List<Long> heard = other.hear("/a");
            CompletableFuture<List<CompletableFuture<Void>>> publishing = CompletableFuture.supplyAsync(() -> publish(one, MESSAGES));
            try (Node second = router(at, after).connected()) {
                first.close();
                Node.patiently().until(() -> Node.done(second.link.get(Name.of("/fired"))).isEmpty());
                Node.patiently().until(() -> fired.downs.stream().anyMatch(why -> why.contains("'fired' is not known here")));
                publishing.join().forEach(Node::done);
                Node.patiently().untilAsserted(() -> assertThat(heard).isEqualTo(firstOf(MESSAGES)));
                assertThat(other.downs).hasSize(1);
                one.connected();
                assertThatThrownBy(() -> one.hear("/a")).hasMessageContaining("'one' may not subscribe to '/a'");
                assertThatThrownBy(() -> Node.done(outlet.publish(other.message(TOPIC, "mine", Duration.ZERO))))
                        .hasMessageContaining("'other' may not publish on '/a'");
                assertThat(second.downs).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"50, 1000", "1000, 50"})
    void theBusIsNotTakenForDeadWhenHeartbeatsChange(String before, String after) {
        try (Node first = router(at, "heartbeat.ms", before).connected();
                Node one = new Node("one", "url", at).connected();
                Node second = router(at, "heartbeat.ms", after).connected()) {
            first.close();
            Node.patiently().until(() -> !one.downs.isEmpty());
            one.connected();
            // More than three of the shorter heartbeats.
            Node.patiently().during(Duration.ofMillis(400)).until(() -> second.downs.isEmpty());
        }
    }

    @Test
    void whatCannotBeHadChangesNothing() throws IOException {
        try (Node first = router(at).connected();
                Node one = new Node("one", "url", at).connected();
                ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String taken = "tcp://127.0.0.1:" + busy.getLocalPort();
            String free = "tcp://127.0.0.1:" + FreePort.next();
            try (Node second = router(at + "," + free + "," + taken, "clients.file", file("nobody", "x " + TOKEN))) {
                Node.patiently().until(() -> !second.downs.isEmpty());
                assertThat(second.downs.get(0)).startsWith("can't listen on " + taken)
                        .endsWith("another program listens there; stop it, or choose another address (listen)");
                // A door of what does not hold yet.
                try (Node early = new Node("early", "url", free)) {
                    Node.patiently().until(() -> early.downs.stream().anyMatch(why -> why.contains("closed the connection")));
                    assertThat(early.isUp()).isFalse();
                }
            }
            Node late = new Node("late", "url", free);
            Node.patiently().until(() -> late.downs.stream().anyMatch(why -> why.contains("can't connect to " + free)));
            late.close();
            List<Long> heard = first.hear("/a");
            publish(one, 1).forEach(Node::done);
            Node.patiently().untilAsserted(() -> assertThat(heard).hasSize(1));
            assertThat(one.downs).isEmpty();
            assertThat(first.downs).isEmpty();
        }
    }

    @Test
    void doorsComeAndGo() {
        String next = "tcp://127.0.0.1:" + FreePort.next();
        try (Node first = router(at).connected();
                Node one = new Node("one", "url", at + "," + next).connected()) {
            List<Long> heard = one.hear("/a");
            try (Node second = router(at + "," + next).connected()) {
                first.close();
                try (Node third = router(next).connected()) {
                    second.close();
                    Node.patiently().until(() -> !one.downs.isEmpty());
                    one.connected();
                    publish(third, 1).forEach(Node::done);
                    Node.patiently().untilAsserted(() -> assertThat(heard).hasSize(1));
                    try (Node late = new Node("late", "url", at)) {
                        Node.patiently().until(() -> late.downs.stream().anyMatch(why -> why.contains("can't connect to " + at)));
                    }
                }
            }
        }
    }

    @Test
    void aDoorIsEncryptedWhereItWasNot() throws Exception {
        Certificates made = new Certificates(directory, "127.0.0.1", "router", "one");
        String safe = "tls://127.0.0.1:" + port;
        try (Node first = router(at).connected(); Node plain = new Node("plain", "url", at).connected()) {
            try (Node second = router(safe, "tls.cert", made.pem("router"), "tls.key", made.key("router")).connected()) {
                first.close();
                Node.patiently().until(() -> !plain.downs.isEmpty());
                try (Node one = new Node("one", "url", safe, "tls.ca", made.pem("ca")).connected()) {
                    List<Long> heard = second.hear("/a");
                    publish(one, 1).forEach(Node::done);
                    Node.patiently().untilAsserted(() -> assertThat(heard).hasSize(1));
                }
                assertThat(plain.isUp()).isFalse();
            }
        }
    }

    @Test
    void keysStayInTheSameFile() {
        String keys = directory.resolve("keys").toString();
        try (Node first = router(at, "state.file", keys).connected();
                Node one = new Node("one", "url", at).connected()) {
            Node.done(put(one, "/kept", "here", Lifetime.DURABLE));
            assertThatThrownBy(() -> router(at, "state.file", directory.resolve("others").toString()))
                    .hasMessageContaining("bus 'main': state.file: can't be another while the router runs");
            try (Node second = router(at, "state.file", keys, "state.max", "1").connected()) {
                first.close();
                assertThat(Node.done(second.link.get(Name.of("/kept"))).map(Value::body)).contains("here");
                assertThatThrownBy(() -> Node.done(put(one, "/more", "too many", Lifetime.DURABLE))).hasMessageContaining("(state.max)");
            }
        }
        try (Node anew = router(at, "state.file", keys).connected()) {
            assertThat(Node.done(anew.link.get(Name.of("/kept"))).map(Value::body)).contains("here");
        }
    }

    private static CompletionStage<Void> put(Node by, String key, String value, Lifetime life) {
        return by.link.put(Name.of(key), Optional.of(new Value(value, "", "one/tests/1")), life);
    }

    @Test
    void aRouterIsLinkedToAnotherAndToNone() {
        String above = "tcp://127.0.0.1:" + FreePort.next();
        String beside = "tcp://127.0.0.1:" + FreePort.next();
        try (Node root = new Node("root", "mode", "router", "listen", above).connected();
                Node aside = new Node("aside", "mode", "router", "listen", beside).connected();
                Node first = router(at).connected();
                Node one = new Node("one", "url", at).connected()) {
            List<Long> atRoot = root.hear("/a");
            List<Long> atAside = aside.hear("/a");
            try (Node second = router(at, "uplink", above).connected()) {
                first.close();
                Node.patiently().untilAsserted(() -> {
                    publish(one, 1).forEach(Node::done);
                    assertThat(atRoot).isNotEmpty();
                });
                try (Node third = router(at, "uplink", beside).connected()) {
                    second.close();
                    Node.patiently().untilAsserted(() -> {
                        publish(one, 1).forEach(Node::done);
                        assertThat(atAside).isNotEmpty();
                    });
                    assertThat(one.downs).isEmpty();
                    assertThat(third.downs).isEmpty();
                }
            }
        }
    }

    @Test
    void aSmallerWindowStopsNothingThatWaits() throws Exception {
        try (Node first = router(at, "window", "64").connected();
                Node one = new Node("one", "url", at).connected();
                Node other = new Node("other", "url", at).connected()) {
            CompletableFuture<Void> free = new CompletableFuture<>();
            List<Long> heard = Collections.synchronizedList(new ArrayList<>());
            Node.done(other.link.subscribe(Pattern.of("/a"), Qos.DEFAULT, message -> {
                heard.add(message.sequence());
                return free;
            }).ready());
            publish(one, 400).forEach(Node::done);
            try (Node second = router(at, "window", "1").connected()) {
                first.close();
                free.complete(null);
                Node.patiently().untilAsserted(() -> assertThat(heard).isEqualTo(firstOf(400)));
                assertThat(second.downs).isEmpty();
            }
        }
    }
}
