package io.anole.supervisor.internal;

import io.anole.supervisor.StandIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What the configurations of processes say of where they run. Any thread; takes no locks of the supervisor. */
final class Configurations {
    private final ConfigurationAdmin admin;
    private final ServiceComponentRuntime runtime;

    Configurations(ConfigurationAdmin admin, ServiceComponentRuntime runtime) {
        this.admin = admin;
        this.runtime = runtime;
    }

    /** The PIDs by which a component is configured, or would be; of a stand-in, those of the process it stands for. */
    List<String> pids(ServiceReference<?> component) {
        Object given = component.getProperty(StandIn.PIDS);
        given = given == null ? component.getProperty("service.pid") : given;
        if (given instanceof String[] several) {
            return List.of(several);
        }
        if (given instanceof Collection<?> several) {
            return several.stream().map(Object::toString).toList();
        }
        return given == null ? described(component) : List.of(given.toString());
    }

    private List<String> described(ServiceReference<?> component) {
        Bundle bundle = component.getBundle();
        Object name = component.getProperty(ComponentConstants.COMPONENT_NAME);
        ComponentDescriptionDTO description = bundle == null || name == null ? null
                : runtime.getComponentDescriptionDTO(bundle, name.toString());
        return description == null ? List.of() : Arrays.asList(description.configurationPid);
    }

    /** The mode that these configurations give now, or null. */
    String mode(List<String> pids) {
        String mode = null;
        for (Configuration each : found(pids)) {
            Object given = each.getProperties().get(Spec.MODE);
            mode = given == null ? mode : given.toString();
        }
        return mode;
    }

    /** Changes it. @throws IllegalStateException in one line */
    void mode(List<String> pids, String mode) {
        List<Configuration> there = found(pids);
        try {
            Configuration changed = there.isEmpty() ? admin.getConfiguration(pids.get(0), "?") : there.get(there.size() - 1);
            for (Configuration each : there) {
                changed = each.getProperties().get(Spec.MODE) == null ? changed : each;
            }
            Dictionary<String, Object> properties = changed.getProperties() == null ? new Hashtable<>() : changed.getProperties();
            properties.put(Spec.MODE, mode);
            changed.update(properties);
        } catch (IOException e) {
            throw new IllegalStateException("the configuration " + pids + " can't be written: " + e.getMessage(), e);
        }
    }

    private List<Configuration> found(List<String> pids) {
        List<Configuration> all = new ArrayList<>();
        try {
            for (String pid : pids) {
                Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
                all.addAll(found == null ? List.of() : List.of(found));
            }
        } catch (IOException | InvalidSyntaxException e) {
            throw new IllegalStateException("the configurations " + pids + " can't be read: " + e.getMessage(), e);
        }
        return all;
    }
}
