package io.anole.core.internal;

import io.anole.bus.Bus;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.BusProvider;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured bus. Waits for a provider of its kind; from then on the Bus service stays, whatever becomes of the
 * provider. Every bundle gets a view of its own. Tells what is missing, for whoever asks why the runtime is not ready.
 */
@Component(service = {}, configurationPid = "io.anole.bus", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BusConfig.class, factory = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"io.anole.bus.Bus\"", uses = Bus.class)
public final class BusComponent {
    private static final Logger LOG = LoggerFactory.getLogger(BusComponent.class);

    private final BundleContext context;
    private final Hubs hubs;
    private final String name;
    private final String kind;
    private final Map<String, Object> properties;
    private final Hub hub;
    private final ServiceRegistration<?> readiness;
    private final Providers providers;
    /** The provider of the present link, and the Bus service once there is one. Guarded by this object. */
    private ServiceReference<BusProvider> current;
    private ServiceRegistration<?> service;
    private volatile String problem;

    @Activate
    public BusComponent(BundleContext context, BusConfig config, Map<String, Object> properties, @Reference Shapes shapes,
            @Reference Hubs hubs) throws InvalidSyntaxException {
        this.context = context;
        this.hubs = hubs;
        this.properties = properties;
        name = name(config, properties);
        kind = config.provider() == null ? "" : config.provider().trim();
        problem = kind.isEmpty() ? "its configuration names no provider, such as provider=local"
                : "there is no provider of kind '" + kind + "'; install the bundle that has it";
        hub = new Hub(checked(config), shapes);
        readiness = context.registerService(Supplier.class, (Supplier<List<String>>) this::unsatisfied,
                dictionary(Map.of("anole.readiness", "contribution", Bus.NAME, name)));
        providers = new Providers(context, context.createFilter("(&(objectClass=" + BusProvider.class.getName() + ")("
                + BusProvider.KIND + "=" + escaped(kind) + "))"));
        providers.open();
    }

    private static String name(BusConfig config, Map<String, Object> properties) {
        if (!config.bus_name().isBlank()) {
            return config.bus_name().trim();
        }
        Object pid = properties.get("service.pid");
        String text = pid instanceof List<?> list ? list.get(0).toString() : String.valueOf(pid);
        return text.substring(text.indexOf('~') + 1);
    }

    private HubConfig checked(BusConfig config) {
        return new HubConfig(name, hubs.runtime(), kind,
                Duration.ofMillis(within("request.timeout.ms", config.request_timeout_ms(), 1, 3_600_000)),
                Duration.ofMillis(within("block.timeout.ms", config.block_timeout_ms(), 1, 3_600_000)),
                (int) within("publish.window", config.publish_window(), 1, 65_536),
                (int) within("service.depth", config.service_depth(), 1, 1 << 20),
                (int) within("threads", config.threads(), 0, 1024),
                (int) within("threads.max", config.threads_max(), 1, 4096), config.spin(),
                (int) within("announcements", config.announcements(), 0, 1 << 20));
    }

    private long within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("bus '" + name + "': " + key + ": " + value + " is not within " + least
                    + " and " + most);
        }
        return value;
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\\\*()]", "\\\\$0");
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> map) {
        return new Hashtable<>(map);
    }

    private List<String> unsatisfied() {
        String why = problem;
        if (why != null) {
            return List.of("bus '" + name + "': " + why);
        }
        return hub.link() == LinkState.UP ? List.of() : List.of("bus '" + name + "' is not connected: " + hub.detail());
    }

    private synchronized void found(ServiceReference<BusProvider> reference, BusProvider provider) {
        if (current != null) {
            return;
        }
        try {
            hub.open(provider, properties);
        } catch (RuntimeException e) {
            problem = "provider '" + kind + "' can't open it: " + e.getMessage();
            LOG.error("bus '{}': {}", name, problem);
            return;
        }
        current = reference;
        problem = null;
        if (service == null) {
            offer();
        }
    }

    private void offer() {
        if (!hubs.add(name, hub)) {
            problem = "another configuration has this name already; give this one another bus.name";
            LOG.error("bus '{}': {}", name, problem);
            return;
        }
        service = context.registerService(Bus.class.getName(), new Views(),
                dictionary(Map.of(Bus.NAME, name, BusProvider.KIND, kind)));
    }

    private synchronized void gone(ServiceReference<BusProvider> reference) {
        if (reference.equals(current)) {
            current = null;
            problem = "the provider of kind '" + kind + "' went away; install or start its bundle";
            hub.lose("its provider '" + kind + "' went away");
        }
    }

    @Deactivate
    void close() {
        providers.close();
        readiness.unregister();
        ServiceRegistration<?> last;
        synchronized (this) {
            last = service;
            service = null;
        }
        hubs.remove(name, hub);
        if (last != null) {
            last.unregister();
        }
        hub.close();
    }

    /** Gives each bundle a view in its own name, closed when the bundle lets go of the service. */
    private final class Views implements ServiceFactory<ParticipantBus> {
        @Override
        public ParticipantBus getService(Bundle bundle, ServiceRegistration<ParticipantBus> registration) {
            return hub.view(bundle.getSymbolicName(), null);
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<ParticipantBus> registration, ParticipantBus view) {
            view.close();
        }
    }

    /** Follows the providers of this kind. */
    private final class Providers extends ServiceTracker<BusProvider, BusProvider> {
        Providers(BundleContext context, Filter filter) {
            super(context, filter, null);
        }

        @Override
        public BusProvider addingService(ServiceReference<BusProvider> reference) {
            BusProvider provider = context.getService(reference);
            if (provider != null) {
                found(reference, provider);
            }
            return provider;
        }

        @Override
        public void removedService(ServiceReference<BusProvider> reference, BusProvider provider) {
            gone(reference);
            context.ungetService(reference);
            ServiceReference<BusProvider> next = getServiceReference();
            if (next != null) {
                found(next, getService(next));
            }
        }
    }
}
