package io.anole.core;

import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/** Opens views of buses for participants that are not bundles: processes, doors, facades. A service. */
@ProviderType
public interface Participants {
    /**
     * Opens a view.
     *
     * @param bus         the bus's name
     * @param participant who sends through it; becomes the middle part of every message's source
     * @param lane        runs its handlers unless another is given, or null for the bus's own threads
     * @throws java.util.NoSuchElementException if there is no such bus now
     */
    ParticipantBus open(String bus, String participant, Executor lane);
}
