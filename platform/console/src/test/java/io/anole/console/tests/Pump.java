package io.anole.console.tests;

import io.anole.process.ManagedProcess;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** A process per configuration. */
@Component(service = ManagedProcess.class, configurationPid = Pump.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Pump implements ManagedProcess {
    static final String PID = "pump";
}
