package io.anole.metrics.tests;

import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** A process, when it is configured. */
@Component(configurationPid = "beat", configurationPolicy = ConfigurationPolicy.REQUIRE)
@ProcessName("beat")
public final class Beat implements ManagedProcess {
}
