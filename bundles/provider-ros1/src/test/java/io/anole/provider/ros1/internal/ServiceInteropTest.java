package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.provider.RequestHandler;
import io.anole.provider.ros1.tests.Ros;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services with real nodes of rospy, both ways. */
class ServiceInteropTest {
    private static final String IMPORTS = """
            import rospy, time
            from std_srvs.srv import *
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
        peer = new Peer("s", ros.uri(), "types", "/here/trigger=std_srvs/Trigger").connected();
    }

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void rospyAnswers() {
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('server')
            rospy.Service('/there/set', SetBool, lambda q: SetBoolResponse(not q.data, 'was %s' % q.data))
            def fail(q): raise rospy.ServiceException('the gripper is stuck')
            rospy.Service('/there/fail', Trigger, fail)
            def slow(q):
                time.sleep(1.5)
                return TriggerResponse(True, 'late')
            rospy.Service('/there/slow', Trigger, slow)
            print('READY')
            rospy.spin()
            """);
        node.awaitLine("READY");

        assertThat(peer.call("/there/set", Map.of("data", true))).isEqualTo(Map.of("success", false, "message", "was True"));
        assertThat(peer.call("/there/set", false)).isEqualTo(Map.of("success", true, "message", "was False"));
        assertThatThrownBy(() -> peer.call("/there/fail", Map.of())).isInstanceOf(RemoteError.class)
                .hasMessageContaining("the gripper is stuck");
        assertThatThrownBy(() -> peer.call("/there/set", Map.of("dat", true))).isInstanceOf(BadShape.class)
                .hasMessageContaining("std_srvs/SetBoolRequest: dat: there is no such field");
        assertThatThrownBy(() -> Peer.done(peer.link.request(Name.of("/there/slow"), peer.message("/there/slow", "", Map.of()),
                Duration.ofMillis(200)))).isInstanceOf(BusException.Timeout.class).hasMessageContaining("/there/slow");
        assertThatThrownBy(() -> peer.call("/there/nothing", Map.of())).isInstanceOf(NoProvider.class)
                .hasMessageContaining("/there/nothing");
        List<CompletionStage<Message>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(peer.link.request(Name.of("/there/set"), peer.message("/there/set", "", Map.of("data", i % 2 == 0)), Peer.SOON));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(((Map<?, ?>) Peer.done(all.get(i)).body()).get("success")).isEqualTo(i % 2 != 0);
        }
        node.kill();
        nobodyServes(peer, "/there/set");
    }

    /** With {@code calls.idle.ms} 0 it asks as a rospy proxy does that is not persistent. */
    @Test
    void aConnectionCanBeHadForEachCall() {
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('once')
            rospy.Service('/there/once', SetBool, lambda q: SetBoolResponse(q.data, q._connection_header['persistent']))
            print('READY')
            rospy.spin()
            """);
        node.awaitLine("READY");

        try (Peer once = new Peer("once", ros.uri(), "calls.idle.ms", 0).connected()) {
            List<CompletionStage<Message>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(once.link.request(Name.of("/there/once"), once.message("/there/once", "", Map.of("data", true)), Peer.SOON));
            }
            all.forEach(one -> assertThat(Peer.done(one).body()).isEqualTo(Map.of("success", true, "message", "0")));
        }
        assertThat(peer.call("/there/once", true)).isEqualTo(Map.of("success", true, "message", "1"));
    }

    /** What meets the end of its connection is lost, and told so; soon it is known that nobody is there. */
    private static void nobodyServes(Peer peer, String service) {
        await().atMost(Peer.SOON).until(() -> {
            BusException why = catchThrowableOfType(BusException.class, () -> peer.call(service, true));
            assertThat(why).isInstanceOfAny(NoProvider.class, LinkLost.class);
            return why instanceof NoProvider;
        });
    }

    private Registration serve(String name, String request, RequestHandler handler) {
        Registration served = peer.link.serve(Name.of(name), request, "", handler);
        Peer.done(served.ready());
        return served;
    }

    private CompletionStage<Message> answer(Object body) {
        return CompletableFuture.completedStage(peer.message("/x", "", body));
    }

    @Test
    void rospyIsAnswered() {
        serve("/here/set", "std_srvs/SetBoolRequest", request -> answer(Map.of("success", true, "message", "got "
                + ((Map<?, ?>) request.body()).get("data") + " from " + request.source())));
        serve("/here/trigger", "", request -> CompletableFuture.failedStage(new RemoteError("Stuck", "the gripper", "")));
        Ros.Peer node = ros.python(IMPORTS + """
            rospy.init_node('client')
            once = rospy.ServiceProxy('/here/set', SetBool)
            kept = rospy.ServiceProxy('/here/set', SetBool, persistent=True)
            print('ONCE', once(True).message)
            print('KEPT', kept(True).message, kept(False).message)
            try: rospy.ServiceProxy('/here/trigger', Trigger)()
            except rospy.ServiceException as e: print('ERROR', e)
            try: rospy.ServiceProxy('/here/trigger', Empty)()
            except rospy.ServiceException as e: print('MD5', e)
            print('DONE')
            """);
        node.awaitLine("DONE");

        assertThat(node.lines()).contains("ONCE got true from client", "KEPT got true from client got false from client");
        assertThat(node.awaitLine("ERROR")).contains("Stuck: the gripper");
        assertThat(node.awaitLine("MD5")).contains("std_srvs/Trigger with md5 937c9679a518e3a18d831e57125ea522");
        assertThat(ros.tool("rosservice", "type", "/here/set")).contains("std_srvs/SetBool");
        assertThat(ros.tool("rosservice", "info", "/here/set")).contains(peer.node());
        assertThat(ros.tool("rosservice", "call", "/here/set", "true")).contains("got true");
    }

    /** G6, G7: between two of a kind no type is needed. */
    @Test
    void twoOfAKindNeedNoType() {
        try (Peer other = new Peer("o", ros.uri()).connected()) {
            Registration served = serve("/any", "", request -> "fail".equals(request.body())
                    ? CompletableFuture.failedStage(new RemoteError("Stuck", "the gripper", "trace"))
                    : answer(request.body()));

            assertThat(other.call("/any", 7)).isEqualTo(7L);
            assertThatThrownBy(() -> other.call("/any", "fail")).isInstanceOfSatisfying(RemoteError.class, error -> {
                assertThat(error.type()).isEqualTo("Stuck");
                assertThat(error.trace()).isEqualTo("trace");
            });
            assertThatThrownBy(() -> Peer.done(other.link.serve(Name.of("/any"), request -> answer(1)).ready()))
                    .isInstanceOf(Conflict.class).hasMessageContaining("/any");
            served.close();
            nobodyServes(other, "/any");
            Peer.done(other.link.serve(Name.of("/any"), request -> answer(1)).ready());
        }
    }
}
