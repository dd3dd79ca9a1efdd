package io.anole.provider.mqtt.tests;

import io.anole.testkit.EmbeddedBroker;
import io.anole.testkit.Line;
import io.anole.testkit.TcpLine;
import io.anole.testkit.contract.ProviderContract;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.osgi.framework.FrameworkUtil;

/** The provider contract over the embedded broker. */
class EmbeddedContractIT extends ProviderContract {
    private EmbeddedBroker broker;

    @Override
    protected String provider() {
        return "mqtt";
    }

    @Override
    protected void startSystem() throws Exception {
        broker = new EmbeddedBroker(FrameworkUtil.getBundle(getClass()).getBundleContext());
    }

    @Override
    protected void stopSystem() throws Exception {
        broker.close();
    }

    @Override
    protected Line line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", broker.port()),
                at -> Map.of("url", "tcp://127.0.0.1:" + at, "keep.alive.s", 2, "will.delay.s", 1));
    }

    @Override
    protected Map<String, Object> exclusive() {
        return Map.of("client.id", "only");
    }

    @Override
    protected Duration detection() {
        return Duration.ofSeconds(10);
    }
}
