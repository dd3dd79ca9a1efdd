package io.anole.ros1.master.internal;

import io.anole.ros1.xmlrpc.XmlRpc;
import java.io.IOException;
import java.time.Duration;
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
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master as a configured component. While it runs there is a {@link Supplier} of its URI, with the service properties
 * {@code ros.master.uri} and {@code ros.master.port}, the real ones where any free port was asked for.
 */
@Component(service = {}, configurationPid = "io.anole.ros1.master", configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = MasterConfig.class)
public final class MasterComponent {
    private static final Logger LOG = LoggerFactory.getLogger(MasterComponent.class);

    private final Master master;
    private final ServiceRegistration<?> registration;

    @Activate
    public MasterComponent(BundleContext context, @Reference XmlRpc xmlRpc, MasterConfig config) throws IOException {
        try {
            master = new Master(xmlRpc, new Master.Settings(config.host(), config.any_interface(), config.port(),
                    config.advertise(), config.max_connections(), config.workers(), config.max_registrations(),
                    config.max_parameter_bytes(), Duration.ofMillis(config.notify_timeout_ms()), config.ros_distribution(),
                    config.ros_version()));
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("io.anole.ros1.master: {}", e.getMessage());
            throw e;
        }
        Dictionary<String, Object> properties = new Hashtable<>(
                Map.of("ros.master.uri", master.uri(), "ros.master.port", master.port()));
        registration = context.registerService(Supplier.class, master::uri, properties);
    }

    @Deactivate
    void stop() {
        registration.unregister();
        master.close();
    }
}
