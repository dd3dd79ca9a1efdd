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

/** Who takes configurations: components, and services that Configuration Admin calls. Looks anew each time. */
final class Readers {
    /** Of the levels of the OSGi log, which its implementation reads without saying so (Core, ch. 101). */
    private static final String LOG_LEVELS = "org.osgi.service.log.admin";

    private final BundleContext context;
    private final ServiceComponentRuntime components;

    Readers(BundleContext context, ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    /**
     * @param all      that somebody takes a configuration of
     * @param optional of these, those whose reader works without any
     */
    record Pids(Set<String> all, Set<String> optional) {
    }

    Pids pids() {
        Set<String> needed = new HashSet<>();
        Set<String> optional = new HashSet<>();
        components.getComponentDescriptionDTOs().forEach(component -> (component.configurationPolicy.equals("require") ? needed : optional)
                .addAll(Arrays.asList(component.configurationPid)));
        addServices(ManagedService.class, optional);
        optional.removeAll(needed);
        Set<String> all = new HashSet<>(needed);
        all.addAll(optional);
        addServices(ManagedServiceFactory.class, all);
        if (services(LOG_LEVELS + ".LoggerAdmin").length > 0) {
            all.add(LOG_LEVELS);
        }
        return new Pids(all, optional);
    }

    private void addServices(Class<?> type, Set<String> pids) {
        for (ServiceReference<?> service : services(type.getName())) {
            Object pid = service.getProperty("service.pid");
            if (pid instanceof String one) {
                pids.add(one);
            } else if (pid instanceof String[] several) {
                pids.addAll(Arrays.asList(several));
            } else if (pid instanceof Collection<?> several) {
                several.forEach(each -> pids.add(String.valueOf(each)));
            }
        }
    }

    /** All: other bundles may have the class from elsewhere. */
    private ServiceReference<?>[] services(String type) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(type, null);
            return found == null ? new ServiceReference<?>[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }
}
