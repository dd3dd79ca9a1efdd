package io.anole.supervisor.internal;

import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What DS knows about the components of processes, in words. Any thread; takes no locks of the supervisor. */
final class ComponentReasons {
    private final BundleContext context;
    private final ServiceComponentRuntime runtime;
    private volatile DeathLog deathLog;

    ComponentReasons(BundleContext context, ServiceComponentRuntime runtime) {
        this.context = context;
        this.runtime = runtime;
    }

    /** Where DS logs to, or null. */
    void logsTo(DeathLog log) {
        deathLog = log;
    }

    /** What a death on this thread has thrown since then, or null if nothing is known. */
    String ofDeath(Thread thread, long since) {
        DeathLog log = deathLog;
        return log == null ? null : log.failure(thread.getName(), since);
    }

    /** Why there is no instance of the component that was asked for just now. */
    String ofFailure(ServiceReference<?> component) {
        Bundle bundle = component.getBundle();
        if (bundle == null) {
            return "its component is gone";
        }
        Object id = component.getProperty(ComponentConstants.COMPONENT_ID);
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(description)) {
                if (id != null && id.equals(configuration.id) && configuration.failure != null) {
                    return Lines.ofTrace(configuration.failure);
                }
            }
        }
        return "DS has given no instance of its component; the log says more";
    }

    /** Bundles other than this one that use the component's service. */
    List<String> otherUsers(ServiceReference<?> component) {
        Bundle[] users = component.getUsingBundles();
        return users == null ? List.of()
                : Arrays.stream(users).filter(user -> !user.equals(context.getBundle())).map(Bundle::getSymbolicName).toList();
    }

    /**
     * Components that would be processes if what they need were there. Those whose name comes with a configuration are none
     * without one.
     */
    List<ProcessInfo> unsatisfied() {
        List<ProcessInfo> found = new ArrayList<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            if (!Arrays.asList(description.serviceInterfaces).contains(ManagedProcess.class.getName())) {
                continue;
            }
            boolean enabled = runtime.isComponentEnabled(description);
            var configurations = runtime.getComponentConfigurationDTOs(description);
            boolean named = description.properties.containsKey(Spec.NAME);
            if (!enabled || configurations.isEmpty() && named) {
                Object name = description.properties.getOrDefault(Spec.NAME, description.name);
                found.add(info(name.toString(), enabled ? waitsForConfiguration(description) : "its component is disabled",
                        text(description.bundle), description.properties.get(Spec.MODE)));
                continue;
            }
            for (ComponentConfigurationDTO configuration : configurations) {
                Object given = Spec.name(configuration.properties::get);
                Object name = given == null ? description.name : given;
                if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION && (named || given != null)) {
                    found.add(info(name.toString(), waitsForConfiguration(description),
                            text(description.bundle), configuration.properties.get(Spec.MODE)));
                } else if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                    List<String> missing = Arrays.stream(configuration.unsatisfiedReferences)
                            .map(each -> each.name + (each.target == null ? "" : " " + each.target)).toList();
                    found.add(info(name.toString(), "waits for its references " + missing, text(description.bundle),
                            configuration.properties.get(Spec.MODE)));
                }
            }
        }
        return found;
    }

    private static String waitsForConfiguration(ComponentDescriptionDTO description) {
        return "waits for its configuration " + String.join(" and ", description.configurationPid);
    }

    /** A component that can't be a process. */
    ProcessInfo refused(ServiceReference<?> component, String why) {
        Object name = Spec.name(component::getProperty);
        if (name == null) {
            name = component.getProperty(ComponentConstants.COMPONENT_NAME);
        }
        return info(String.valueOf(name), why, Lines.of(component.getBundle()), component.getProperty(Spec.MODE));
    }

    private static String text(BundleDTO bundle) {
        return bundle.symbolicName + " " + bundle.version;
    }

    private static ProcessInfo info(String name, String why, String bundle, Object mode) {
        return new ProcessInfo(name, State.UNCONFIGURED, why, bundle, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of(),
                "", 0, 0, Spec.FORKED.equals(mode), Optional.empty());
    }
}
