package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may connect, as whom, and what for (B-PS-9, B-PS-18). */
@Timeout(120)
class SecurityTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String CHILD = "robot--planner-5f2c1a";
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    @TempDir
    private Path directory;

    private String file(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines)).toString();
    }

    private static String reason(Node node) {
        Node.patiently().until(() -> !node.downs.isEmpty());
        return node.downs.get(0);
    }

    private static void refused(CompletionStage<?> stage, String why) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertThatThrownBy(() -> future.get(15, TimeUnit.SECONDS)).cause().isInstanceOf(Rejected.class).hasMessage(why);
    }

    @Test
    void whoDoesNotKnowItsTokenStaysOut() throws IOException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        String right = file("right", TOKEN);
        try (Node router = Node.router(at, "clients.file", file("clients", "# who", "r1 " + TOKEN));
                Node known = new Node("r1", "url", at, "token.file", right).connected();
                Node wrong = new Node("r1", "url", at, "token.file", file("wrong", "another"));
                Node unknown = new Node("r2", "url", at, "token.file", right)) {
            assertThat(reason(wrong)).contains("'r1' is not known here, or does not prove that it is that");
            assertThat(reason(unknown)).contains("'r2' is not known here");
            assertThat(router.isUp()).isTrue();
            assertThat(known.downs).isEmpty();
        }
    }

    // G13, B-PS-9
    @Test
    void nobodySendsAsAnother() throws IOException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        Name topic = Name.of("/a");
        try (Node router = Node.router(at, "clients.file", file("clients", "r1 " + TOKEN));
                Node client = new Node("r1", "url", at, "token.file", file("token", TOKEN)).connected()) {
            List<Long> heard = router.hear("/a");
            client.link.advertise(topic, "", Qos.DEFAULT)
                    .publish(new Message(topic, "", Map.of(), 1, "router/forged/1", 1, 0, Message.NEVER));
            assertThat(reason(client)).contains("it is 'r1' and can't send as 'router/forged/1'");
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void aChildShowsItsParentsTokenAndSendsUnderItsOwnIdentityWhatItsParentMay() throws IOException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        Name odom = Name.of("/odom");
        try (Node router = Node.router(at, "clients.file", file("clients", "robot " + TOKEN + " publish=/odom"));
                Node parent = new Node("robot", "url", at, "token.file", file("token", TOKEN)).connected();
                Node child = new Node(CHILD, "url", at, "token.file", file("token", TOKEN)).connected()) {
            List<Long> heard = router.hear("/**");
            Node.done(publish(parent, "/odom"));
            Node.done(publish(child, "/odom"));
            refused(publish(child, "/cmd_vel"), "'" + CHILD + "' may not publish on '/cmd_vel'");
            Node.patiently().until(() -> heard.size() == 2);
            child.link.advertise(odom, "", Qos.DEFAULT).publish(parent.message(odom, 1, Duration.ZERO));
            assertThat(reason(child)).contains("it is '" + CHILD + "' and can't send as 'robot/tests/1'");
            assertThat(parent.downs).isEmpty();
            assertThat(heard).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"robot, 0123456789abcdef,, true", "robot--planner-5f2c1a, 0123456789abcdef,, true", "robot--planner-5f2c1a, wrong,, false",
            "robot---_, 0123456789abcdef,, true", "robot--, 0123456789abcdef,, false", "robot-, 0123456789abcdef,, false",
            "robot-planner, 0123456789abcdef,, false", "robotic, 0123456789abcdef,, false", "robo, 0123456789abcdef,, false",
            "--planner, 0123456789abcdef,, false", "nobody--planner, 0123456789abcdef,, false",
            // Who has an entry of its own is nobody's child, and its children are no one else's.
            "robot-arm, 0123456789abcdef,, false", "robot-arm--x, 0123456789abcdef,, false", "robot-arm--x, of-arm-itself-too,, true",
            "robot--own, 0123456789abcdef,, false", "robot--own, of-own-and-nobody,, true", "robot--own--x, 0123456789abcdef,, false",
            "robot--own--x, of-own-and-nobody,, true", "robot--arm, 0123456789abcdef,, true",
            // What precedes a slash is who sends.
            "robot--own/x, 0123456789abcdef,, false", "robot--a/b, 0123456789abcdef,, false", "'robot--a b', 0123456789abcdef,, false",
            "cam--x,, cam, true", "cam--x,, robot, false", "cam--x,, cam--x, false", "cam--x, tls,, false", "cam, 0123456789abcdef, robot, false"})
    void whoShowsWhatProvesAnIdentityMayCallItselfThatOrAChildOfIt(String identity, String token, String certified, boolean admitted)
            throws Refusal {
        Clients clients = Clients.read(List.of("robot " + TOKEN, "robot-arm of-arm-itself-too", "robot--own of-own-and-nobody", "cam tls"));
        String shown = token == null ? "" : token;
        if (admitted) {
            assertThat(clients.admit(identity, shown, certified).may(Clients.Act.SERVE, Name.of("/a"))).isTrue();
        } else {
            assertThatThrownBy(() -> clients.admit(identity, shown, certified)).isInstanceOf(Refusal.class)
                    .hasMessage("'" + identity + "' is not known here, or does not prove that it is that");
        }
    }

    @Test
    void aChildIsNoRouterAndOneThatHasATokenOfItsOwnShowsThat() throws Exception {
        Clients clients = Clients.read(List.of("robot " + TOKEN + " router put=/k"));
        clients.children(Path.of(file("children", CHILD + " of-the-child-itself")));

        assertThat(clients.admit("robot", TOKEN, null).router()).isTrue();
        Clients.Client other = clients.admit("robot--driver-77aa01", TOKEN, null);
        assertThat(other.router()).isFalse();
        assertThat(other.may(Clients.Act.PUT, Name.of("/k"))).isTrue();
        assertThat(other.may(Clients.Act.PUT, Name.of("/l"))).isFalse();
        assertThat(clients.admit(CHILD, "of-the-child-itself", null).may(Clients.Act.PUT, Name.of("/l"))).isTrue();
        assertThatThrownBy(() -> clients.admit(CHILD, TOKEN, null)).isInstanceOf(Refusal.class);
    }

    @Test
    void aClientDoesWhatItMayAndNothingElse() throws IOException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        String rules = file("clients", "r1 " + TOKEN + " publish=/odom,/scan/** subscribe=/cmd/* serve=/reset put=");
        try (Node router = Node.router(at, "clients.file", rules);
                Node client = new Node("r1", "url", at, "token.file", file("token", TOKEN)).connected()) {
            List<Long> heard = router.hear("/**");
            Node.done(publish(client, "/odom"));
            Node.done(publish(client, "/scan/front/left"));
            refused(publish(client, "/cmd_vel"), "'r1' may not publish on '/cmd_vel'");
            Node.done(client.link.subscribe(Pattern.of("/cmd/*"), Qos.DEFAULT, message -> TAKEN).ready());
            refused(client.link.subscribe(Pattern.of("/cmd/**"), Qos.DEFAULT, message -> TAKEN).ready(),
                    "'r1' may not subscribe to '/cmd/**'");
            Node.done(client.link.serve(Name.of("/reset"), CompletableFuture::completedStage).ready());
            refused(client.link.serve(Name.of("/stop"), CompletableFuture::completedStage).ready(), "'r1' may not serve '/stop'");
            refused(client.link.put(Name.of("/k"), Optional.of(new Value(1, "", "r1/x")), Lifetime.DURABLE), "'r1' may not put '/k'");
            Node.patiently().until(() -> heard.size() == 2);
            assertThat(router.drops).containsEntry(Drop.FORBIDDEN, 1L);
            assertThat(client.downs).isEmpty();
        }
    }

    // each router asks who links itself to it, and its rules hold for all that is behind
    @Test
    void aRouterBelowDoesWhatItMay() throws IOException {
        String at = "tcp://127.0.0.1:" + FreePort.next();
        String low = "tcp://127.0.0.1:" + FreePort.next();
        String token = file("token", TOKEN);
        try (Node root = Node.router(at, "clients.file", file("clients", "r1 " + TOKEN + " router publish=/odom put=/k/**", "r2 " + TOKEN));
                Node middle = new Node("r1", "mode", "router", "listen", low, "uplink", at, "uplink.token.file", token).connected();
                Node client = new Node("c", "url", low).connected();
                Node other = new Node("r2", "mode", "router", "listen", "tcp://127.0.0.1:0", "uplink", at, "uplink.token.file", token)
                        .connected()) {
            List<Long> heard = root.hear("/**");
            Name inside = Name.of("/k/inside");
            Node.patiently().untilAsserted(() -> {
                Node.done(client.link.put(inside, Optional.of(new Value(1, "", "c/x")), Lifetime.DURABLE));
                assertThat(Node.done(root.link.get(inside))).isPresent();
            });
            Node.done(client.link.put(Name.of("/x"), Optional.of(new Value(1, "", "c/x")), Lifetime.DURABLE));
            Node.done(publish(client, "/cmd_vel"));
            Node.done(publish(client, "/odom"));
            Node.patiently().until(() -> heard.size() == 1);
            assertThat(heard).containsExactly(2L);
            assertThat(Node.done(middle.link.get(Name.of("/x")))).isPresent();
            assertThat(Node.done(root.link.get(Name.of("/x")))).isEmpty();
            assertThat(Node.done(other.link.get(inside))).isEmpty();
            assertThat(root.drops).containsEntry(Drop.FORBIDDEN, 1L);
        }
    }

    private static CompletionStage<Void> publish(Node by, String topic) {
        Name name = Name.of(topic);
        return by.link.advertise(name, "", Qos.DEFAULT).publish(by.message(name, 1, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a, true", "/a, /b, false", "/*, /a, true", "/*, /*, true", "/a, /*, false", "/**, /*, true", "/*, /**, false",
            "/a/**, /a, true", "/a/**, /a/b/**, true", "/a/*, /a, false", "/a/*, /a/b/c, false", "/**, /**, true"})
    void aWidePatternCoversANarrowOne(String wide, String narrow, boolean covers) {
        assertThat(Clients.covers(Pattern.of(wide).segments(), Pattern.of(narrow).segments())).isEqualTo(covers);
    }

    @Test
    void bothSidesShowACertificate() throws Exception {
        Certificates made = new Certificates(directory, "127.0.0.1", "router", "r1", "r2");
        String at = "tls://127.0.0.1:" + FreePort.next();
        String ca = made.pem("ca");
        try (Node router = Node.router(at, "tls.ca", ca, "tls.cert", made.pem("router"), "tls.key", made.key("router"), "clients.file",
                file("clients", "r1 tls"));
                Node known = new Node("r1", "url", at, "tls.ca", ca, "tls.cert", made.pem("r1"), "tls.key", made.key("r1")).connected();
                Node child = new Node("r1--planner-5f2c1a", "url", at, "tls.ca", ca, "tls.cert", made.pem("r1"), "tls.key", made.key("r1"))
                        .connected();
                Node pretender = new Node("r1", "url", at, "tls.ca", ca, "tls.cert", made.pem("r2"), "tls.key", made.key("r2"));
                Node strangersChild = new Node("r1--planner-5f2c1a", "url", at, "tls.ca", ca, "tls.cert", made.pem("r2"), "tls.key", made.key("r2"));
                Node stranger = new Node("r1", "url", at, "tls.cert", made.pem("r1"), "tls.key", made.key("r1"));
                Node anonymous = new Node("r1", "url", at, "tls.ca", ca);
                Node plain = new Node("r1", "url", at.replace("tls", "tcp"))) {
            List<Long> heard = router.hear("/a");
            Node.done(publish(known, "/a"));
            Node.done(publish(child, "/a"));
            Node.patiently().until(() -> heard.size() == 2);
            assertThat(reason(pretender)).contains("does not prove that it is that");
            assertThat(reason(strangersChild)).contains("does not prove that it is that");
            assertThat(reason(stranger)).contains("TLS: ").contains("certification path");
            assertThat(reason(anonymous)).startsWith("lost ");
            assertThat(reason(plain)).startsWith("lost ");
            assertThat(known.downs).isEmpty();
            assertThat(pretender.isUp() || stranger.isUp() || anonymous.isUp() || plain.isUp()).isFalse();
        }
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        wrong("mode: 'server' is neither router nor client", "mode", "server");
        wrong("url: 'http://x' is no address; write tcp://host:port, tls://host:port or unix:path", "url", "http://x");
        wrong("url: 'tcp://::1' is no address; write tcp://host:port, tls://host:port or unix:path", "url", "tcp://::1");
        for (String far : List.of("tcp://127.0.0.1:70447", "tls://[::1]:65536", "tcp://127.0.0.1:99999999999")) {
            String told = ": '" + far + "': a port is 1 to 65535, or 0 for any that is free where a router listens";
            wrong("url" + told, "url", far);
            wrong("listen" + told, "mode", "router", "listen", far);
        }
        wrong("listen: 'tcp://0.0.0.0:1' can be reached from outside: write tls://, with tls.cert and tls.key, and with tls.ca or"
                + " clients.file to know who connects; or listen on 127.0.0.1 or unix:path", "mode", "router", "listen", "tcp://0.0.0.0:1");
        wrong("tls.cert: a router that listens on tls:// needs tls.cert and tls.key, PEM files", "mode", "router", "listen", "tls://127.0.0.1:1");
        wrong("codec: 'xml' is neither cbor nor json", "codec", "xml");
        String bad = file("bad", "# who", "r1 short");
        wrong("clients.file: '" + bad + "', line 2: write an identity, and a token of 16 characters or more, or tls", "mode", "router",
                "clients.file", bad);
        String rule = file("rule", "r1 tls publish=/a publsh=/b");
        wrong("clients.file: '" + rule + "', line 1: 'publsh' is none of publish, subscribe, serve and put", "mode", "router",
                "clients.file", rule);
        assertThatThrownBy(() -> new Node("r1", "listen", "unix:/x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bus 'main': listen: is no setting of the tcp provider in the mode client; there are [codec,");
    }

    private static void wrong(String message, Object... settings) {
        assertThatThrownBy(() -> new Node("r1", settings)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus 'main': " + message);
    }
}
