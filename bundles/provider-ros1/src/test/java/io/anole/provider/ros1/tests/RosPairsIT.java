package io.anole.provider.ros1.tests;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.testkit.contract.SwapContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Between a ROS graph, a TCP router and a real Mosquitto (Debian package mosquitto); pairs with the JVM are in other tests. */
@EnabledIfSystemProperty(named = "anole.soak", matches = "true")
class RosPairsIT extends SwapContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int RATE = 2000;
    private Ros ros;
    private Link router;
    private int routerPort;
    private int brokerPort;

    @Override
    protected void startSystems() throws Exception {
        ros = new Ros();
        routerPort = Ros.freePort();
        router = router();
        brokerPort = Ros.freePort();
        Path configuration = Files.write(Files.createTempFile("mosquitto", ".conf"), List.of("listener " + brokerPort
                + " 127.0.0.1", "allow_anonymous true", "max_queued_messages 0", "set_tcp_nodelay true",
                "user " + System.getProperty("user.name")));
        Path daemon = Path.of("/usr/sbin/mosquitto");
        ros.run(Files.isExecutable(daemon) ? daemon.toString() : "mosquitto", "-c", configuration.toString());
        Awaitility.await("Mosquitto listens").atMost(SOON).until(this::brokerListens);
        Files.delete(configuration);
    }

    private Link router() throws Exception {
        BundleContext context = FrameworkUtil.getBundle(RosPairsIT.class).getBundleContext();
        BusProvider provider = context.getService(List.copyOf(
                context.getServiceReferences(BusProvider.class, "(" + BusProvider.KIND + "=tcp)")).get(0));
        CompletableFuture<String> up = new CompletableFuture<>();
        Link link = provider.open(new LinkConfig("router", "router", Map.of("mode", "router", "listen",
                "tcp://127.0.0.1:" + routerPort)), new LinkListener() {
                    @Override
                    public void up(String where) {
                        up.complete(where);
                    }

                    @Override
                    public void down(String reason) {
                        up.completeExceptionally(new IllegalStateException(reason));
                    }

                    @Override
                    public void dropped(Drop reason, long count) {
                        // the contract counts at the receivers
                    }
                });
        up.get(SOON.toSeconds(), TimeUnit.SECONDS);
        return link;
    }

    private boolean brokerListens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    protected void stopSystems() {
        router.close();
        ros.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(new Place("ROS", "ros1", Map.of("master", ros.uri(), "host", "127.0.0.1", "connect.wait.ms", 20_000,
                "node.name", "paired"), RATE), new Place("a router", "tcp", Map.of("url", "tcp://127.0.0.1:" + routerPort), RATE),
                new Place("mosquitto", "mqtt", Map.of("url", "tcp://127.0.0.1:" + brokerPort), RATE));
    }
}
