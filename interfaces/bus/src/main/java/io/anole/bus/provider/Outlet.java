package io.anole.bus.provider;

import io.anole.bus.Message;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** A prepared way to one topic: all that can be resolved once has been. */
@ConsumerType
public interface Outlet extends AutoCloseable {
    /**
     * Sends, in the order of the calls. Never blocks: back-pressure is a stage that is not done yet, and the hub holds the
     * publisher back. Done when the system has accepted the message: for RELIABLE, acknowledged or in every subscription's
     * buffer.
     */
    CompletionStage<Void> publish(Message message);

    /** Gives it back. */
    @Override
    void close();
}
