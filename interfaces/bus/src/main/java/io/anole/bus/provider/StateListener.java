package io.anole.bus.provider;

import io.anole.bus.Name;
import io.anole.bus.Value;
import org.osgi.annotation.versioning.ProviderType;

/** Takes state into a watch; implemented by the hub, called serially on any thread of the provider, never blocks. */
@ProviderType
public interface StateListener {
    /** The key has this value now. */
    void put(Name key, Value value);

    /** The key has no value any more. */
    void removed(Name key);

    /** All that is there has been told. */
    void synced();
}
