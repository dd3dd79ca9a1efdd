package io.anole.children.internal;

import io.anole.process.ManagedProcess;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
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
 * Runs processes whose {@code process.mode} is {@code forked} in JVMs of their own. Such a JVM is a program like any other, so it is
 * made one: a configuration {@code io.anole.process.exec~<name>} with the process's own settings, whose program is this runtime's
 * distribution with what the process needs. The component is never activated here.
 *
 * <p>Called by whoever registers components; it writes some files and changes a configuration.
 */
@Component(service = {}, immediate = true)
public final class Children {
    private static final Logger LOG = LoggerFactory.getLogger(Children.class);
    private static final String EXEC = "io.anole.process.exec";
    private static final String OURS = "anole.children";

    private final ConfigurationAdmin configurations;
    private final ServiceTracker<ManagedProcess, String> forked;

    @Activate
    public Children(BundleContext context, @Reference ConfigurationAdmin configurations)
            throws IOException, InvalidSyntaxException {
        this.configurations = configurations;
        ChildHome homes = new ChildHome(context, configurations);
        forked = new ServiceTracker<>(context, FrameworkUtil.createFilter("(&(" + Constants.OBJECTCLASS + "="
                + ManagedProcess.class.getName() + ")(process.mode=forked))"), null) {
            @Override
            public String addingService(ServiceReference<ManagedProcess> component) {
                return begin(homes, component);
            }

            @Override
            public void removedService(ServiceReference<ManagedProcess> component, String name) {
                end(name);
            }
        };
        if (context.getProperty(ChildWatch.CHILD) == null) {
            deleteAll();
            homes.clear();
            forked.open();
        }
    }

    /** Those of a former run. */
    private void deleteAll() throws IOException, InvalidSyntaxException {
        Configuration[] former = configurations.listConfigurations("(" + OURS + "=true)");
        for (Configuration each : former == null ? new Configuration[0] : former) {
            each.delete();
        }
    }

    private String begin(ChildHome homes, ServiceReference<ManagedProcess> component) {
        String name = ChildHome.name(component);
        try {
            Dictionary<String, Object> program = new Hashtable<>(homes.prepare(name, component));
            program.put(OURS, true);
            configurations.getFactoryConfiguration(EXEC, name, "?").update(program);
            return name;
        } catch (IOException | InvalidSyntaxException | IllegalArgumentException e) {
            LOG.error("process '{}' can't run in a JVM of its own: {}", name, e.getMessage());
            return null;
        }
    }

    private void end(String name) {
        try {
            configurations.getFactoryConfiguration(EXEC, name, "?").delete();
        } catch (IOException e) {
            LOG.error("the child JVM of process '{}' is still configured: {}", name, e.getMessage());
        }
    }

    @Deactivate
    void close() {
        forked.close();
    }
}
