package io.anole.core;

import io.anole.types.diagnostic.DiagnosticStatus;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Knows how something is, for {@code /diagnostics}. A service; asked once a second, on one thread that it must not hold up. */
@ConsumerType
@FunctionalInterface
public interface DiagnosticSource {
    /**
     * How it is now.
     *
     * @param runtime this runtime's identity, for {@code hardware_id}
     */
    List<DiagnosticStatus> diagnostics(String runtime);
}
