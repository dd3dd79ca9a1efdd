package io.anole.ros1.master.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import io.anole.testkit.FreePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls to a real rosmaster and to this one: the same answers, and nodes hear the same in the end. */
class DifferentialTest {
    private static final int CALLS = Boolean.getBoolean("anole.soak") ? 50_000 : 1_500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String[] NODES = {"/one", "/two", "/three", "/ns/four", "/ns/five"};
    private static final String[] TOPICS = {"/chatter", "chatter", "~own", "/ns/chatter", "/a//b/", "/", "", "a b", "x:y", "/x"};
    private static final String[] TYPES = {"std_msgs/String", "std_msgs/Int32", "*", "String", "a/b/c", ""};
    private static final String[] KEYS = {"/p", "p", "~p", "/ns/p", "/ns", "/p/q", "p/q/r", "/", "//p//q/", "/t", "/t/u/v", "", "t"};
    private static final String[] NAMES = {"registerPublisher", "registerPublisher", "registerSubscriber", "registerSubscriber",
        "unregisterPublisher", "unregisterSubscriber", "registerService", "unregisterService", "lookupService", "lookupNode",
        "getPublishedTopics", "getTopicTypes", "getSystemState", "setParam", "setParam", "setParam", "getParam", "deleteParam",
        "hasParam", "searchParam", "subscribeParam", "unsubscribeParam", "getParamNames"};

    @TempDir
    private Path directory;

    /** One of the two, with nodes of its own. */
    private static final class Side {
        private final XmlRpcClient client;
        private final List<XmlRpcServer> nodes = new ArrayList<>();
        /** By node and subject, what it has heard last. */
        private final Map<String, Object> heard = new ConcurrentHashMap<>();

        Side(XmlRpc xmlRpc, String name, String uri) throws Exception {
            client = xmlRpc.client(uri, new ClientOptions(PATIENCE, 10));
            for (int i = 0; i <= NODES.length; i++) {
                int node = i;
                nodes.add(xmlRpc.serve(ServerOptions.of(name + i, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        (method, params) -> {
                            heard.put(node + " " + method + " " + (method.equals("shutdown") ? "" : params.get(1)),
                                    plain(params.stream().map(Side::shape).toList()));
                            return List.of(1, "", 0);
                        }));
            }
        }

        /** What rosmaster sends of a map may have changed since: it sends the one that it has. */
        private static Object shape(Object value) {
            return value instanceof Map<?, ?> map && !map.isEmpty() ? "a map" : value;
        }

        String api(int node) {
            return "http://127.0.0.1:" + nodes.get(node).address().getPort() + "/";
        }

        /** With nodes by number: {@code %3} is where the fourth is. */
        private Object own(Object value) {
            return value instanceof String text && text.startsWith("%") ? api(Integer.parseInt(text.substring(1))) : value;
        }

        private Object plain(Object value) {
            if (value instanceof String text) {
                String plain = text;
                for (int i = 0; i < nodes.size(); i++) {
                    plain = plain.replace(api(i), "%" + i);
                }
                // The words of Python for what it never expected.
                return plain.startsWith("Error: invalid arguments: argument of type") ? "not set" : plain;
            }
            if (value instanceof byte[] bytes) {
                return Arrays.toString(bytes);
            }
            if (value instanceof List<?> list) {
                return list.stream().map(this::plain).toList();
            }
            if (value instanceof Map<?, ?> map) {
                Map<Object, Object> plain = new LinkedHashMap<>();
                map.forEach((key, each) -> plain.put(key, plain(each)));
                return plain;
            }
            return value;
        }

        Object call(String method, List<Object> params) throws Exception {
            try {
                return plain(client.call(method, params.stream().map(this::own).toList()).get(PATIENCE.toSeconds(),
                        TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof FaultException fault) {
                    return "fault " + fault.code() + ": " + fault.getMessage();
                }
                throw e;
            }
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 9)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt(100) / 8.0;
            case 3 -> "text " + random.nextInt(3);
            case 4 -> new byte[] {1, (byte) random.nextInt()};
            case 5 -> "";
            case 6 -> List.of(value(random, depth + 1), value(random, depth + 1));
            case 7 -> Map.of();
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (String key : List.of("p", "q", "u", "v")) {
                    if (random.nextBoolean()) {
                        map.put(key, value(random, depth + 1));
                    }
                }
                yield map;
            }
        };
    }

    private static <T> T any(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static List<Object> params(String method, Random random) {
        int node = random.nextInt(NODES.length);
        // Now and then a node comes back elsewhere.
        String api = "%" + (random.nextInt(12) == 0 ? NODES.length : node);
        String caller = NODES[node];
        List<Object> params = new ArrayList<>(List.of(caller));
        switch (method) {
            case "registerPublisher", "registerSubscriber" ->
                params.addAll(List.of(any(random, TOPICS), any(random, TYPES), api));
            case "unregisterPublisher", "unregisterSubscriber" -> params.addAll(List.of(any(random, TOPICS), api));
            case "registerService" -> params.addAll(List.of(any(random, TOPICS), "rosrpc://127.0.0.1:" + node, api));
            case "unregisterService" -> params.addAll(List.of(any(random, TOPICS), "rosrpc://127.0.0.1:" + node));
            case "lookupService" -> params.add(any(random, TOPICS));
            case "lookupNode" -> params.add(any(random, NODES));
            case "getPublishedTopics" -> params.add(random.nextBoolean() ? "" : any(random, KEYS));
            case "setParam" -> params.addAll(List.of(any(random, KEYS), value(random, 0)));
            case "getParam", "deleteParam", "hasParam", "searchParam" -> params.add(any(random, KEYS));
            case "subscribeParam", "unsubscribeParam" -> params.addAll(List.of(api, any(random, KEYS)));
            default -> { }
        }
        switch (random.nextInt(40)) {
            case 0 -> params.remove(params.size() - 1);
            case 1 -> params.add("more");
            case 2 -> params.set(random.nextInt(params.size()), value(random, 0));
            default -> { }
        }
        return params;
    }

    @Test
    void every_answer_is_that_of_rosmaster() throws Exception {
        long seed = Boolean.getBoolean("anole.soak") ? System.nanoTime() : 5;
        Random random = new Random(seed);
        int port = FreePort.next();
        try (XmlRpc.Standalone xmlRpc = XmlRpc.standalone(Limits.DEFAULT);
                Master master = new Master(xmlRpc, MasterTest.settings("127.0.0.1", 0));
                Peers peers = new Peers("http://127.0.0.1:" + port + "/", directory)) {
            peers.start("rosmaster", "--core", "-p", String.valueOf(port));
            Side real = new Side(xmlRpc, "real", "http://127.0.0.1:" + port + "/");
            Side own = new Side(xmlRpc, "own", master.uri());
            await().atMost(PATIENCE).ignoreExceptions().until(() -> real.call("getPid", List.of("/me")) instanceof List);
            for (Side side : List.of(real, own)) {
                side.call("setParam", List.of("/me", "/", Map.of()));
            }
            for (int i = 0; i < CALLS; i++) {
                String method = i % 200 == 199 ? "noSuchMethod" : any(random, NAMES);
                List<Object> params = params(method, random);
                Object expected = real.call(method, params);
                Object answer = own.call(method, params);
                if (method.equals("deleteParam") && expected instanceof List<?> triple && triple.get(1).equals("not set")) {
                    assertThat(((List<?>) answer).get(0)).isEqualTo(-1);
                    continue;
                }
                assertThat(answer).as("seed %d, call %d: %s%s", seed, i, method, params).isEqualTo(expected);
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(own.heard.entrySet()).as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(real.heard.entrySet()));
            assertThat(own.heard.keySet()).anyMatch(subject -> subject.contains("publisherUpdate"))
                    .anyMatch(subject -> subject.contains("paramUpdate")).anyMatch(subject -> subject.contains("shutdown"));
        }
    }
}
