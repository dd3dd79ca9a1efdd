package io.anole.provider.ros1.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Mosquitto;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.SwapContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Between a ROS graph, a TCP router and a real Mosquitto (Debian package mosquitto); pairs with the JVM are in other tests. */
@EnabledIfSystemProperty(named = "anole.soak", matches = "true")
class RosPairsIT extends SwapContract {
    private static final int RATE = 2000;
    private Ros ros;
    private String at;
    private TcpRouter router;
    private Mosquitto broker;

    @Override
    protected void startSystems() {
        ros = new Ros();
        at = "tcp://127.0.0.1:" + FreePort.next();
        router = new TcpRouter(at);
        broker = new Mosquitto("max_queued_messages 0");
    }

    @Override
    protected void stopSystems() {
        broker.close();
        router.close();
        ros.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(new Place("ROS", "ros1", Map.of("master", ros.uri(), "host", "127.0.0.1", "connect.wait.ms", 20_000,
                "node.name", "paired"), RATE), new Place("a router", "tcp", Map.of("url", at), RATE),
                new Place("mosquitto", "mqtt", Map.of("url", broker.url()), RATE));
    }
}
