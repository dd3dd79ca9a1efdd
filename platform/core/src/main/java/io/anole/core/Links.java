package io.anole.core;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** How buses are linked to their systems now, whatever else their configurations ask for meanwhile. A service; any thread. */
@ProviderType
public interface Links {
    /**
     * What the link of a bus was opened with, or is opened with when its provider is back: the keys of its configuration, {@code provider}
     * and secrets among them.
     *
     * @return empty if there is no such bus now
     */
    Optional<Map<String, Object>> of(String bus);
}
