package io.anole.broker.mqtt.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker as a configured component. While it runs there is a {@link Supplier} of its URL, with the service properties
 * {@code mqtt.url} and {@code mqtt.port}, the real one where any free port was asked for.
 */
@Component(service = {}, configurationPid = "io.anole.broker.mqtt", configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = BrokerConfig.class)
public final class BrokerComponent {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerComponent.class);

    private final Broker broker;
    private final ServiceRegistration<?> registration;

    @Activate
    public BrokerComponent(BundleContext context, BrokerConfig config) throws IOException {
        try {
            broker = new Broker(new Broker.Settings(config.host(), config.port(), config.max_connections(),
                    config.max_packet(), config.max_memory(), config.user(), config._password()),
                    config.persistent() ? directory(context) : null);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("io.anole.broker.mqtt: {}", e.getMessage());
            throw e;
        }
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("mqtt.url", broker.url(), "mqtt.port", broker.port()));
        registration = context.registerService(Supplier.class, broker::url, properties);
    }

    private static Path directory(BundleContext context) throws IOException {
        String home = context.getProperty("anole.home");
        if (home == null) {
            throw new IllegalArgumentException("persistent: there is no home directory (anole.home) to keep messages in");
        }
        return Files.createDirectories(Path.of(home, "data", "broker-mqtt"));
    }

    @Deactivate
    void stop() {
        registration.unregister();
        broker.close();
    }
}
