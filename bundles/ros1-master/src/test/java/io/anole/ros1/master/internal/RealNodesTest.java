package io.anole.ros1.master.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.master.internal.Peers.Program;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rospy, roscpp and the tools of ROS, with this as their master. */
class RealNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;
    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(Limits.DEFAULT);
    private Master master;
    private Peers peers;

    @BeforeEach
    void open() throws IOException {
        master = new Master(xmlRpc, MasterTest.settings("127.0.0.1", 0));
        peers = new Peers(master.uri(), directory);
    }

    @AfterEach
    void close() {
        peers.close();
        master.close();
        xmlRpc.close();
    }

    private Program python(String script) throws IOException {
        return peers.start("/usr/bin/python3", "-c", "import rospy\nfrom std_msgs.msg import String\n" + script);
    }

    private void awaitNode(String name) {
        await().atMost(PATIENCE).until(() -> peers.run("rosnode", "list").lines().anyMatch(name::equals));
    }

    @Test
    void rosparam_sets_gets_lists_and_deletes() throws Exception {
        peers.run("rosparam", "set", "/robot", "{name: anole, legs: 4, cold: true, mass: 0.5, joints: [a, b], none: {}}");
        assertThat(peers.run("rosparam", "get", "/robot/legs")).isEqualTo("4\n");
        assertThat(peers.run("rosparam", "get", "/robot/cold")).isEqualTo("true\n");
        assertThat(peers.run("rosparam", "get", "/robot/mass")).isEqualTo("0.5\n");
        assertThat(peers.run("rosparam", "get", "/robot/joints")).startsWith("- a\n- b\n");
        assertThat(peers.run("rosparam", "list", "/robot").lines()).contains("/robot/name", "/robot/legs", "/robot/joints");
        peers.run("rosparam", "delete", "/robot/legs");
        assertThat(peers.start("rosparam", "get", "/robot/legs")).satisfies(program -> {
            assertThat(program.await()).isEqualTo(1);
            assertThat(program.printed()).isEqualTo("ERROR: Parameter [/robot/legs] is not set\n");
        });
    }

    @Test
    void rospy_nodes_find_each_other_and_the_tools_see_them() throws Exception {
        Program talker = python("""
                rospy.init_node('talker')
                out = rospy.Publisher('chatter', String, queue_size=10)
                rate = rospy.Rate(10)
                while not rospy.is_shutdown():
                    out.publish('hello'); rate.sleep()
                """);
        awaitNode("/talker");
        assertThat(peers.run("rostopic", "echo", "-n", "3", "/chatter")).contains("data: \"hello\"");
        assertThat(peers.run("rostopic", "list").lines()).contains("/chatter", "/rosout");
        assertThat(peers.run("rostopic", "info", "/chatter")).contains("Type: std_msgs/String", "* /talker (http://127.0.0.1:");
        assertThat(peers.run("rosnode", "ping", "-c", "1", "/talker")).contains("xmlrpc reply from");
        assertThat(peers.run("rosnode", "info", "/talker")).contains("/chatter [std_msgs/String]", "/talker/get_loggers",
                "Pid: " + talker.process().pid());
        assertThat(peers.run("rosservice", "call", "/talker/get_loggers")).contains("rosout");

        assertThat(peers.run("rosnode", "kill", "/talker")).contains("killed");
        assertThat(talker.await()).isZero();
        await().atMost(PATIENCE).until(() -> peers.run("rosnode", "list").lines().noneMatch("/talker"::equals));
    }

    /** Nobody publishes when it subscribes: it hears of each that comes and goes. */
    @Test
    void a_rospy_subscriber_is_told_of_publishers() throws Exception {
        Program listener = python("""
                rospy.init_node('listener')
                rospy.Subscriber('chatter', String, lambda message: print('heard', message.data))
                rospy.spin()
                """);
        awaitNode("/listener");
        peers.start("rostopic", "pub", "-r", "20", "/chatter", "std_msgs/String", "one");
        await().atMost(PATIENCE).until(() -> listener.printed().contains("heard one"));
        peers.start("rostopic", "pub", "-r", "20", "/chatter", "std_msgs/String", "two");
        await().atMost(PATIENCE).until(() -> listener.printed().contains("heard two"));
    }

    @Test
    void a_cached_parameter_follows() throws Exception {
        peers.run("rosparam", "set", "/speed", "1");
        Program node = python("""
                rospy.init_node('cached')
                import time
                last = None
                while not rospy.is_shutdown():
                    value = rospy.get_param_cached('/speed', 'gone')
                    if value != last:
                        print('speed', value); last = value
                    time.sleep(0.02)
                """);
        await().atMost(PATIENCE).until(() -> node.printed().contains("speed 1"));
        peers.run("rosparam", "set", "/speed", "2.5");
        await().atMost(PATIENCE).until(() -> node.printed().contains("speed 2.5"));
    }

    @Test
    void who_comes_with_the_name_of_another_has_it_shut_down() throws Exception {
        String script = "rospy.init_node('same')\nprint('up')\nrospy.spin()\n";
        Program first = python(script);
        awaitNode("/same");
        Program second = python(script);
        assertThat(first.await()).isZero();
        assertThat(first.printed()).contains("shutdown request: [/same] Reason: new node registered with same name");
        assertThat(second.process().isAlive()).isTrue();
        assertThat(peers.run("rosnode", "ping", "-c", "1", "/same")).contains("xmlrpc reply from");
    }

    /** roslaunch sets parameters by multicall; rosout is written in C++. */
    @Test
    void roslaunch_and_a_roscpp_node() throws Exception {
        Path launch = Files.writeString(directory.resolve("robot.launch"), """
                <launch>
                  <param name="/wheels" value="3" type="int"/>
                  <rosparam>{gains: {p: 1.5, i: 0.1}}</rosparam>
                  <node pkg="rosout" type="rosout" name="log"/>
                </launch>
                """);
        Program roslaunch = peers.start("roslaunch", launch.toString());
        awaitNode("/log");
        assertThat(peers.run("rosparam", "get", "/wheels")).isEqualTo("3\n");
        assertThat(peers.run("rosparam", "get", "/gains/p")).isEqualTo("1.5\n");
        assertThat(peers.run("rosnode", "ping", "-c", "1", "/log")).contains("xmlrpc reply from");
        python("rospy.init_node('speaker')\nrate = rospy.Rate(10)\nwhile not rospy.is_shutdown():\n"
                + "    rospy.loginfo('here I am'); rate.sleep()\n");
        assertThat(peers.run("rostopic", "echo", "-n", "1", "/rosout_agg/msg")).contains("here I am");
        roslaunch.process().destroy();
        roslaunch.await();
        await().atMost(PATIENCE).until(() -> peers.run("rosnode", "list").lines().noneMatch("/log"::equals));
    }
}
