package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import io.anole.provider.ros1.tests.Ros;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parameters with a real master, and real nodes and tools of ROS. */
class ParamTest {
    private Ros ros;
    private Peer peer;

    @BeforeEach
    void open() {
        ros = new Ros();
        peer = new Peer("p", ros.uri()).connected();
    }

    @AfterEach
    void close() {
        peer.close();
        ros.close();
    }

    private void put(String name, Object body) {
        Peer.done(peer.link.put(Name.of("@param/" + name), Optional.of(new Value(body, "", "me")), Lifetime.DURABLE));
    }

    private Optional<Object> get(String name) {
        return Peer.done(peer.link.get(Name.of("@param/" + name))).map(Value::body);
    }

    /** PY-06, PY-07, B-PY-1: a node of rospy finds each value as it is, and of its type; 0, false and "" too. */
    @Test
    void whatIsPutHereRospyGets() {
        put("whole", 0L);
        put("fraction", 0.5f);
        put("no", false);
        put("empty", "");
        put("text", "a <b> & \"c\" \u00e4\n");
        put("bytes", new byte[] {0, -1, 7});
        put("list", List.of(1, "two", List.of(3.0)));
        put("numbers", new double[] {1, 2.5});
        put("arm", Map.of("gain", Map.of("p", 1.5), "on", true));
        Ros.Peer node = ros.python("""
            import rospy
            rospy.init_node('reader')
            for name in 'whole fraction no empty text bytes list numbers arm/gain/p arm/on'.split():
                print(name, repr(rospy.get_param('/' + name)))
            print('DONE')
            """);
        node.awaitLine("DONE");

        assertThat(node.lines()).contains("whole 0", "fraction 0.5", "no False", "empty ''",
                "text 'a <b> & \"c\" \u00e4\\n'", "list [1, 'two', [3.0]]", "numbers [1.0, 2.5]", "arm/gain/p 1.5", "arm/on True");
        assertThat(node.awaitLine("bytes")).contains("Binary");
        assertThat(get("arm")).contains(Map.of("gain", Map.of("p", 1.5), "on", true));
        assertThat((byte[]) get("bytes").orElseThrow()).containsExactly(0, -1, 7);
    }

    @Test
    void whatToolsSetIsGotHere() {
        assertThat(get("speed")).isEmpty();
        ros.tool("rosparam", "set", "/speed", "0");
        ros.tool("rosparam", "set", "/limits", "{low: -1.5, names: [a, b], halt: false}");

        assertThat(get("speed")).contains(0);
        assertThat(get("limits")).contains(Map.of("low", -1.5, "names", List.of("a", "b"), "halt", false));
        Peer.done(peer.link.put(Name.of("@param/speed"), Optional.empty(), Lifetime.DURABLE));
        Peer.done(peer.link.put(Name.of("@param/speed"), Optional.empty(), Lifetime.DURABLE));
        assertThat(get("speed")).isEmpty();
        assertThat(ros.tool("rosparam", "list")).contains("/limits/low").doesNotContain("/speed");
    }

    /** What ROS can't keep is refused before it harms others, and anything but a parameter too. */
    @Test
    void whatCanNotBeAParameterIsRefused() {
        assertThatThrownBy(() -> put("big", 1L << 40)).isInstanceOf(BusException.Rejected.class).hasMessageContaining("32 bits");
        assertThatThrownBy(() -> put("none", Arrays.asList(1, null))).isInstanceOf(BusException.Rejected.class)
                .hasMessageContaining("no null");
        assertThatThrownBy(() -> put("odd", Map.of("a/b", 1))).isInstanceOf(BusException.Rejected.class);
        Optional<Value> value = Optional.of(new Value(1, "", "me"));
        for (Lifetime lifetime : Lifetime.values()) {
            assertThatThrownBy(() -> Peer.done(peer.link.put(Name.of("state"), value, lifetime)))
                    .isInstanceOf(BusException.Unsupported.class).hasMessageContaining("no state but parameters, below /@param");
        }
        assertThatThrownBy(() -> Peer.done(peer.link.put(Name.of("@param/x"), value, Lifetime.EPHEMERAL)))
                .isInstanceOf(BusException.Unsupported.class).hasMessageContaining("stays until it is deleted");
        assertThat(ros.tool("rosparam", "list")).doesNotContain("/big", "/none", "/odd", "/x");
    }

    /** G9: a snapshot, then what changes, whoever has changed it; a namespace is told by its values, and as one where it is named. */
    @Test
    void changesAreTold() {
        ros.tool("rosparam", "set", "/arm", "{gain: 1, name: left}");
        Watched all = watch("@param/arm/**");
        Watched one = watch("@param/arm");
        assertThat(all.values).isEqualTo(Map.of("/@param/arm/gain", 1, "/@param/arm/name", "left"));
        assertThat(one.values).isEqualTo(Map.of("/@param/arm", Map.of("gain", 1, "name", "left")));

        Ros.Peer node = ros.python("""
            import rospy
            rospy.init_node('writer')
            rospy.set_param('/arm/gain', 2)
            rospy.set_param('/arm/deep', {'er': {'x': 3.5}})
            rospy.delete_param('/arm/name')
            rospy.set_param('/other', 'unheard')
            print('DONE')
            """);
        node.awaitLine("DONE");
        all.await(Map.of("/@param/arm/gain", 2, "/@param/arm/deep/er/x", 3.5));
        one.await(Map.of("/@param/arm", Map.of("gain", 2, "deep", Map.of("er", Map.of("x", 3.5)))));

        put("arm/gain", 4);
        put("arm/deep", true);
        all.await(Map.of("/@param/arm/gain", 4, "/@param/arm/deep", true));
        Peer.done(peer.link.put(Name.of("@param/arm"), Optional.empty(), Lifetime.DURABLE));
        all.await(Map.of());
        one.await(Map.of());
        assertThat(all.events).doesNotHaveDuplicates();
        all.close();
        one.close();
        try (XmlRpc.Standalone standalone = XmlRpc.standalone(Limits.DEFAULT);
                Master master = new Master(standalone, ros.uri(), "/raw", 5000)) {
            Awaitility.await("the master knows of no subscription any more").atMost(Peer.SOON).until(() -> master
                    .call("lookupNode", peer.node()).handle((uri, error) -> Node.cause(error) instanceof Master.Refused).join());
        }
    }

    /** G9, G11: a master that comes back without the old parameters, and with new ones. */
    @Test
    void aNewMasterIsReadAnew() {
        ros.tool("rosparam", "set", "/old", "1");
        Watched all = watch("@param/**");
        assertThat(all.values).containsEntry("/@param/old", 1);
        ros.kill();
        Awaitility.await().atMost(Peer.SOON).until(() -> !peer.isUp());
        assertThatThrownBy(() -> get("old")).isInstanceOf(BusException.LinkLost.class);
        assertThat(all.values).containsEntry("/@param/old", 1);

        ros.start();
        peer.connected();
        Awaitility.await().atMost(Peer.SOON).until(() -> all.syncs.get() >= 2 && !all.values.containsKey("/@param/old"));
        ros.tool("rosparam", "set", "/new", "2");
        Awaitility.await().atMost(Peer.SOON).until(() -> Integer.valueOf(2).equals(all.values.get("/@param/new")));
    }

    private Watched watch(String pattern) {
        Watched watched = new Watched();
        watched.registration = peer.link.watch(Pattern.of(pattern), watched);
        Peer.done(watched.registration.ready());
        assertThat(watched.syncs).hasValue(1);
        return watched;
    }

    private static final class Watched implements StateListener {
        private final Map<String, Object> values = new ConcurrentHashMap<>();
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final AtomicInteger syncs = new AtomicInteger();
        private Registration registration;

        @Override
        public void put(Name key, Value value) {
            events.add(key + "=" + value.body());
            values.put(key.toString(), value.body());
        }

        @Override
        public void removed(Name key) {
            events.add(key + " removed after " + values.get(key.toString()));
            values.remove(key.toString());
        }

        @Override
        public void synced() {
            syncs.incrementAndGet();
        }

        void await(Map<String, Object> expected) {
            Awaitility.await("watch tells " + expected).atMost(Peer.SOON).untilAsserted(
                    () -> assertThat(new HashMap<>(values)).isEqualTo(expected));
        }

        void close() {
            registration.close();
        }
    }
}
