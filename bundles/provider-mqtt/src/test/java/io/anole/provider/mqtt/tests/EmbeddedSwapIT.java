package io.anole.provider.mqtt.tests;

import io.anole.testkit.EmbeddedBroker;
import io.anole.testkit.contract.SwapContract;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.osgi.framework.FrameworkUtil;

/** Between the JVM and the embedded broker. */
class EmbeddedSwapIT extends SwapContract {
    private static final int RATE = 2000;
    private EmbeddedBroker broker;

    @Override
    protected void startSystems() throws Exception {
        broker = new EmbeddedBroker(FrameworkUtil.getBundle(getClass()).getBundleContext());
    }

    @Override
    protected void stopSystems() throws IOException {
        broker.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(Place.LOCAL,
                new Place("embedded broker", "mqtt", Map.of("url", "tcp://127.0.0.1:" + broker.port()), RATE));
    }
}
