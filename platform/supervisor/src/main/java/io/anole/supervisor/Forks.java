package io.anole.supervisor;

import io.anole.process.ManagedProcess;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.framework.ServiceReference;

/** Runs processes in JVMs of their own. A service, if there is somebody who does. */
@ConsumerType
public interface Forks {
    /** Why this process can't run in a JVM of its own, in one line; empty if it can, as far as can be told. */
    Optional<String> refusal(ServiceReference<ManagedProcess> component);
}
