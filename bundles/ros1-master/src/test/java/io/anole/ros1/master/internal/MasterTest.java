package io.anole.ros1.master.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real rosmaster has not got, or nobody could see there. */
class MasterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(Limits.DEFAULT);
    private Master master;
    private XmlRpcClient client;

    static Master.Settings settings(String host, int port) {
        return new Master.Settings(host, false, port, "", 512, 4, 50_000, 1 << 20, PATIENCE, "noetic", "1.16.0");
    }

    @BeforeEach
    void open() throws IOException {
        master = new Master(xmlRpc, settings("127.0.0.1", 0));
        client = xmlRpc.client(master.uri(), new ClientOptions(PATIENCE, 100_000));
    }

    @AfterEach
    void close() {
        master.close();
        xmlRpc.close();
    }

    private Object call(String method, Object... params) throws Exception {
        return client.call(method, List.of(params)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Object value(String method, Object... params) throws Exception {
        List<?> triple = (List<?>) call(method, params);
        assertThat(triple.get(0)).as("%s", triple).isEqualTo(1);
        return triple.get(2);
    }

    private String node(String name, XmlRpcHandler handler) throws IOException {
        return "http://127.0.0.1:" + xmlRpc.serve(ServerOptions.of(name, new InetSocketAddress(InetAddress.getLoopbackAddress(),
                0)), handler).address().getPort() + "/";
    }

    @Test
    void what_a_roscore_sets_is_there() throws Exception {
        assertThat((String) value("getParam", "/me", "/run_id")).hasSize(36);
        assertThat(value("getParam", "/me", "/rosdistro")).isEqualTo("noetic\n");
        assertThat(value("getUri", "/me")).isEqualTo("http://127.0.0.1:" + master.port() + "/");
        assertThat(value("getPid", "/me")).isEqualTo((int) ProcessHandle.current().pid());
    }

    /** Anybody who reaches it could: a process of the robot is not stopped from outside. */
    @Test
    void nobody_shuts_it_down() throws Exception {
        assertThat(call("shutdown", "/me", "please")).isEqualTo(List.of(0,
                "this master is part of Anole and is stopped there", 0));
        assertThat(value("getUri", "/me")).isEqualTo(master.uri());
    }

    /** A node that hangs, one that is gone, and one whose URI is none. */
    @Test
    void a_dead_node_delays_nobody() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        String hangs = node("hangs", (method, params) -> {
            never.await();
            return List.of(1, "", 0);
        });
        String lives = node("lives", (method, params) -> {
            heard.add(params.get(2));
            return List.of(1, "", 0);
        });
        int gone;
        try (ServerSocket socket = new ServerSocket(0)) {
            gone = socket.getLocalPort();
        }
        value("registerSubscriber", "/hangs", "/t", "*", hangs);
        value("registerSubscriber", "/gone", "/t", "*", "http://127.0.0.1:" + gone + "/");
        value("registerSubscriber", "/none", "/t", "*", "http://");
        value("registerSubscriber", "/lives", "/t", "*", lives);
        value("registerPublisher", "/p", "/t", "a/B", "http://127.0.0.1:9/");

        await().atMost(PATIENCE).until(() -> heard.equals(List.of(List.of("http://127.0.0.1:9/"))));
        never.countDown();
        await().atMost(PATIENCE).until(() -> master.notifier().told() == 2 && master.notifier().failed() == 2);
    }

    /** The last word of what waits is what counts. */
    @Test
    void a_slow_node_hears_the_last_of_each_and_in_order() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        String slow = node("slow", (method, params) -> {
            heard.add(params.get(1) + "=" + params.get(2));
            first.countDown();
            go.await();
            return List.of(1, "", 0);
        });
        assertThat(value("subscribeParam", "/slow", slow, "/a")).isEqualTo(Map.of());
        value("setParam", "/me", "/a", 0);
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i <= 1000; i++) {
            value("setParam", "/me", "/a", Map.of("b", i));
            value("setParam", "/me", "/a/b", -i);
        }
        value("deleteParam", "/me", "/a/b");
        go.countDown();
        value("setParam", "/me", "/a/c", true);

        await().atMost(PATIENCE).until(() -> heard.contains("/a/c/=true"));
        assertThat(heard).containsExactly("/a/=0", "/a/={b=1000}", "/a/b/={}", "/a/c/=true");
    }

    @Test
    void a_node_that_wants_no_more_of_a_parameter_hears_no_more() throws Exception {
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        String api = node("forgetful", (method, params) -> {
            heard.add(params.get(2));
            return List.of(-1, "not subscribed", 0);
        });
        value("subscribeParam", "/forgetful", api, "/a");
        value("setParam", "/me", "/a", 1);
        await().atMost(PATIENCE).until(() -> ((List<?>) call("lookupNode", "/me", "/forgetful")).get(0).equals(-1));
        value("setParam", "/me", "/a", 2);
        assertThat(heard).containsExactly(1);
    }

    @Test
    void there_is_a_most_of_everything() throws Exception {
        String big = "x".repeat(400_000);
        value("setParam", "/me", "/a", big);
        value("setParam", "/me", "/b", big);
        assertThat(call("setParam", "/me", "/c", big)).isEqualTo(List.of(0,
                "parameters take more than 1048576 bytes, which is the most the master keeps (max.parameter.bytes)", 0));
        for (int i = 0; i < 20; i++) {
            value("setParam", "/me", "/a/deep/er", i);
            value("setParam", "/me", "/a", big);
        }
        value("deleteParam", "/me", "/a");
        value("setParam", "/me", "/c", big);
        assertThat((List<?>) call("lookupNode", "/me", "/" + "n".repeat(2000))).first().isEqualTo(-1);

        try (XmlRpc.Standalone another = XmlRpc.standalone(Limits.DEFAULT);
                Master small = new Master(another, new Master.Settings("127.0.0.1", false, 0, "", 8, 1, 4, 1024,
                        Duration.ofSeconds(1), "noetic", ""))) {
            XmlRpcClient to = xmlRpc.client(small.uri(), ClientOptions.DEFAULT);
            List<Object> codes = new ArrayList<>();
            for (String topic : List.of("/1", "/2", "/3", "/1")) {
                codes.add(((List<?>) to.call("registerPublisher", List.of("/n", topic, "a/B", "http://127.0.0.1:9/"))
                        .get(20, TimeUnit.SECONDS)).get(0));
            }
            assertThat(codes).containsExactly(1, 1, 0, 1);
        }
    }

    @Test
    void what_is_configured_wrong_is_said_in_one_line() {
        assertThatThrownBy(() -> new Master(xmlRpc, settings("0.0.0.0", 0))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("host: '0.0.0.0' is every interface of this machine");
        assertThatThrownBy(() -> new Master(xmlRpc, settings("no-such-host.invalid", 0)))
                .hasMessage("host: 'no-such-host.invalid' is no address of this machine");
        assertThatThrownBy(() -> settings("127.0.0.1", 70_000)).hasMessage("port: 70000 is not within 0 and 65535");
        assertThatThrownBy(() -> {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                    XmlRpc.Standalone another = XmlRpc.standalone(Limits.DEFAULT)) {
                new Master(another, settings("127.0.0.1", taken.getLocalPort()));
            }
        }).isInstanceOf(IOException.class).hasMessageStartingWith("port: can't listen on 127.0.0.1:")
                .hasMessageEndingWith("; another master may run there");
    }
}
