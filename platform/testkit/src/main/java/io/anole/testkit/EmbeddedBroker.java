package io.anole.testkit;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The embedded MQTT broker of {@code io.anole.broker.mqtt}, configured as in a robot, on a free port; gone when it is closed. */
public final class EmbeddedBroker implements AutoCloseable {
    private static final long BOUND_MILLIS = 30_000;

    private final Configuration configuration;
    private final int port;

    /**
     * Waits until it listens.
     *
     * @param context any bundle's
     * @throws IllegalStateException if it doesn't within 30 s
     */
    public EmbeddedBroker(BundleContext context) throws IOException, InvalidSyntaxException, InterruptedException {
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

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        configuration.delete();
    }
}
