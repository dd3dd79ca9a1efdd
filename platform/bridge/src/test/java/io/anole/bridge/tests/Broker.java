package io.anole.bridge.tests;

import java.io.IOException;
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

/** The embedded broker, configured as in a robot. */
final class Broker implements AutoCloseable {
    private static final long BOUND_MILLIS = 30_000;

    private final Configuration configuration;
    private final int port;

    Broker() throws IOException, InvalidSyntaxException, InterruptedException {
        BundleContext context = FrameworkUtil.getBundle(Broker.class).getBundleContext();
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        configuration = admin.getConfiguration("io.anole.broker.mqtt", "?");
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("port", 0));
        configuration.update(properties);
        ServiceTracker<?, ?> broker = new ServiceTracker<>(context,
                context.createFilter("(&(objectClass=" + Supplier.class.getName() + ")(mqtt.port=*))"), null);
        broker.open();
        if (broker.waitForService(BOUND_MILLIS) == null) {
            throw new IllegalStateException("the embedded broker did not start within " + BOUND_MILLIS + " ms");
        }
        port = (Integer) broker.getServiceReference().getProperty("mqtt.port");
        broker.close();
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        configuration.delete();
    }
}
