package io.anole.console.internal;

import io.anole.config.Configurations;
import io.anole.config.InvalidConfiguration;
import java.util.Dictionary;
import org.apache.felix.webconsole.spi.ConfigurationHandler;
import org.apache.felix.webconsole.spi.ValidationException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Refuses in the console's own form for configurations what the command line would refuse; the form itself takes any number and
 * any choice. What was saved there is kept as a snapshot, as every other change is. Called by the web server's threads.
 */
@Component(service = ConfigurationHandler.class)
public final class CheckedConfigurations implements ConfigurationHandler {
    private static final String BUS_KEYS = "io.anole.bus.keys";

    private final Configurations configurations;

    @Activate
    public CheckedConfigurations(@Reference Configurations configurations) {
        this.configurations = configurations;
    }

    /** Nothing is in it yet. */
    @Override
    public void createConfiguration(String pid) {
        // See above.
    }

    /** Nothing is in it yet. */
    @Override
    public void createFactoryConfiguration(String factoryPid, String name) {
        // See above.
    }

    /** It can be restored. */
    @Override
    public void deleteConfiguration(String factoryPid, String pid) {
        // See above.
    }

    /** What is said of a bus's keys, by provider, is part of the bus's own form, and configures nothing by itself. */
    @Override
    public boolean listConfiguration(String factoryPid, String pid) {
        return factoryPid != null || !pid.equals(BUS_KEYS) && !pid.startsWith(BUS_KEYS + ".");
    }

    @Override
    public void updateConfiguration(String factoryPid, String pid, Dictionary<String, Object> properties) throws ValidationException {
        try {
            // a new instance has no PID of its own before it is saved
            configurations.check(factoryPid == null || pid.startsWith(factoryPid + "~") ? pid : factoryPid + "~new",
                    FrameworkUtil.asMap(properties));
        } catch (InvalidConfiguration e) {
            throw new ValidationException(e.getMessage());
        }
    }
}
