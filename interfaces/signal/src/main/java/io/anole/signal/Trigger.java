package io.anole.signal;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Triggers one event of one sender. */
@ProviderType
@FunctionalInterface
public interface Trigger {
    /**
     * Triggers.
     *
     * @param data a body; null is allowed
     * @return as {@link io.anole.bus.Publisher#publish}; without listeners nothing happens
     */
    CompletionStage<Void> trigger(Object data);
}
