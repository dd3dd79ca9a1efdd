package io.anole.benchmarks.peers.internal;

import io.anole.bus.Bus;
import io.anole.bus.Caller;
import io.anole.bus.Publisher;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.TypeName;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.ros1.internal.Ros1Provider;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.types.geometry.Twist;
import io.anole.types.sensor.Image;
import io.anole.types.std.Header;
import io.anole.types.std.Int64;
import io.anole.types.std.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process of a pair, here with Anole's node; {@code rosnode.py} and {@code rosnode.cpp} are the same with rospy and roscpp.
 * Arguments: its role and the pair's name, which begins the names of all its topics. It says {@code ready}, and ends with its
 * standard input.
 *
 * <p>{@code hear} counts what comes on three topics and tells the sum of all on the topic {@code ack}, each 64 messages of
 * {@code text} and {@code twist} and each {@code image}; answers each {@code ping} by a {@code pong}; and serves {@code set}.
 * {@code send} takes orders: {@code flood TOPIC SIZE WINDOW MILLIS}, answered by messages per second until the last is told to have
 * arrived, and how many; {@code ping MILLIS}, {@code call MILLIS} and {@code call-once MILLIS}, answered by how short half and
 * 99 of 100 of the round trips are, in us. What does not arrive within 10 s ends it.
 */
final class RosNode {
    private static final int EVERY = 64;
    private static final long BOUND_MS = 10_000;
    private static final List<String> TOPICS = List.of("text", "twist", "image");

    private final Hub hub;
    private final Bus bus;
    private final String prefix;
    private final Count acked = new Count();
    private final Count ponged = new Count();
    private final Map<String, Publisher<Object>> publishers = new HashMap<>();
    private long sent;
    private long pinged;

    @TypeName("std_srvs/SetBoolRequest")
    record Request(boolean data) {
    }

    @TypeName("std_srvs/SetBoolResponse")
    record Answer(boolean success, String message) {
    }

    private interface Trip {
        void run() throws Exception;
    }

    /** What a handler has seen, and who waits for it. */
    private static final class Count {
        private long value;

        synchronized void set(long to) {
            value = to;
            notifyAll();
        }

        synchronized void more() {
            value++;
            notifyAll();
        }

        synchronized void await(long least) throws InterruptedException, TimeoutException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOUND_MS);
            while (value < least) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new TimeoutException((least - value) + " messages did not arrive");
                }
                wait(left);
            }
        }
    }

    private RosNode(String role, String name, Map<String, Object> properties) throws InterruptedException {
        hub = new Hub(HubConfig.of("bench", name + "-" + role, "ros1"), new RecordShapes());
        hub.open(new Ros1Provider(XmlRpc.standalone(io.anole.ros1.xmlrpc.Limits.DEFAULT), new JsonCodec(Limits.DEFAULT),
                new CborCodec(Limits.DEFAULT)), "ros1", properties);
        bus = hub.view("bench", null);
        prefix = "/bench/" + name + "/";
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOUND_MS);
        while (bus.statistics().link() != LinkState.UP) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no link: " + bus.statistics().detail());
            }
            Thread.sleep(5);
        }
    }

    public static void main(String[] args) throws Exception {
        RosNode node = new RosNode(args[0], args[1], Map.of("connect.wait.ms", BOUND_MS));
        if (args[0].equals("hear")) {
            node.hear();
        } else {
            node.send(args[1]);
        }
        System.exit(0);
    }

    private static void ready() {
        System.out.println("ready");
    }

    private void hear() throws IOException {
        Publisher<Int64> ack = bus.publisher(prefix + "ack", Int64.class);
        AtomicLong total = new AtomicLong();
        count("text", Text.class, EVERY, total, ack);
        count("twist", Twist.class, EVERY, total, ack);
        count("image", Image.class, 1, total, ack);
        Publisher<Text> pong = bus.publisher(prefix + "pong", Text.class);
        bus.subscribe(prefix + "ping", Text.class, pong::publish).ready().toCompletableFuture().join();
        bus.serve(prefix + "set", Request.class, Answer.class,
                (body, request) -> CompletableFuture.completedFuture(new Answer(body.data(), ""))).ready().toCompletableFuture().join();
        ready();
        System.in.transferTo(System.out);
    }

    private <T> void count(String topic, Class<T> type, int every, AtomicLong total, Publisher<Int64> ack) {
        long[] count = new long[1];
        bus.subscribe(prefix + topic, type, body -> {
            long sum = total.incrementAndGet();
            if (++count[0] % every == 0) {
                ack.publish(new Int64(sum));
            }
        }).ready().toCompletableFuture().join();
    }

    private void send(String name) throws Exception {
        for (String topic : TOPICS) {
            publishers.put(topic, bus.publisher(prefix + topic, Object.class));
        }
        bus.subscribe(prefix + "ack", Int64.class, sum -> acked.set(sum.data())).ready().toCompletableFuture().join();
        bus.subscribe(prefix + "pong", Text.class, pong -> ponged.more()).ready().toCompletableFuture().join();
        Bus once = new RosNode("once", name, Map.of("calls.idle.ms", 0)).bus;
        ready();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            System.out.println(switch (words[0]) {
                case "flood" -> flood(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]), Long.parseLong(words[4]));
                case "ping" -> ping(Long.parseLong(words[1]));
                case "call" -> call(bus, Long.parseLong(words[1]));
                default -> call(once, Long.parseLong(words[1]));
            });
        }
    }

    private String flood(String topic, int size, int window, long millis) throws Exception {
        Object still = switch (topic) {
            case "text" -> new Text("x".repeat(size));
            case "image" -> new Image(Header.blank(), 1, size, "mono8", 0, size, new byte[size]);
            default -> null;
        };
        Publisher<Object> out = publishers.get(topic);
        int every = topic.equals("image") ? 1 : EVERY;
        long time = TimeUnit.MILLISECONDS.toNanos(millis);
        long before = sent;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time) {
            for (int i = 0; i < every; i++) {
                acked.await(sent - window + 1);
                out.publish(still == null ? Twist.of(sent, 0) : still);
                sent++;
            }
        }
        acked.await(sent);
        long count = sent - before;
        return String.format(Locale.ROOT, "%.1f %d", count * 1e9 / (System.nanoTime() - begin), count);
    }

    private String ping(long millis) throws Exception {
        try (Publisher<Text> out = bus.publisher(prefix + "ping", Text.class)) {
            Text body = new Text("x".repeat(20));
            return trips(millis, () -> {
                long next = ++pinged;
                out.publish(body);
                ponged.await(next);
            });
        }
    }

    private String call(Bus by, long millis) throws Exception {
        try (Caller<Request, Answer> caller = by.caller(prefix + "set", Request.class, Answer.class)) {
            Request body = new Request(true);
            return trips(millis, () -> {
                if (!caller.call(body).get(BOUND_MS, TimeUnit.MILLISECONDS).success()) {
                    throw new IllegalStateException("a wrong answer");
                }
            });
        }
    }

    private static String trips(long millis, Trip trip) throws Exception {
        long time = TimeUnit.MILLISECONDS.toNanos(millis);
        long[] trips = new long[1 << 20];
        int n = 0;
        long begin = System.nanoTime();
        for (long now = begin; now - begin < time && n < trips.length;) {
            trip.run();
            long then = System.nanoTime();
            trips[n++] = then - now;
            now = then;
        }
        Arrays.sort(trips, 0, n);
        return String.format(Locale.ROOT, "%.1f %.1f", trips[n / 2] / 1e3, trips[n * 99 / 100] / 1e3);
    }
}
