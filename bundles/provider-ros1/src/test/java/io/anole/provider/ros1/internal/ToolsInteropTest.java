package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/** What ROS's tools expect of every node, with the real tools. */
class ToolsInteropTest {
    private static Ros ros;

    @BeforeAll
    static void startRos() {
        ros = new Ros();
    }

    @AfterAll
    static void stopRos() {
        ros.close();
    }

    @Test
    void remappedNamesAreTheGraphs() {
        try (Peer peer = new Peer("remapped", ros.uri(), "remap", "/cmd_vel=/base/cmd_vel,/=/robot1/").connected()) {
            Heard heard = peer.hear("/cmd_vel", Qos.DEFAULT);
            peer.latch("/text", "std_msgs/String", Map.of("data", "x"));

            ros.tool("rostopic", "pub", "-1", "/base/cmd_vel", "std_msgs/String", "data: hi");

            assertThat(heard.await(1)).containsExactly(Map.of("data", "hi"));
            assertThat(heard.messages.get(0).name()).hasToString("/cmd_vel");
            assertThat(ros.tool("rostopic", "echo", "-n", "1", "/robot1/text")).contains("data: \"x\"");
        }
    }

    /** Once, in order, with ROS's levels; what is below the level is not told, and nothing of the provider itself or of another node. */
    @Test
    void whatIsLoggedIsOnRosout() {
        Ros.Peer echo = ros.python("""
                import rospy, threading
                from rosgraph_msgs.msg import Log
                rospy.init_node('watcher', disable_rosout=True)
                def show(m):
                    if m.name == '/anole_logging_main':
                        print('LINE', m.level, m.msg, m.file, 'stamped' if m.header.stamp.to_sec() > 1e9 else 'no', m.topics, flush=True)
                rospy.Subscriber('/rosout', Log, show)
                print('READY')
                rospy.spin()
                """);
        echo.awaitLine("READY");
        try (Peer peer = new Peer("logging", ros.uri(), "rosout", "warn").connected()) {
            Logger arm = LoggerFactory.getLogger("robot.arm");

            arm.info("quiet");
            LoggerFactory.getLogger("io.anole.provider.ros1.internal.Node").warn("of its own");
            arm.warn(MarkerFactory.getDetachedMarker("logs on bus main"), "of a child, which is a node itself");
            arm.warn("joint {} is hot", 3);
            arm.warn(MarkerFactory.getDetachedMarker("logs on bus other"), "of a child elsewhere");
            arm.error("stopped", new IllegalStateException("no power"));

            echo.awaitLine("LINE 8");
            assertThat(echo.lines()).filteredOn(line -> line.startsWith("LINE")).containsExactly(
                    "LINE 4 joint 3 is hot robot.arm stamped ['/rosout']",
                    "LINE 4 of a child elsewhere robot.arm stamped ['/rosout']",
                    "LINE 8 stopped: java.lang.IllegalStateException: no power robot.arm stamped ['/rosout']");
            assertThat(ros.tool("rostopic", "info", "/rosout")).contains(peer.node());
        }
    }

    @Test
    void loggersAreListedAndTheirLevelsSet() {
        ch.qos.logback.classic.Logger leg = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("robot.leg");
        try (Peer peer = new Peer("levels", ros.uri(), "rosout", "error").connected()) {
            assertThat(ros.tool("rosservice", "call", peer.node() + "/get_loggers"))
                    .containsPattern("name: \"robot.leg\"\\s+level: \"warn\"").contains("name: \"ROOT\"");

            ros.tool("rosservice", "call", peer.node() + "/set_logger_level", "robot.leg", "debug");

            assertThat(leg.isDebugEnabled()).isTrue();
            assertThat(ros.tool("rosservice", "call", peer.node() + "/get_loggers"))
                    .containsPattern("name: \"robot.leg\"\\s+level: \"debug\"");
            Ros.Peer unknown = ros.run("rosservice", "call", peer.node() + "/set_logger_level", "robot.wing", "debug");
            assertThat(unknown.awaitLine("ERROR")).contains("there is no logger 'robot.wing'");
            assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).exists("robot.wing")).isNull();
        } finally {
            leg.setLevel(null);
        }
    }

    /** A link that has gone leaves nothing with the log; one that was told to be silent never came. */
    @Test
    void nothingStaysWithTheLog() {
        ch.qos.logback.classic.Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT");
        try (Peer peer = new Peer("silent", ros.uri(), "rosout", "off").connected()) {
            assertThat(root.getAppender("rosout")).isNull();
            assertThat(ros.tool("rosnode", "info", peer.node())).doesNotContain("/rosout").doesNotContain("get_loggers");
        }
        try (Peer peer = new Peer("logging", ros.uri(), "rosout", "warn").connected()) {
            assertThat(root.getAppender("rosout")).isNotNull();
        }
        assertThat(root.getAppender("rosout")).isNull();
    }

    /** Time is that of /clock while /use_sim_time says so, also when that is set and taken back while the node runs. */
    @Test
    void simulatedTimeIsFollowed() {
        try (Peer peer = new Peer("dreamer", ros.uri()).connected()) {
            ros.tool("rosparam", "set", "/use_sim_time", "true");
            Heard stamps = peer.hear("/stamped");
            Outlet out = peer.outlet("/stamped", "std_msgs/Header");
            Awaitility.await().atMost(Peer.SOON).until(() -> stampOf(peer, out, stamps) == 0);

            Ros.Peer clock = ros.python("""
                    import rospy
                    from rosgraph_msgs.msg import Clock
                    rospy.init_node('simulation')
                    p = rospy.Publisher('/clock', Clock, queue_size=1, latch=True)
                    p.publish(Clock(rospy.Time(1234)))
                    print('READY')
                    rospy.spin()
                    """);
            clock.awaitLine("READY");
            Awaitility.await().atMost(Peer.SOON).until(() -> stampOf(peer, out, stamps) == 1234);

            ros.tool("rosparam", "delete", "/use_sim_time");
            Awaitility.await().atMost(Peer.SOON).until(() -> stampOf(peer, out, stamps) > 1_700_000_000);
            clock.kill();
        } finally {
            ros.run("rosparam", "delete", "/use_sim_time");
        }
    }

    private static long stampOf(Peer peer, Outlet out, Heard stamps) {
        int before = stamps.messages.size();
        out.publish(peer.message("/stamped", "std_msgs/Header", Map.of("frame_id", "odom")));
        Map<?, ?> last = (Map<?, ?>) stamps.await(before + 1).get(before);
        return (Long) ((Map<?, ?>) last.get("stamp")).get("secs");
    }

    @Test
    void theTimeIsToldIfConfigured() {
        try (Peer peer = new Peer("clock", ros.uri(), "clock.hz", 50).connected()) {
            assertThat(ros.tool("rostopic", "echo", "-n", "2", "/clock")).containsPattern("secs: 1[7-9][0-9]{8}");
        }
    }
}
