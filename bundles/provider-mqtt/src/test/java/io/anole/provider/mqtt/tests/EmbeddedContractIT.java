package io.anole.provider.mqtt.tests;

import io.anole.testkit.Line;
import io.anole.testkit.TcpLine;
import io.anole.testkit.contract.ProviderContract;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The provider contract over the embedded broker, configured as in a robot. */
class EmbeddedContractIT extends ProviderContract {
    private final BundleContext context = FrameworkUtil.getBundle(getClass()).getBundleContext();
    private Configuration configuration;
    private int port;

    @Override
    protected String provider() {
        return "mqtt";
    }

    @Override
    protected void startSystem() throws IOException, InvalidSyntaxException, InterruptedException {
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        configuration = admin.getConfiguration("io.anole.broker.mqtt", "?");
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("port", 0));
        configuration.update(properties);
        ServiceTracker<?, ?> broker = new ServiceTracker<>(context,
                context.createFilter("(&(objectClass=" + Supplier.class.getName() + ")(mqtt.port=*))"), null);
        broker.open();
        if (broker.waitForService(30_000) == null) {
            throw new IllegalStateException("the embedded broker did not start within 30 s");
        }
        port = (Integer) broker.getServiceReference().getProperty("mqtt.port");
        broker.close();
    }

    @Override
    protected void stopSystem() throws IOException {
        configuration.delete();
    }

    @Override
    protected Line line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port),
                at -> Map.of("url", "tcp://127.0.0.1:" + at, "keep.alive.s", 2, "will.delay.s", 1));
    }

    @Override
    protected Duration detection() {
        return Duration.ofSeconds(10);
    }
}
