package io.anole.health;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What keeps this robot from being ready. A service. Any part adds reasons of its own by registering a
 * {@code java.util.function.Supplier<List<String>>} with the property {@code anole.readiness=contribution}.
 */
@ProviderType
public interface Readiness {
    /**
     * One sentence for each thing that was asked for and is not there, each for a user: what, why, and what it waits for.
     * Looks at everything anew; takes milliseconds.
     *
     * @return empty if all is well
     */
    List<String> unsatisfied();
}
