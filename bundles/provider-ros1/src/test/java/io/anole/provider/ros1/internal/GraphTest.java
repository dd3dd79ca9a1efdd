package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import io.anole.provider.ros1.internal.Peer.Heard;
import io.anole.provider.ros1.tests.Ros;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is there, and what is heard by pattern, as real nodes of rospy come and go. */
class GraphTest {
    private static final String TALKER = """
            import rospy, sys
            from std_msgs.msg import String
            from std_srvs.srv import Trigger, TriggerResponse
            from geometry_msgs.msg import Twist
            rospy.init_node('talker')
            p = rospy.Publisher('/robot/says', String, queue_size=10, latch=True); p.publish(String('hello'))
            rospy.Subscriber('/robot/cmd_vel', Twist, lambda m: None)
            s = rospy.Service('/robot/reset', Trigger, lambda q: TriggerResponse(True, ''))
            print('READY')
            sys.stdin.readline()
            rospy.signal_shutdown('end')
            print('GONE')
            """;
    private Ros ros;
    private Peer peer;

    @BeforeEach
    void open() {
        ros = new Ros();
        peer = new Peer("g", ros.uri()).connected();
    }

    @AfterEach
    void close() {
        peer.close();
        ros.close();
    }

    /** PY-08, PY-13: another's endpoints by name and type as they come and go; this runtime's as the hub announces them. */
    @Test
    void nodesAreSeenAsTheyComeAndGo() throws Exception {
        Map<String, Object> graph = new ConcurrentHashMap<>();
        Registration watch = watch("@graph/**", graph);
        Value own = new Value(Map.of("kind", "publisher", "name", "/mine"), "", "g/test/1");
        Name key = Name.of("@graph/g/test/publisher/1");
        Peer.done(peer.link.put(key, Optional.of(own), Lifetime.EPHEMERAL));
        peer.latch("/mine", "std_msgs/String", "x");

        Ros.Peer talker = ros.python(TALKER);
        talker.awaitLine("READY");
        String publisher = "/@graph/ros/talker/publisher/robot.says";
        String subscription = "/@graph/ros/talker/subscription/robot.cmd_vel";
        String service = "/@graph/ros/talker/service/robot.reset";
        Awaitility.await().atMost(Peer.SOON).until(() -> graph.keySet().containsAll(List.of(publisher, subscription, service)));
        assertThat(graph.get(publisher)).isEqualTo(Map.of("kind", "publisher", "name", "/robot/says", "type", "std_msgs/String",
                "shape", Map.of("data", "string"), "participant", "talker", "runtime", ""));
        Map<String, String> vector = Map.of("x", "float64", "y", "float64", "z", "float64");
        assertThat(graph.get(subscription)).isEqualTo(Map.of("kind", "subscription", "name", "/robot/cmd_vel", "type",
                "geometry_msgs/Twist", "shape", Map.of("linear", vector, "angular", vector), "participant", "talker",
                "runtime", ""));
        assertThat(graph.get(service)).asString().contains("kind=service", "name=/robot/reset");
        assertThat(graph).containsEntry(key.toString(), own.body());
        assertThat(graph.keySet()).noneMatch(name -> name.contains("anole_g_main"));

        talker.process().getOutputStream().write('\n');
        talker.process().getOutputStream().flush();
        talker.awaitLine("GONE");
        Peer.done(peer.link.put(key, Optional.empty(), Lifetime.EPHEMERAL));
        Awaitility.await().atMost(Peer.SOON).until(() -> graph.keySet().stream()
                .noneMatch(name -> name.contains("talker") || name.equals(key.toString())));
        watch.close();
    }

    /** PY-12, PY-13: what is there, and what comes later; once each, and no longer than it is there. */
    @Test
    void patternsHearTopicsOfNodesThatComeLater() throws Exception {
        ros.python(TALKER.replace("'talker'", "'first'").replace("/robot/says", "/first/says")).awaitLine("READY");
        Heard all = peer.hear("/*/says");
        assertThat(all.await(1).get(0)).isEqualTo(Map.of("data", "hello"));

        Ros.Peer second = ros.python(TALKER.replace("'talker'", "'second'").replace("/robot/says", "/second/says"));
        second.awaitLine("READY");
        all.await(2);
        assertThat(all.messages).extracting(Message::name).extracting(Name::toString).containsExactly("/first/says", "/second/says");
        assertThat(all.messages).extracting(Message::source).containsExactly("first", "second");

        second.process().getOutputStream().write('\n');
        second.process().getOutputStream().flush();
        second.awaitLine("GONE");
        Awaitility.await("the topic is left").atMost(Peer.SOON).until(() -> !ros.tool("rostopic", "list").contains("/second/says"));
        all.close();
        Awaitility.await("all topics are left").atMost(Peer.SOON).until(() -> !ros.tool("rosnode", "list").contains(peer.node()));
    }

    /** G3 for patterns, between two of a kind: the first message of a new topic, and of one that was gone. */
    @Test
    void theFirstMessageOfANewTopicIsHeard() {
        try (Peer slow = new Peer("slow", ros.uri(), "heartbeat.ms", 60_000).connected()) {
            Heard all = slow.hear("/new/**", Qos.DEFAULT);
            for (int i = 0; i < 3; i++) {
                for (String topic : List.of("/new/a", "/new/b/c")) {
                    var outlet = peer.outlet(topic, "std_msgs/Int32");
                    Peer.done(outlet.publish(peer.message(topic, "std_msgs/Int32", i)));
                    outlet.close();
                }
            }
            assertThat(all.await(6)).extracting(body -> (Object) ((Map<?, ?>) body).get("data")).containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2);
        }
    }

    private Registration watch(String pattern, Map<String, Object> values) {
        Registration watch = peer.link.watch(Pattern.of(pattern), new StateListener() {
            @Override
            public void put(Name key, Value value) {
                values.put(key.toString(), value.body());
            }

            @Override
            public void removed(Name key) {
                values.remove(key.toString());
            }

            @Override
            public void synced() {
                // ready says the same
            }
        });
        Peer.done(watch.ready());
        return watch;
    }
}
