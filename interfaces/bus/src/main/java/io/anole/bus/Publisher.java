package io.anole.bus;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Publishes on one topic. The handle holds its resolved route: keep it, do not make one per message. Safe for any number
 * of threads; order is that of the calls of one thread.
 *
 * @param <T> the body's class
 */
@ProviderType
public interface Publisher<T> extends AutoCloseable {
    /** The topic. */
    Name name();

    /**
     * Publishes a body. Returns when the message is on its way; while more is pending than the bus allows, or a
     * subscription with {@link Qos.Overflow#BLOCK} is full, it holds the caller back, up to the bus's time limit.
     *
     * @return done when the system has accepted it; fails with {@link BusException.Rejected},
     *         {@link BusException.LinkLost} or {@link BusException.Closed}. On the local bus usually one shared, completed
     *         stage
     */
    CompletionStage<Void> publish(T body);

    /** As {@link #publish(Object)}, with headers. */
    CompletionStage<Void> publish(T body, Map<String, String> headers);

    /** Gives the handle back. Idempotent; a later publish fails with {@link BusException.Closed}. */
    @Override
    void close();
}
