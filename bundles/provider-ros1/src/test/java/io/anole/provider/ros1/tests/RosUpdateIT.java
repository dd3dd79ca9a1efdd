package io.anole.provider.ros1.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/** What of a node outlives the bundle that speaks for it. */
class RosUpdateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final BundleContext context = FrameworkUtil.getBundle(RosUpdateIT.class).getBundleContext();

    /** Other nodes find the slave API under the URI that they know, and the master has no cause to end the node. */
    @Test
    void anUpdatedProviderKeepsTheNodesNameAndAddress() throws Exception {
        Bundle provider = List.of(context.getBundles()).stream()
                .filter(one -> one.getSymbolicName().equals("io.anole.provider.ros1")).findFirst().orElseThrow();
        ServiceReference<XmlRpc> xmlRpc = context.getServiceReference(XmlRpc.class);
        try (Ros ros = new Ros();
                var master = context.getService(xmlRpc).client(ros.uri(), new ClientOptions(PATIENCE, 10));
                TestBus bus = TestBus.open(context, "ros1", Map.of("master", ros.uri(), "host", "127.0.0.1",
                        "node.name", "kept"), PATIENCE);
                var hearing = bus.bus().subscribe("/kept", String.class, body -> { })) {
            hearing.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Object before = master.call("lookupNode", List.of("/test", "/kept")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            context.ungetService(xmlRpc);

            provider.update();

            Awaitility.await("the node is back").atMost(PATIENCE).untilAsserted(() -> assertThat(
                    master.call("getSystemState", List.of("/test")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).toString())
                    .contains("/kept, [/kept]"));
            assertThat(master.call("lookupNode", List.of("/test", "/kept")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(before);
        }
    }
}
