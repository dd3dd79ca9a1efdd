package io.anole.config.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Which PIDs somebody takes a configuration of: components, and services that Configuration Admin calls. Looks anew each time. */
final class Readers {
    private final BundleContext context;
    private final ServiceComponentRuntime components;

    Readers(BundleContext context, ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    Set<String> pids() {
        Set<String> pids = new HashSet<>();
        components.getComponentDescriptionDTOs().forEach(component -> pids.addAll(Arrays.asList(component.configurationPid)));
        addServices(ManagedService.class, pids);
        addServices(ManagedServiceFactory.class, pids);
        return pids;
    }

    private void addServices(Class<?> type, Set<String> pids) {
        try {
            // All: other bundles may have the class from elsewhere.
            ServiceReference<?>[] found = context.getAllServiceReferences(type.getName(), null);
            for (ServiceReference<?> service : found == null ? new ServiceReference<?>[0] : found) {
                Object pid = service.getProperty("service.pid");
                if (pid instanceof String one) {
                    pids.add(one);
                } else if (pid instanceof String[] several) {
                    pids.addAll(Arrays.asList(several));
                } else if (pid instanceof Collection<?> several) {
                    several.forEach(each -> pids.add(String.valueOf(each)));
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }
}
