package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.provider.Checkup.Finding;
import io.anole.bus.provider.Checkup.Level;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.provider.ros1.tests.Ros;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code anole doctor} tells of a graph of ROS, with a real master and without. */
class ExaminationTest {
    /** Of RFC 5737: nobody's, and so on no machine that is here. */
    private static final String FAR = "http://192.0.2.1:11311/";
    private static Ros ros;
    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(io.anole.ros1.xmlrpc.Limits.DEFAULT);
    @TempDir
    private Path temp;
    private Peer peer;
    private Node node;

    @BeforeAll
    static void startRos() {
        ros = new Ros();
    }

    @AfterAll
    static void stopRos() {
        ros.close();
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
        xmlRpc.close();
    }

    private List<Finding> look(Map<String, String> environment, Map<String, Object> properties) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of("heartbeat.ms", 100, "timeout.ms", 5000));
        all.putAll(properties);
        Settings settings = Settings.of(new LinkConfig("ros", "here", all), Environment.of(environment, temp, temp));
        Listener listener = new Listener();
        GraphTime time = new GraphTime();
        node = new Node(settings, xmlRpc, new Bodies(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT), settings, time), time,
                Logs.NONE, listener);
        node.start();
        Awaitility.await().atMost(Peer.SOON).until(() -> settings.host() != null || listener.told.get() > 0);
        return new Examination(node, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)).findings();
    }

    private static final class Listener implements LinkListener {
        private final AtomicInteger told = new AtomicInteger();

        @Override
        public void up(String where) {
            told.incrementAndGet();
        }

        @Override
        public void down(String reason) {
            told.incrementAndGet();
        }

        @Override
        public void dropped(Drop reason, long count) {
            throw new AssertionError("nothing is published here");
        }
    }

    private static List<String> of(Level level, List<Finding> findings) {
        return findings.stream().filter(one -> one.level() == level)
                .map(one -> one.what() + " | " + one.why() + " | " + one.todo()).toList();
    }

    @Test
    void aHealthyGraphIsTold() throws Exception {
        Files.writeString(temp.resolve(".bashrc"), "export ROS_MASTER_URI=" + ros.uri() + "\nexport ROS_IP=$(hostname -I)\n");

        List<Finding> findings = look(Map.of(), Map.of());

        assertThat(of(Level.PROBLEM, findings)).isEmpty();
        assertThat(of(Level.NOTICE, findings)).singleElement().asString()
                .contains("bus 'ros': not taken: " + temp.resolve(".bashrc") + ": export ROS_IP=$(hostname -I)").contains("configure it");
        assertThat(of(Level.OK, findings))
                .anyMatch(line -> line.contains("the master at " + ros.uri() + " answers (ROS_MASTER_URI of " + temp.resolve(".bashrc")))
                .anyMatch(line -> line.contains("other nodes are told to connect to 127.0.0.1 (found on the way to the master)"))
                .anyMatch(line -> line.contains("definitions of messages are taken from"))
                .anyMatch(line -> line.matches(".*[0-9]+ nodes are on the graph.*"));
    }

    @Test
    void aMasterThatIsNotThereIsTold() throws Exception {
        List<Finding> findings = look(Map.of(), Map.of("master", "http://127.0.0.1:1/"));

        assertThat(of(Level.PROBLEM, findings)).singleElement().asString()
                .contains("the master at http://127.0.0.1:1/ does not answer").contains("as configured").contains("start roscore there");
    }

    /** The classics: a name that is 127.0.1.1, an address of another machine, a name that nobody knows. */
    @Test
    void anAddressThatOthersCannotReachIsTold() throws Exception {
        assertThat(of(Level.PROBLEM, look(Map.of("ROS_HOSTNAME", "localhost", "ROS_MASTER_URI", FAR), Map.of()))).first().asString()
                .contains("told to connect to 'localhost', which is 127.0.0.1").contains("ROS_HOSTNAME of the environment")
                .contains("set host, or ROS_IP");
        node.close();
        assertThat(of(Level.PROBLEM, look(Map.of("ROS_IP", "192.0.2.7"), Map.of("master", ros.uri())))).first().asString()
                .contains("192.0.2.7 is no address of this machine").containsPattern("here are .*127\\.0\\.0\\.1");
        node.close();
        assertThat(of(Level.PROBLEM, look(Map.of(), Map.of("master", ros.uri(), "host", "nobody.invalid")))).first().asString()
                .contains("told to connect to 'nobody.invalid', which has no address here");
    }

    @Test
    void aNodeWhoseHostIsNotKnownIsTold() throws Exception {
        ros.tool("/usr/bin/python3", "-c", "import xmlrpc.client as x; x.ServerProxy('" + ros.uri()
                + "').registerPublisher('/camera', '/image', 'std_msgs/String', 'http://robot.invalid:1234/')");
        try {
            assertThat(of(Level.PROBLEM, look(Map.of(), Map.of("master", ros.uri())))).singleElement().asString()
                    .contains("the host 'robot.invalid' of /camera has no address here").contains("set ROS_IP where that node is started");
        } finally {
            ros.tool("/usr/bin/python3", "-c", "import xmlrpc.client as x; x.ServerProxy('" + ros.uri()
                    + "').unregisterPublisher('/camera', '/image', 'http://robot.invalid:1234/')");
        }
    }

    @Test
    void simulatedTimeWithoutAClockIsTold() throws Exception {
        ros.tool("rosparam", "set", "/use_sim_time", "true");
        try {
            assertThat(of(Level.PROBLEM, look(Map.of(), Map.of("master", ros.uri())))).singleElement().asString()
                    .contains("time stands still").contains("nobody publishes /clock");
        } finally {
            ros.tool("rosparam", "delete", "/use_sim_time");
        }
    }
}
