package io.anole.provider.tcp.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Mosquitto;
import io.anole.testkit.TcpRouter;
import io.anole.testkit.contract.SwapContract;
import java.util.List;
import java.util.Map;

/** Between a router and a real Mosquitto (Debian package mosquitto). */
class TcpMqttSwapIT extends SwapContract {
    private static final int RATE = 4000;
    private String at;
    private TcpRouter router;
    private Mosquitto broker;

    @Override
    protected void startSystems() {
        at = "tcp://127.0.0.1:" + FreePort.next();
        router = new TcpRouter(at);
        broker = new Mosquitto("max_queued_messages 0");
    }

    @Override
    protected void stopSystems() {
        router.close();
        broker.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(new Place("a router", "tcp", Map.of("url", at), RATE), new Place("mosquitto", "mqtt", Map.of("url", broker.url()), RATE));
    }
}
