package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics with real nodes of rospy, both ways. */
class TopicInteropTest {
    private static final String IMPORTS = """
            import rospy, sys, json, genpy.dynamic
            from std_msgs.msg import *
            from geometry_msgs.msg import *
            from sensor_msgs.msg import Image, LaserScan, PointCloud2, PointField
            from nav_msgs.msg import Odometry, Path
            thing = genpy.dynamic.generate_dynamic('my_msgs/Thing', '''Part[] parts
            uint64 big
            duration[2] spans
            string NAME=a # b
            %s
            MSG: my_msgs/Part
            string name
            std_msgs/ColorRGBA[] colors
            %s
            MSG: std_msgs/ColorRGBA
            float32 r
            float32 g
            float32 b
            float32 a
            ''' % ('='*80, '='*80))
            Thing = thing['my_msgs/Thing']; Part = thing['my_msgs/Part']; Color = thing['std_msgs/ColorRGBA']
            """;
    static Ros ros;
    private Peer peer;

    @BeforeAll
    static void startRos() {
        ros = new Ros();
    }

    @AfterAll
    static void stopRos() {
        ros.close();
    }

    @BeforeEach
    void open() {
        peer = new Peer("t", ros.uri()).connected();
    }

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void whatRospyPublishesIsHeard() {
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('source')
            keep = []
            def say(topic, message):
                p = rospy.Publisher(topic, type(message), queue_size=10, latch=True); p.publish(message); keep.append(p)
            say('/text', String('h\\u00e4llo'))
            say('/twist', Twist(Vector3(1, 2, 3), Vector3(0, 0, -0.5)))
            o = Odometry(); o.header.frame_id = 'odom'; o.header.stamp = rospy.Time(7, 8); o.pose.covariance[35] = 3.5
            o.twist.twist.linear.x = 0.25; say('/odom', o)
            say('/image', Image(height=1, width=1 << 20, step=1 << 20, encoding='mono8', data=bytes(range(256)) * 4096))
            say('/scan', LaserScan(ranges=[0.5, float('inf'), float('nan')], intensities=[], range_max=2.5))
            say('/path', Path(poses=[PoseStamped(pose=Pose(position=Point(i, 0, 0))) for i in range(3)]))
            say('/time', Time(rospy.Time(4294967295, 999999999)))
            say('/thing', Thing([Part('p', [Color(1, 0.5, 0, 1)]), Part('q', [])], 2**64 - 1, [rospy.Duration(-1, 0), rospy.Duration(2, 3)]))
            print('READY')
            rospy.spin()
            """);
        node.awaitLine("READY");

        assertThat(body("/text")).isEqualTo(Map.of("data", "h\u00e4llo"));
        assertThat(body("/twist")).isEqualTo(Map.of("linear", Map.of("x", 1.0, "y", 2.0, "z", 3.0), "angular",
                Map.of("x", 0.0, "y", 0.0, "z", -0.5)));
        Map<?, ?> odometry = body("/odom");
        assertThat(((Map<?, ?>) odometry.get("header")).get("stamp")).isEqualTo(Map.of("secs", 7L, "nsecs", 8L));
        assertThat((double[]) ((Map<?, ?>) odometry.get("pose")).get("covariance")).hasSize(36).endsWith(3.5);
        assertThat((byte[]) body("/image").get("data")).hasSize(1 << 20).startsWith(0, 1, 2).endsWith(-2, -1);
        assertThat((float[]) body("/scan").get("ranges")).containsExactly(0.5f, Float.POSITIVE_INFINITY, Float.NaN);
        assertThat((List<?>) body("/path").get("poses")).hasSize(3);
        assertThat(body("/time")).isEqualTo(Map.of("data", Map.of("secs", 4294967295L, "nsecs", 999999999L)));
        assertThat(body("/thing")).usingRecursiveComparison().isEqualTo(Map.of("parts",
                List.of(Map.of("name", "p", "colors", List.of(Map.of("r", 1.0, "g", 0.5, "b", 0.0, "a", 1.0))),
                        Map.of("name", "q", "colors", List.of())), "big", new BigInteger("18446744073709551615"),
                "spans", List.of(Map.of("secs", -1, "nsecs", 0), Map.of("secs", 2, "nsecs", 3))));
    }

    /** A node that says one thing and ends, and whose end is known here before it has been read. */
    @Test
    void lastWordsAreHeard() {
        Heard heard = peer.hear("/last/words", Qos.DEFAULT);
        Ros.Peer node = ros.python("""
            import os, socket, struct, threading
            from xmlrpc.client import ServerProxy
            from xmlrpc.server import SimpleXMLRPCServer
            lines = socket.create_server(('127.0.0.1', 0))
            slave = SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False)
            slave.register_function(lambda caller, topic, how: [1, '', ['TCPROS', '127.0.0.1', lines.getsockname()[1]]], 'requestTopic')
            threading.Thread(target=slave.serve_forever, daemon=True).start()
            uri = 'http://127.0.0.1:%%d/' %% slave.server_address[1]
            master = ServerProxy(os.environ['ROS_MASTER_URI'])
            def framed(data): return struct.pack('<I', len(data)) + data
            print(master.registerPublisher('/dying', '/last/words', 'std_msgs/String', uri))
            line = lines.accept()[0]
            line.recv(65536)
            # The line is open, and has not been answered yet.
            print(master.unregisterPublisher('/dying', '/last/words', uri))
            other = ServerProxy(master.lookupNode('/dying', '%s')[2])
            print(other.publisherUpdate('/master', '/last/words', []))
            print(other.getBusInfo('/dying'))
            header = {'callerid': '/dying', 'md5sum': '992ce8a1687cec8c8bd883ec73ca41d1', 'type': 'std_msgs/String',
                      'topic': '/last/words', 'message_definition': 'string data\\n'}
            line.sendall(framed(b''.join(framed(('%%s=%%s' %% one).encode()) for one in header.items())) + framed(framed(b'stop')))
            line.close()
            print('SAID')
            """.formatted(peer.node()));
        node.awaitLine("SAID");

        assertThat(heard.await(1)).containsExactly(Map.of("data", "stop"));
    }

    /** What an outlet leaves is not away yet when the next one comes; the subscriber takes its time. */
    @Test
    void outletsOneAfterTheOtherAreHeardInTurn() throws Exception {
        Ros.Peer node = ros.python("""
            import os, socket, struct, sys, threading
            from xmlrpc.client import ServerProxy
            from xmlrpc.server import SimpleXMLRPCServer
            slave = SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False)
            told = threading.Event()
            slave.register_function(lambda caller, topic, uris: (told.set() if uris else None, [1, '', 0])[1], 'publisherUpdate')
            threading.Thread(target=slave.serve_forever, daemon=True).start()
            master = ServerProxy(os.environ['ROS_MASTER_URI'])
            master.registerSubscriber('/slow', '/in/turn', 'std_msgs/String', 'http://127.0.0.1:%d/' % slave.server_address[1])
            print('READY')
            sys.stdin.readline()
            told.wait(20)
            publisher = ServerProxy(master.lookupNode('/slow', 'NODE')[2])
            where = publisher.requestTopic('/slow', '/in/turn', [['TCPROS']])[2]
            line = socket.create_connection((where[1], where[2]))
            def framed(data): return struct.pack('<I', len(data)) + data
            header = {'callerid': '/slow', 'md5sum': '*', 'type': 'std_msgs/String', 'topic': '/in/turn'}
            line.sendall(framed(b''.join(framed(('%s=%s' % one).encode()) for one in header.items())))
            file = line.makefile('rb')
            def frame(): return file.read(struct.unpack('<I', file.read(4))[0])
            frame()
            print('HEARD', frame()[4:].decode(), frame()[4:].decode(), frame()[4:].decode())
            """.replace("NODE", peer.node()));
        node.awaitLine("READY");
        for (String word : List.of("first", "second", "third")) {
            Outlet outlet = peer.outlet("/in/turn", "std_msgs/String");
            outlet.publish(peer.message("/in/turn", "std_msgs/String", word));
            outlet.close();
        }
        node.process().getOutputStream().write('\n');
        node.process().getOutputStream().flush();

        node.awaitLine("HEARD first second third");
    }

    private Map<?, ?> body(String topic) {
        Heard heard = peer.hear(topic);
        Map<?, ?> body = (Map<?, ?>) heard.await(1).get(0);
        assertThat(heard.messages.get(0).source()).isEqualTo("source");
        assertThat(heard.messages.get(0).type()).contains("_msgs/");
        heard.close();
        return body;
    }

    @Test
    void whatIsPublishedHereRospyHears() {
        byte[] image = new byte[1 << 20];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) i;
        }
        peer.latch("/out/text", "std_msgs/String", Map.of("data", "h\u00e4llo"));
        peer.latch("/out/twist", "geometry_msgs/Twist", Map.of("linear", Map.of("x", 0.25)));
        peer.latch("/out/odom", "nav_msgs/Odometry", Map.of("child_frame_id", "base", "header", Map.of("stamp",
                Map.of("secs", 7, "nsecs", 8))));
        peer.latch("/out/image", "sensor_msgs/Image", Map.of("height", 1, "width", 1 << 20, "data", image));
        peer.latch("/out/scan", "sensor_msgs/LaserScan", Map.of("ranges", new float[] {0.5f, Float.NaN}));
        peer.latch("/out/path", "nav_msgs/Path", Map.of("poses", List.of(Map.of(), Map.of("pose",
                Map.of("position", Map.of("x", 5))))));
        peer.latch("/out/time", "std_msgs/Time", Map.of("data", Map.of("secs", 4294967295L, "nsecs", 9)));
        peer.latch("/out/untyped", "", Map.of("level", 3));
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('sink')
            def hear(topic, kind, show):
                print(topic, show(rospy.wait_for_message('/out/' + topic, kind, 15)))
            hear('text', String, lambda m: m.data)
            hear('twist', Twist, lambda m: m.linear.x)
            hear('odom', Odometry, lambda m: (m.child_frame_id, m.header.stamp.to_nsec(), len(m.pose.covariance)))
            hear('image', Image, lambda m: (len(m.data), m.data[255], m.data[256]))
            hear('scan', LaserScan, lambda m: m.ranges)
            hear('path', Path, lambda m: [p.pose.position.x for p in m.poses])
            hear('time', Time, lambda m: m.data.to_nsec())
            hear('untyped', String, lambda m: m.data)
            print('DONE')
            """);
        node.awaitLine("DONE");

        assertThat(node.lines()).contains("text h\u00e4llo", "twist 0.25", "odom ('base', 7000000008, 36)",
                "image (1048576, 255, 0)", "scan (0.5, nan)", "path [0.0, 5.0]", "time 4294967295000000009",
                "untyped {\"level\":3}");
    }

    /** A type that was never seen here before is answered in kind. */
    @Test
    void aTypeThatCameAlongIsPublishedToo() {
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('dynamic')
            rospy.Subscriber('/thing/back', Thing, lambda m: print('BACK', m.parts[0].name, m.big))
            p = rospy.Publisher('/thing/there', Thing, queue_size=10, latch=True)
            p.publish(Thing([Part('p', [])], 5, [rospy.Duration(), rospy.Duration()]))
            rospy.spin()
            """);
        Object body = peer.hear("/thing/there").await(1).get(0);

        peer.latch("/thing/back", "my_msgs/Thing", body);

        assertThat(node.awaitLine("BACK")).isEqualTo("BACK p 5");
    }

    /** G1, G2: and the first is not lost (a lone message before all have connected). */
    @Test
    void aThousandArriveInOrder() {
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('counter')
            heard = []
            def hear(m):
                heard.append(m.data)
                if len(heard) == 1000: print('ALL' if heard == list(range(1000)) else 'WRONG', flush=True)
            rospy.Subscriber('/count', Int32, hear)
            print('READY')
            rospy.spin()
            """);
        node.awaitLine("READY");
        var outlet = peer.outlet("/count", "std_msgs/Int32");
        for (int i = 0; i < 1000; i++) {
            outlet.publish(peer.message("/count", "std_msgs/Int32", Map.of("data", i)));
        }
        Peer.done(peer.link.flush());

        node.awaitLine("ALL");
        outlet.close();
    }

    @Test
    void theToolsOfRosSeeTheTopics() {
        peer.latch("/tools/twist", "geometry_msgs/Twist", Map.of("linear", Map.of("x", 0.25)));
        Heard heard = peer.hear("/tools/in", Qos.DEFAULT);

        assertThat(ros.tool("rostopic", "echo", "-n", "1", "/tools/twist")).contains("x: 0.25");
        assertThat(ros.tool("rostopic", "info", "/tools/twist")).contains("Type: geometry_msgs/Twist").contains(peer.node());
        assertThat(ros.tool("rostopic", "list")).contains("/tools/twist");
        ros.tool("rostopic", "pub", "-1", "/tools/in", "std_msgs/String", "data: hi");
        assertThat(heard.await(1)).containsExactly(Map.of("data", "hi"));
        Ros.Peer hz = ros.run("rostopic", "hz", "/tools/fast");
        var outlet = peer.outlet("/tools/fast", "std_msgs/Empty");
        Awaitility.await().atMost(Peer.SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            outlet.publish(peer.message("/tools/fast", "std_msgs/Empty", Map.of()));
            return hz.out().contains("average rate");
        });
    }

    @Test
    void theToolsOfRosSeeTheNode() {
        peer.latch("/node/text", "std_msgs/String", Map.of("data", "x"));

        assertThat(ros.tool("rosnode", "ping", "-c", "2", peer.node())).contains("xmlrpc reply from");
        assertThat(ros.tool("rosnode", "info", peer.node())).contains("/node/text [std_msgs/String]").contains("Pid:");
        assertThat(ros.tool("rosnode", "kill", peer.node())).contains("killed");
        Awaitility.await().atMost(Peer.SOON).until(() -> !peer.isUp());
        assertThat(peer.downs).last().asString().contains("has shut it down");
        assertThat(ros.tool("rosnode", "list")).doesNotContain(peer.node());
    }
}
