package io.anole.config.internal;

import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.LinkConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the provider of a bus what only it can tell: whether what its keys say makes sense together. Looks anew each time. */
final class Providers {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);
    /** Stands for the name that this runtime has on buses, by which nothing here is decided. */
    private static final String RUNTIME = "check";

    private final BundleContext context;
    private final Descriptions descriptions;

    Providers(BundleContext context, Descriptions descriptions) {
        this.context = context;
        this.descriptions = descriptions;
    }

    /** What is wrong with a bus's keys; nothing where its provider is not there, or does not describe its keys. */
    List<String> problems(String pid, String factory, Map<String, Object> properties) {
        Map<String, Object> own = descriptions.ofProvider(factory, properties);
        if (own.isEmpty()) {
            return List.of();
        }
        String bus = properties.get("bus.name") instanceof String name && !name.isBlank() ? name.trim()
                : pid.substring(pid.indexOf('~') + 1);
        Optional<ServiceReference<BusProvider>> reference = provider(Descriptions.kind(properties));
        BusProvider provider = reference.map(context::getService).orElse(null);
        if (provider == null) {
            return List.of();
        }
        try {
            provider.check(new LinkConfig(bus, RUNTIME, own));
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(pid + ": " + withoutBus(bus, e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            // It may be that a configuration is the way out of trouble.
            LOG.error("{}: what is wrong with it is not told by {}, and so that does not keep it from being changed", pid,
                    provider.getClass().getName(), e);
            return List.of();
        } finally {
            context.ungetService(reference.get());
        }
    }

    private static String withoutBus(String bus, String message) {
        String begin = "bus '" + bus + "': ";
        return message != null && message.startsWith(begin) ? message.substring(begin.length()) : message;
    }

    private Optional<ServiceReference<BusProvider>> provider(String kind) {
        try {
            return context.getServiceReferences(BusProvider.class, null).stream()
                    .filter(reference -> kind.equals(reference.getProperty(BusProvider.KIND))).max(Comparator.naturalOrder());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
