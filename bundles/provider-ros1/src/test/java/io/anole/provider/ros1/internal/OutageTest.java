package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Outlet;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master that dies, peers that die, lie, or never read. */
class OutageTest {
    private static final boolean SOAK = Boolean.getBoolean("anole.soak");
    private static final int RESTARTS = SOAK ? 100 : 3;
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final String SAYS = """
            import rospy
            from std_msgs.msg import String
            rospy.init_node('talker')
            p = rospy.Publisher('/says', String, queue_size=10, latch=True); p.publish(String('%s'))
            print('READY'); rospy.spin()
            """;
    private final XmlRpc.Standalone standalone = XmlRpc.standalone(Limits.DEFAULT);
    private static final Duration SHORT = Duration.ofMillis(10);
    private Ros ros;
    private Peer peer;

    @BeforeEach
    void open() {
        ros = new Ros();
        peer = new Peer("x", ros.uri()).connected();
    }

    @AfterEach
    void close() {
        peer.close();
        ros.close();
        standalone.close();
    }

    /** Data goes on without a master; and a new one is told everything. */
    @Test
    void aMasterMayDieAndComeBack() {
        Heard heard = peer.hear("/count");
        Peer.done(peer.link.serve(Name.of("/srv"), "std_srvs/TriggerRequest", "",
                request -> CompletableFuture.completedStage(peer.message("/srv", "", Map.of("message", "yes")))).ready());
        try (Peer other = new Peer("other", ros.uri()).connected()) {
            Outlet outlet = other.outlet("/count", "std_msgs/Int32");
            Peer.done(outlet.publish(other.message("/count", "std_msgs/Int32", 1)));
            heard.await(1);
            ros.kill();
            Awaitility.await().atMost(Peer.SOON).until(() -> !peer.isUp() && !other.isUp());
            assertThat(peer.downs).last().asString().contains("does not answer");

            Peer.done(outlet.publish(other.message("/count", "std_msgs/Int32", 2)));
            heard.await(2);
            ros.start();
            peer.connected();
            other.connected();

            assertThat(ros.tool("rostopic", "info", "/count")).contains(peer.node()).contains(other.node());
            assertThat(ros.tool("rosservice", "call", "/srv")).contains("yes");
            Peer.done(outlet.publish(other.message("/count", "std_msgs/Int32", 3)));
            assertThat(heard.await(3)).isEqualTo(List.of(Map.of("data", 1), Map.of("data", 2), Map.of("data", 3)));
        }
    }

    /** A publisher that ends in peace is heard to its end, also by one who is slow. */
    @Test
    void whatWasSentBeforeTheEndIsHeard() {
        try (Peer other = new Peer("other", ros.uri()).connected()) {
            List<Object> taken = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> room = new CompletableFuture<>();
            Peer.done(peer.link.subscribe(Pattern.of("/last"), Qos.DEFAULT, message -> {
                taken.add(message.body());
                return room;
            }).ready());
            Outlet outlet = other.outlet("/last", "std_msgs/String");
            String large = "x".repeat(10_000);
            for (int i = 0; i < 40; i++) { // as much as fits into the buffers of two sockets
                Peer.done(outlet.publish(other.message("/last", "std_msgs/String", large)));
            }
            outlet.close();
            Awaitility.await().atMost(Peer.SOON).until(() -> ros.tool("rostopic", "info", "/last").contains("Publishers: None"));
            assertThat(taken).as("taken without room").hasSizeLessThan(20);

            room.complete(null);

            Awaitility.await().atMost(Peer.SOON).untilAsserted(() -> assertThat(taken).hasSize(40));
        }
    }

    /** Also if nobody has connected until then. */
    @Test
    void whatIsSentOnceIsHeard() {
        try (Peer other = new Peer("other", ros.uri()).connected()) {
            for (int i = 0; i < 5; i++) {
                String topic = "/once" + i;
                Heard heard = peer.hear(topic);
                Outlet outlet = other.outlet(topic, "std_msgs/Int32");
                outlet.publish(other.message(topic, "std_msgs/Int32", i));
                outlet.close();
                assertThat(heard.await(1)).isEqualTo(List.of(Map.of("data", i)));
                Awaitility.await().atMost(Peer.SOON).until(() -> ros.tool("rostopic", "info", topic).contains("Publishers: None"));
            }
        }
    }

    /** What nobody takes does not keep a topic that is published no more; it is counted. */
    @Test
    void whoTakesNothingKeepsNoTopicAlive() {
        try (Peer other = new Peer("other", ros.uri(), "stall.ms", 100).connected()) {
            CompletableFuture<Void> room = new CompletableFuture<>();
            Peer.done(peer.link.subscribe(Pattern.of("/endless"), Qos.DEFAULT, message -> room).ready());
            Outlet outlet = other.outlet("/endless", "std_msgs/String");
            String large = "x".repeat(1_000_000);
            for (int i = 0; i < 100; i++) {
                outlet.publish(other.message("/endless", "std_msgs/String", large));
            }
            outlet.close();
            Awaitility.await().atMost(Peer.SOON).until(() -> ros.tool("rostopic", "info", "/endless").contains("Publishers: None"));
            assertThat(other.drops.values().stream().mapToLong(Long::longValue).sum()).isPositive();
            Peer.done(other.link.flush());
            room.complete(null);
        }
    }

    /** Under load: nothing is lost between nodes that know each other, all is registered again, and no thread or socket is left. */
    @Test
    void aMasterMayDieAgainAndAgain() throws IOException {
        AtomicLong next = new AtomicLong();
        AtomicLong heard = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (Peer other = new Peer("other", ros.uri()).connected()) {
            Peer.done(other.link.subscribe(Pattern.of("/load"), Qos.DEFAULT, message -> {
                if (!Map.of("data", heard.getAndIncrement()).equals(message.body())) {
                    wrong.incrementAndGet();
                }
                return CompletableFuture.completedStage(null);
            }).ready());
            Peer.done(other.link.serve(Name.of("/asked"), "std_srvs/TriggerRequest", "",
                    request -> CompletableFuture.completedStage(other.message("/asked", "", Map.of("success", true)))).ready());
            Outlet outlet = peer.outlet("/load", "std_msgs/Int64");
            clock.scheduleAtFixedRate(() -> outlet.publish(peer.message("/load", "std_msgs/Int64", next.getAndIncrement())), 0, 1,
                    TimeUnit.MILLISECONDS);
            Awaitility.await().atMost(Peer.SOON).pollInterval(SHORT).until(() -> heard.get() > 0);
            long threads = 0;
            long sockets = 0;
            for (int i = 0; i < RESTARTS; i++) {
                ros.kill();
                Awaitility.await().atMost(Peer.SOON).pollInterval(SHORT).until(() -> !peer.isUp() && !other.isUp());
                ros.start();
                peer.connected();
                other.connected();
                assertThat(peer.call("/asked", Map.of())).isEqualTo(Map.of("success", true, "message", ""));
                assertThat(String.valueOf(state())).contains("[/load, [" + peer.node() + "]]", "[/load, [" + other.node() + "]]");
                long until = next.get();
                Awaitility.await().atMost(Peer.SOON).pollInterval(SHORT).until(() -> heard.get() >= until);
                if (i == 1) {
                    threads = Thread.activeCount();
                    sockets = sockets();
                }
            }
            long threadsBefore = threads;
            long socketsBefore = sockets;
            Awaitility.await().atMost(Peer.SOON).untilAsserted(() -> {
                assertThat(Thread.activeCount()).isLessThanOrEqualTo((int) threadsBefore + 1); // the one that waits here
                assertThat(sockets()).isLessThanOrEqualTo(socketsBefore);
            });
            clock.shutdown();
            Awaitility.await().atMost(Peer.SOON).untilAsserted(() -> assertThat(heard)
                    .as("dropped by the publisher %s, by the subscriber %s, out of order %s", peer.drops, other.drops, wrong)
                    .hasValue(next.get()));
            LOG.info("{} restarts of the master, {} messages, {} threads before and {} after, {} sockets before and {} after",
                    RESTARTS, heard, threadsBefore, Thread.activeCount(), socketsBefore, sockets());
            assertThat(wrong).hasValue(0);
        } finally {
            clock.shutdownNow();
        }
    }

    private Object state() {
        try (Master master = new Master(standalone, ros.uri(), "/raw", 5000)) {
            return Peer.done(master.call("getSystemState"));
        }
    }

    private static long sockets() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                try {
                    count += Files.readSymbolicLink(one).toString().startsWith("socket:") ? 1 : 0;
                } catch (NoSuchFileException e) {
                    continue; // closed meanwhile
                }
            }
        }
        return count;
    }

    /** A publisher killed without a farewell, and its successor. */
    @Test
    void aPeerMayDieAndComeBack() {
        Heard heard = null;
        List<Object> said = new ArrayList<>();
        for (int i = 0; i < (SOAK ? 20 : 2); i++) {
            Ros.Peer talker = ros.python(SAYS.formatted(i));
            talker.awaitLine("READY");
            heard = heard == null ? peer.hear("/says") : heard;
            said.add(Map.of("data", String.valueOf(i)));

            assertThat(heard.await(i + 1)).isEqualTo(said);
            talker.kill();
        }
    }

    private Socket connect(Map<String, String> header) throws IOException {
        Object where = Peer.done(new Master(standalone, slave(), "/raw", 5000)
                .call("requestTopic", header.get("topic"), List.of(List.of("TCPROS"))));
        Socket socket = new Socket("127.0.0.1", (Integer) ((List<?>) where).get(2));
        socket.setSoTimeout((int) Peer.SOON.toMillis());
        OutputStream out = socket.getOutputStream();
        var bytes = Header.encode(UnpooledByteBufAllocator.DEFAULT, header);
        bytes.readBytes(out, bytes.readableBytes());
        bytes.release();
        out.flush();
        return socket;
    }

    private String slave() {
        return String.valueOf(Peer.done(new Master(standalone, ros.uri(), "/raw", 5000).call("lookupNode", peer.node())));
    }

    @Test
    void whoHasAnotherSumIsToldSo() throws IOException {
        peer.latch("/typed", "std_msgs/String", "x");
        try (Socket socket = connect(Map.of("callerid", "/raw", "topic", "/typed", "type", "std_msgs/Int32", "md5sum",
                "da5909fbe378aeaf85e547e830cc1bb7"))) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).contains("error=topic '/typed' is std_msgs/String with md5 992ce8a1687cec8c8bd883ec73ca41d1, "
                    + "not std_msgs/Int32 with md5 da5909fbe378aeaf85e547e830cc1bb7");
        }
    }

    /** The oldest are dropped and counted, others are not delayed, and memory is bounded. */
    @Test
    void whoNeverReadsDelaysNobody() throws IOException {
        peer.close();
        peer = new Peer("x", ros.uri(), "queue.size", 20).connected();
        Outlet outlet = peer.outlet("/big", "std_msgs/String");
        Peer.done(outlet.publish(peer.message("/big", "std_msgs/String", "first")));
        try (Socket deaf = connect(Map.of("callerid", "/deaf", "topic", "/big", "type", "*", "md5sum", "*"));
                Peer other = new Peer("other", ros.uri()).connected()) {
            new DataInputStream(deaf.getInputStream()).readInt();
            Heard heard = other.hear("/big", Qos.DEFAULT);
            String large = "x".repeat(100_000);
            for (int i = 0; i < 300; i++) {
                Peer.done(outlet.publish(peer.message("/big", "std_msgs/String", large)));
            }

            assertThat(heard.await(300)).hasSize(300);
            assertThat(peer.drops.get(Drop.OVERFLOW)).isBetween(1L, 300L);
        }
    }

    @Test
    void withoutAMasterItIsSaidAndTriedAgain() {
        ros.kill();
        try (Peer late = new Peer("late", ros.uri())) {
            Awaitility.await().atMost(Peer.SOON).until(() -> !late.downs.isEmpty());
            assertThat(late.downs.get(0)).contains("the master at " + ros.uri() + " does not answer");
            var hearing = late.link.subscribe(Pattern.of("/a"), Qos.DEFAULT, new Heard());
            ros.start();
            late.connected();
            Peer.done(hearing.ready());
        }
    }
}
