package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.provider.ros1.tests.Ros;
import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real master, and a way to it and back on which what it tells comes late, or not to this node. */
class MasterWayTest {
    private static final ClientOptions OPTIONS = new ClientOptions(Peer.SOON, 100);

    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(Limits.DEFAULT);
    private final CountDownLatch told = new CountDownLatch(1);
    private final AtomicInteger registrations = new AtomicInteger();
    private Ros ros;
    private Peer publisher;
    private XmlRpcServer way;
    private volatile String node;
    private volatile boolean deaf;

    @BeforeEach
    void open() throws IOException {
        ros = new Ros();
        publisher = new Peer("publisher", ros.uri(), "connect.wait.ms", 0).connected();
        way = xmlRpc.serve(ServerOptions.of("way", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), this::pass);
    }

    @AfterEach
    void close() {
        publisher.close();
        ros.close();
        xmlRpc.close();
    }

    private String uri() {
        return "http://127.0.0.1:" + way.address().getPort() + "/";
    }

    /** For the node this is the master, for the master the node. */
    private Object pass(String method, List<Object> params) throws Exception {
        if (method.equals("publisherUpdate") && deaf) {
            return List.of(1, "", 0);
        }
        if (method.equals("publisherUpdate")) {
            Object answer = ask(node, method, params);
            told.countDown();
            return answer;
        }
        List<Object> all = new ArrayList<>(params);
        if (method.equals("registerSubscriber")) {
            node = String.valueOf(all.set(3, uri()));
        }
        Object answer = ask(ros.uri(), method, all);
        if (method.equals("registerSubscriber") && !deaf && registrations.incrementAndGet() == 1) {
            publisher.latch("/late", "std_msgs/String", "heard");
            assertThat(told.await(20, TimeUnit.SECONDS)).as("the node is told of the publisher").isTrue();
        }
        return method.equals("lookupNode") && answer instanceof List<?> triple && uri().equals(triple.get(2))
                ? List.of(triple.get(0), triple.get(1), node) : answer;
    }

    private Object ask(String where, String method, List<Object> params) throws Exception {
        try (var client = xmlRpc.client(where, OPTIONS)) {
            return client.call(method, params).get(20, TimeUnit.SECONDS);
        }
    }

    /** The master's answer to the registration comes after what it told later; that is not forgotten because of the answer that knows of none. */
    @Test
    void aPublisherThatComesMeanwhileIsHeard() {
        try (Peer late = new Peer("late", uri()).connected()) {
            assertThat(late.hear("/late").await(1)).isEqualTo(List.of(Map.of("data", "heard")));
        }
    }

    /** Where two links of a node have one address, the master's notices come to one of them only. */
    @Test
    void whatIsPublishedHereIsHeardHereAlsoIfTheMasterDoesNotTell() {
        deaf = true;
        try (Peer alone = new Peer("alone", uri()).connected()) {
            Peer.Heard heard = alone.hear("/own");
            var outlet = alone.outlet("/own", "std_msgs/String");

            outlet.publish(alone.message("/own", "std_msgs/String", "one"));

            assertThat(heard.await(1)).isEqualTo(List.of(Map.of("data", "one")));
        }
    }
}
