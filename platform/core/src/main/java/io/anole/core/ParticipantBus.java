package io.anole.core;

import io.anole.bus.Bus;
import org.osgi.annotation.versioning.ProviderType;

/** A participant's view of a bus. */
@ProviderType
public interface ParticipantBus extends Bus, AutoCloseable {
    /** Closes all that was opened through this view; no handler of it runs after this returns. Idempotent. */
    @Override
    void close();
}
