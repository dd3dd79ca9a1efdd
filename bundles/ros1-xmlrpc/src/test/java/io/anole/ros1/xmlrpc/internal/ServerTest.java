package io.anole.ros1.xmlrpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers and clients, over sockets. */
class ServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Limits LIMITS = limits(PATIENCE);
    private static final ClientOptions PATIENT = new ClientOptions(PATIENCE, 1024);
    private static final String PID = "<methodCall><methodName>getPid</methodName></methodCall>";

    private final Network network = new Network(LIMITS);

    private static Limits limits(Duration requestTimeout) {
        return new Limits(64 << 10, 256 << 10, 2048, 16, 10_000, 60_000, requestTimeout, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        network.close();
    }

    private static Object echo(String method, List<Object> params) throws FaultException {
        return switch (method) {
            case "echo" -> params;
            case "getPid" -> 42;
            case "fault" -> throw new FaultException(7, "no");
            case "bug" -> throw new IllegalStateException("oh");
            case "null" -> Collections.singletonList(null);
            default -> throw new FaultException(1, "unknown method '" + method + "'");
        };
    }

    private static ServerOptions options(String name, int port, int connections, Duration linger) {
        return new ServerOptions(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), connections, 2, linger);
    }

    private XmlRpcServer serve(String name, XmlRpcHandler handler) throws IOException {
        return network.serve(options(name, 0, 8, PATIENCE), handler);
    }

    private static String uri(XmlRpcServer server) {
        return "http://127.0.0.1:" + server.address().getPort() + "/";
    }

    private static Object get(CompletableFuture<Object> answer) throws Exception {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static Socket connect(XmlRpcServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String post(String version, String headers, String body) {
        return "POST / HTTP/" + version + "\r\nContent-Length: " + body.length() + "\r\n" + headers + "\r\n" + body;
    }

    /** All that comes until the connection is closed. */
    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!answer.toString().endsWith("</methodResponse>")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void calls_are_answered_with_values_and_faults() throws Exception {
        XmlRpcServer server = serve("node", ServerTest::echo);
        XmlRpcClient client = network.client(uri(server), PATIENT);

        assertThat(get(client.call("echo", List.of(1, true, 2.5, "\u20ac", List.of(Map.of("a", 1))))))
                .isEqualTo(List.of(1, true, 2.5, "\u20ac", List.of(Map.of("a", 1))));
        assertThatThrownBy(() -> get(client.call("fault", List.of()))).isInstanceOfSatisfying(FaultException.class,
                fault -> assertThat(fault.code()).isEqualTo(7)).hasMessage("no");
        assertThatThrownBy(() -> get(client.call("bug", List.of()))).isInstanceOf(FaultException.class)
                .hasMessage("java.lang.IllegalStateException: oh");
        assertThatThrownBy(() -> get(client.call("null", List.of()))).isInstanceOf(FaultException.class)
                .hasMessage("answer[0]: null is no value of XML-RPC");
        assertThat(server.counters().calls()).isEqualTo(4);
        assertThat(server.counters().faults()).isEqualTo(3);
        assertThat(server.counters().connections()).isEqualTo(1);
        assertThat(network.memory().used()).isZero();
    }

    /** Without it launch files break. */
    @Test
    void several_calls_in_one() throws Exception {
        XmlRpcClient client = network.client(uri(serve("node", ServerTest::echo)), PATIENT);

        assertThat(get(client.call("system.multicall", List.of(List.of(
                Map.of("methodName", "echo", "params", List.of("a")),
                Map.of("methodName", "fault", "params", List.of()),
                Map.of("methodName", "system.multicall", "params", List.of(List.of())),
                Map.of("methodName", "getPid", "params", List.of()))))))
                .isEqualTo(List.of(List.of(List.of("a")), Map.of("faultCode", 7, "faultString", "no"),
                        Map.of("faultCode", 1, "faultString", "system.multicall within system.multicall"), List.of(42)));
    }

    @Test
    void HTTP_1_0_and_1_1_are_spoken_each_in_its_way() throws Exception {
        XmlRpcServer server = serve("node", ServerTest::echo);
        try (Socket old = connect(server)) {
            send(old, post("1.0", "", PID));
            assertThat(all(old)).startsWith("HTTP/1.1 200").contains("<i4>42</i4>", "connection: close");
        }
        try (Socket kept = connect(server)) {
            // roscpp's own way: two at once, and a header in another case
            send(kept, post("1.1", "content-type: text/xml\r\n", PID) + post("1.1", "", PID));
            assertThat(answer(kept)).contains("<i4>42</i4>");
            assertThat(answer(kept)).contains("<i4>42</i4>");
            send(kept, "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            assertThat(kept.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length())).asString()
                    .startsWith("HTTP/1.1 100");
            send(kept, "10\r\n" + PID.substring(0, 16) + "\r\n" + Integer.toHexString(PID.length() - 16) + "\r\n"
                    + PID.substring(16) + "\r\n0\r\n\r\n");
            assertThat(answer(kept)).contains("<i4>42</i4>");
            send(kept, post("1.1", "Connection: close\r\n", PID));
            assertThat(all(kept)).contains("<i4>42</i4>");
        }
    }

    @Test
    void what_is_no_call_is_refused_counted_and_closed() throws Exception {
        XmlRpcServer server = serve("node", ServerTest::echo);
        List<String[]> cases = List.of(
                new String[] {"rubbish\r\n\r\n", "400 Bad Request"},
                new String[] {"GET / HTTP/1.1\r\n\r\n", "405 Method Not Allowed"},
                new String[] {"POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "404 Not Found"},
                new String[] {"POST / HTTP/1.1\r\nX: " + "y".repeat(3000) + "\r\n\r\n", "400 Bad Request"},
                new String[] {"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", "413 Request Entity Too Large"},
                new String[] {post("1.1", "Content-Encoding: gzip\r\n", PID), "415 Unsupported Media Type"},
                new String[] {post("1.1", "", "no xml"), "faultCode"},
                new String[] {post("1.1", "", ""), "faultCode"});
        for (String[] each : cases) {
            try (Socket socket = connect(server)) {
                send(socket, each[0]);
                assertThat(all(socket)).contains(each[1]);
            }
        }
        assertThat(server.counters().malformed()).isEqualTo(cases.size());

        try (Socket browser = connect(server)) {
            send(browser, post("1.1", "Origin: http://evil.example\r\n", PID));
            assertThat(all(browser)).contains("403 Forbidden");
        }
        assertThat(server.counters().refused()).isEqualTo(1);
        assertThat(server.counters().calls()).isZero();
    }

    /** Slow loris, and who never takes an answer: both let go, and others are served meanwhile. */
    @Test
    void who_sends_slowly_is_closed() throws Exception {
        // Only here it is short: elsewhere nobody is slow on purpose, and a machine may be.
        try (Network hasty = new Network(limits(Duration.ofMillis(500)))) {
            XmlRpcServer server = hasty.serve(options("node", 0, 8, PATIENCE), ServerTest::echo);
            try (Socket slow = connect(server); Socket slower = connect(server)) {
                send(slow, "POST / HTTP/1.1\r\nContent-Le");
                send(slower, post("1.1", "", PID).substring(0, 80));
                assertThat(get(network.client(uri(server), PATIENT).call("getPid", List.of()))).isEqualTo(42);
                assertThat(slow.getInputStream().read()).isEqualTo(-1);
                assertThat(slower.getInputStream().read()).isEqualTo(-1);
            }
            await().atMost(PATIENCE).until(() -> server.counters().timedOut() == 2);
            assertThat(hasty.memory().used()).isZero();
        }
    }

    @Test
    void connections_beyond_the_most_are_closed_and_counted() throws Exception {
        XmlRpcServer server = serve("node", ServerTest::echo);
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket = connect(server);
            open.add(socket);
            send(socket, post("1.1", "", PID));
            answer(socket);
        }
        try (Socket ninth = connect(server)) {
            assertThat(ninth.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(server.counters().refused()).isEqualTo(1);
        for (Socket socket : open) {
            socket.close();
        }
        await().atMost(PATIENCE).until(() -> server.counters().connections() == 0);
        assertThat(get(network.client(uri(server), PATIENT).call("getPid", List.of()))).isEqualTo(42);
    }

    @Test
    void a_successor_brings_its_own_bounds() throws Exception {
        XmlRpcServer first = serve("node", ServerTest::echo);
        XmlRpcServer second = network.serve(options("node", first.address().getPort(), 1, PATIENCE), ServerTest::echo);
        XmlRpcClient client = network.client(uri(second), PATIENT);
        assertThat(get(client.call("getPid", List.of()))).isEqualTo(42);
        try (Socket another = connect(second)) {
            assertThat(another.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(second.counters().refused()).isEqualTo(1);
    }

    /** A provider is replaced: its node keeps the URI the master knows, and no call is refused meanwhile. */
    @Test
    void the_newest_is_asked_on_the_same_socket_and_the_former_again_when_it_goes() throws Exception {
        XmlRpcServer first = serve("node", (method, params) -> 1);
        int port = first.address().getPort();
        XmlRpcClient client = network.client(uri(first), PATIENT);
        assertThat(get(client.call("who", List.of()))).isEqualTo(1);

        XmlRpcServer second = serve("node", (method, params) -> 2);
        assertThat(second.address().getPort()).isEqualTo(port);
        assertThat(first.current()).isFalse();
        assertThat(get(client.call("who", List.of()))).isEqualTo(2);
        second.close();
        assertThat(first.current()).isTrue();
        assertThat(get(client.call("who", List.of()))).isEqualTo(1);

        first.close();
        assertThat(first.current()).isFalse();
        CompletableFuture<Object> waiting = client.call("who", List.of());
        CompletableFuture<Object> another = network.client(uri(first), PATIENT).call("who", List.of());
        assertThat(waiting).isNotDone();
        XmlRpcServer third = serve("node", (method, params) -> 3);
        assertThat(third.address().getPort()).isEqualTo(port);
        assertThat(get(waiting)).isEqualTo(3);
        assertThat(get(another)).isEqualTo(3);

        assertThatIllegalArgumentException().isThrownBy(() -> network.serve(options("node", port == 1024 ? 1025 : 1024, 8,
                PATIENCE), ServerTest::echo)).withMessage("'node' listens on 127.0.0.1:" + port + " already");
        assertThatThrownBy(() -> network.serve(options("other", port, 8, PATIENCE), ServerTest::echo))
                .isInstanceOf(IOException.class).hasMessageStartingWith("can't listen on localhost:" + port + ": ");
    }

    @Test
    void a_successor_elsewhere_does_not_wait_for_the_socket_that_was_kept() throws Exception {
        XmlRpcServer first = serve("node", (method, params) -> 1);
        InetSocketAddress elsewhere = new InetSocketAddress("127.0.0.2", first.address().getPort());
        first.close();
        XmlRpcServer second = network.serve(new ServerOptions("node", elsewhere, 8, 2, PATIENCE), (method, params) -> 2);
        assertThat(second.address()).isEqualTo(elsewhere);
        assertThat(get(network.client("http://127.0.0.2:" + elsewhere.getPort(), PATIENT).call("who", List.of()))).isEqualTo(2);
        assertThatThrownBy(() -> get(network.client(uri(first), PATIENT).call("who", List.of()))).isInstanceOf(IOException.class);
    }

    @Test
    void a_socket_without_a_successor_is_closed_after_a_while() throws Exception {
        XmlRpcServer server = network.serve(options("node", 0, 8, Duration.ofMillis(100)), ServerTest::echo);
        int port = server.address().getPort();
        XmlRpcClient client = network.client(uri(server), PATIENT);
        assertThat(get(client.call("getPid", List.of()))).isEqualTo(42);
        server.close();

        await().atMost(PATIENCE).until(() -> {
            try (ServerSocket free = new ServerSocket()) {
                free.setReuseAddress(true);
                free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        assertThatThrownBy(() -> get(client.call("getPid", List.of()))).isInstanceOf(IOException.class)
                .hasMessageStartingWith("can't reach " + uri(server) + ": ");
        assertThat(network.serve(options("node", port, 8, Duration.ZERO), ServerTest::echo).address().getPort()).isEqualTo(port);
    }

    /** G12, for a node. */
    @Test
    void close_waits_for_a_call_but_not_for_its_own() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<XmlRpcServer> self = new CompletableFuture<>();
        XmlRpcServer server = serve("node", (method, params) -> {
            if (method.equals("shutdown")) {
                self.get().close();
                return 0;
            }
            inside.countDown();
            go.await();
            return done.incrementAndGet();
        });
        XmlRpcClient client = network.client(uri(server), PATIENT);
        CompletableFuture<Object> running = client.call("slow", List.of());
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        assertThat(closed).isNotDone();
        go.countDown();
        closed.get(20, TimeUnit.SECONDS);
        assertThat(done).hasValue(1);
        assertThat(get(running)).isEqualTo(1);

        XmlRpcServer again = serve("node", (method, params) -> {
            self.get().close();
            return 5;
        });
        self.complete(again);
        assertThat(get(client.call("shutdown", List.of()))).isEqualTo(5);
    }

    @Test
    void a_client_keeps_its_calls_in_order_and_gives_up_what_is_late() throws Exception {
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch never = new CountDownLatch(1);
        XmlRpcServer server = serve("node", (method, params) -> {
            if (method.equals("hang")) {
                never.await();
            }
            heard.add(params.get(0));
            return 0;
        });
        XmlRpcClient client = network.client(uri(server), PATIENT);
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(client.call("note", List.of(i)));
        }
        for (CompletableFuture<Object> call : calls) {
            get(call);
        }
        assertThat(heard).hasSize(200).isSortedAccordingTo((a, b) -> (int) a - (int) b);

        // Not of the hasty one: whose calls wait no longer if this thread is late.
        XmlRpcClient full = network.client(uri(server), new ClientOptions(PATIENCE, 2));
        calls = List.of(full.call("hang", List.of(-1)), full.call("hang", List.of(-2)));
        assertThatThrownBy(() -> get(full.call("note", List.of(-3)))).hasMessageEndingWith("2 calls wait already");

        XmlRpcClient hasty = network.client(uri(server), new ClientOptions(Duration.ofMillis(50), 2));
        CompletableFuture<Object> hangs = hasty.call("hang", List.of(-4));
        CompletableFuture<Object> behind = hasty.call("hang", List.of(-5));
        assertThatThrownBy(() -> get(hangs)).isInstanceOf(TimeoutException.class)
                .hasMessage(uri(server) + ": no answer to 'hang' within 50 ms");
        assertThatThrownBy(() -> get(behind)).isInstanceOf(TimeoutException.class);
        never.countDown();
        for (CompletableFuture<Object> call : calls) {
            assertThat(get(call)).isEqualTo(0);
        }
        await().atMost(PATIENCE).ignoreExceptions().until(() -> get(hasty.call("note", List.of(-6))).equals(0));
    }

    @Test
    void a_call_may_be_made_when_another_is_answered() throws Exception {
        XmlRpcServer server = serve("node", ServerTest::echo);
        XmlRpcClient client = network.client(uri(server), new ClientOptions(PATIENCE, 1));
        CompletableFuture<Object> chain = client.call("getPid", List.of());
        for (int i = 0; i < 50; i++) {
            chain = chain.thenCompose(pid -> client.call("echo", List.of(pid))).thenApply(echo -> ((List<?>) echo).get(0));
        }
        assertThat(get(chain)).isEqualTo(42);
        assertThat(get(client.call("getPid", List.of()).thenApply(pid -> client.call("getPid", List.of()).join()))).isEqualTo(42);
    }

    /** It was closed while idle: the call is sent once more. It was closed in mid-answer: it is not. */
    @Test
    void a_kept_connection_that_was_closed_is_opened_again() throws Exception {
        try (ServerSocket fake = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            XmlRpcClient client = network.client("http://127.0.0.1:" + fake.getLocalPort(), PATIENT);
            String ok = new String(Writer.response(1, LIMITS), StandardCharsets.UTF_8);
            String kept = "HTTP/1.1 200 OK\r\nContent-Length: " + ok.length() + "\r\n\r\n" + ok;

            CompletableFuture<Object> first = client.call("a", List.of());
            Socket one = fake.accept();
            send(one, kept);
            assertThat(get(first)).isEqualTo(1);
            one.close();
            CompletableFuture<Object> second = client.call("b", List.of());
            Socket two = fake.accept();
            send(two, kept);
            assertThat(get(second)).isEqualTo(1);
            CompletableFuture<Object> third = client.call("c", List.of());
            await().atMost(PATIENCE).until(() -> two.getInputStream().available() > 250);
            send(two, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<");
            two.close();
            assertThatThrownBy(() -> get(third)).isInstanceOf(IOException.class);
            CompletableFuture<Object> fourth = client.call("d", List.of());
            try (Socket four = fake.accept()) {
                send(four, "HTTP/1.0 200 OK\r\n\r\n" + ok);
                four.shutdownOutput();
                assertThat(get(fourth)).isEqualTo(1);
            }
        }
    }

    @Test
    void what_servers_answer_wrong_is_told() throws Exception {
        try (ServerSocket fake = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String uri = "http://127.0.0.1:" + fake.getLocalPort();
            XmlRpcClient client = network.client(uri, PATIENT);
            List<String[]> cases = List.of(
                    new String[] {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers HTTP 404 Not Found"},
                    new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "not XML-RPC at line 1, column 1: "},
                    new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + " ".repeat(70_000),
                        "its answer to 'a' is larger than 65536 bytes"},
                    new String[] {"SSH-2.0-OpenSSH\r\n\r\n", "what it answers is no HTTP"},
                    new String[] {"", "closed the connection before it answered 'a'"});
            for (String[] each : cases) {
                CompletableFuture<Object> answer = client.call("a", List.of());
                try (Socket socket = fake.accept()) {
                    socket.setSoTimeout((int) PATIENCE.toMillis());
                    socket.getInputStream().read();
                    send(socket, each[0]);
                    socket.shutdownOutput();
                    assertThatThrownBy(() -> get(answer)).hasMessageContaining(uri + ": " + each[1]);
                }
            }
            await().atMost(PATIENCE).until(() -> network.memory().used() == 0);
        }
        assertThatThrownBy(() -> get(network.client("http://no-such-host.invalid:1/", PATIENT).call("a", List.of())))
                .isInstanceOf(IOException.class).hasMessageContaining("there is no host 'no-such-host.invalid'");
    }

    @Test
    void nothing_hangs_when_all_is_closed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        XmlRpcServer server = serve("node", (method, params) -> {
            never.await();
            return 0;
        });
        XmlRpcClient client = network.client(uri(server), PATIENT);
        CompletableFuture<Object> one = client.call("a", List.of());
        CompletableFuture<Object> two = client.call("b", List.of());
        await().atMost(PATIENCE).until(() -> server.counters().calls() == 1);
        client.close();
        assertThatThrownBy(() -> get(one)).hasMessageEndingWith("this client is closed");
        assertThatThrownBy(() -> get(two)).hasMessageEndingWith("this client is closed");
        assertThatThrownBy(() -> get(client.call("c", List.of()))).hasMessageEndingWith("this client is closed");
        never.countDown();
        server.close();
    }
}
