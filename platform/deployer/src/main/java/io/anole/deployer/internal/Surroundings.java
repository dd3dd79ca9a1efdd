package io.anole.deployer.internal;

import io.anole.supervisor.ProcessUpdates;
import java.util.List;
import java.util.Optional;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** What the deployer asks of other parts of the platform; each may be away at any time. */
interface Surroundings {
    Optional<ProcessUpdates> updates();

    Optional<ServiceComponentRuntime> components();

    List<Interlock> interlocks();

    /** Health checks that have a say about a deploy. */
    List<ServiceReference<HealthCheck>> checks();
}
