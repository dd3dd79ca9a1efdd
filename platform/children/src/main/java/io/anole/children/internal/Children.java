package io.anole.children.internal;

import io.anole.process.ManagedProcess;
import io.anole.supervisor.StandIn;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every process whose {@code process.mode} is {@code forked} a stand-in: a configuration {@code io.anole.child~<name>} with the
 * process's own settings. The component itself is never activated here.
 *
 * <p>Called by whoever registers components; it changes a configuration.
 */
@Component(service = {}, immediate = true)
public final class Children {
    private static final Logger LOG = LoggerFactory.getLogger(Children.class);
    private static final String OURS = "anole.children";
    /** Settings of the process that its stand-in has too. */
    private static final List<String> SHARED = List.of("process.bus", "process.queue", "process.autostart", "process.depends",
            "process.stopSeconds", "process.finishes", "process.restart.policy", "process.restart.intensity",
            "process.restart.periodSeconds", "process.restart.delaySeconds", "process.restart.maxDelaySeconds", "process.state.version", "process.state.accepts");

    private final ConfigurationAdmin configurations;
    private final Pool pool;
    private final ServiceTracker<ManagedProcess, String> forked;

    @Activate
    public Children(BundleContext context, @Reference ConfigurationAdmin configurations, @Reference Pool pool)
            throws IOException, InvalidSyntaxException {
        this.configurations = configurations;
        this.pool = pool;
        forked = new ServiceTracker<>(context, FrameworkUtil.createFilter("(&(" + Constants.OBJECTCLASS + "="
                + ManagedProcess.class.getName() + ")(process.mode=forked))"), null) {
            @Override
            public String addingService(ServiceReference<ManagedProcess> component) {
                return begin(component);
            }

            @Override
            public void modifiedService(ServiceReference<ManagedProcess> component, String name) {
                end(name);
                begin(component);
            }

            @Override
            public void removedService(ServiceReference<ManagedProcess> component, String name) {
                end(name);
            }
        };
        // Those of a former run.
        for (Configuration each : new Stored(configurations).find("(" + OURS + "=true)")) {
            each.delete();
        }
        forked.open();
    }

    /** The name of the process: as the supervisor has it. */
    private static String name(ServiceReference<ManagedProcess> component) {
        Object name = component.getProperty("process.name");
        String pid = String.valueOf(component.getProperty("service.pid"));
        return name == null ? pid.substring(pid.indexOf('~') + 1) : name.toString();
    }

    private String begin(ServiceReference<ManagedProcess> component) {
        String name = name(component);
        Dictionary<String, Object> settings = new Hashtable<>();
        SHARED.stream().filter(key -> component.getProperty(key) != null)
                .forEach(key -> settings.put(key, component.getProperty(key)));
        settings.put(StandIn.BUNDLE, component.getBundle().getBundleId());
        settings.put(StandIn.PIDS, Luggage.pids(component).toArray(String[]::new));
        settings.put(OURS, true);
        pool.add(name, component);
        try {
            configurations.getFactoryConfiguration(Forked.PID, name, "?").update(settings);
        } catch (IOException e) {
            LOG.error("process '{}' can't run in a JVM of its own: {}", name, e.getMessage());
        }
        return name;
    }

    private void end(String name) {
        pool.remove(name);
        try {
            configurations.getFactoryConfiguration(Forked.PID, name, "?").delete();
        } catch (IOException e) {
            LOG.error("the child JVM of process '{}' is still configured: {}", name, e.getMessage());
        }
    }

    @Deactivate
    void close() {
        forked.close();
    }
}
