package io.anole.health.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Buses that are configured for a provider that is not installed. */
final class Buses {
    private static final String PROVIDER = "io.anole.bus.provider.BusProvider";

    private final BundleContext context;
    private final ConfigurationAdmin configurations;

    Buses(BundleContext context, ConfigurationAdmin configurations) {
        this.context = context;
        this.configurations = configurations;
    }

    List<String> unsatisfied() {
        List<String> reasons = new ArrayList<>();
        try {
            Configuration[] buses = configurations.listConfigurations("(service.factoryPid=io.anole.bus)");
            for (Configuration bus : buses == null ? new Configuration[0] : buses) {
                Dictionary<String, Object> properties = bus.getProperties();
                Object provider = properties == null ? null : properties.get("provider");
                if (provider == null) {
                    reasons.add("configuration " + bus.getPid() + " has no key 'provider'");
                } else if (!installed(provider.toString())) {
                    reasons.add("configuration " + bus.getPid() + " has provider=" + provider
                            + ", but no bundle provides it: install the feature that does, or correct the configuration");
                }
            }
        } catch (IOException e) {
            reasons.add("configurations can't be read: " + e.getMessage());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return reasons;
    }

    private boolean installed(String provider) throws InvalidSyntaxException {
        String escaped = provider.replaceAll("([\\\\()*])", "\\\\$1");
        return context.getAllServiceReferences(PROVIDER, "(bus.provider=" + escaped + ")") != null;
    }
}
