package io.anole.bus.provider;

import io.anole.bus.Message;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Takes messages into a subscription's buffer; implemented by the hub, called on any thread of the provider. */
@ProviderType
public interface MessageHandler {
    /**
     * Takes one message; never blocks, never runs user code.
     *
     * @return done when it is buffered, dropped by policy and counted, or known already. Pending is back-pressure: the
     *         message is kept, but the provider should not acknowledge it, or read much further, until it is done. Fails
     *         with Rejected if refused. Usually one shared, completed stage
     */
    CompletionStage<Void> accept(Message message);

    /**
     * As {@link #accept}, of a message that others may follow at once: its handler need not be woken for each of them. The same
     * thread calls {@link #rest} after the last, and waits for nothing before.
     */
    default CompletionStage<Void> acceptSome(Message message) {
        return accept(message);
    }

    /** No more messages follow for now: those that {@link #acceptSome} took are handled. */
    default void rest() {
    }

    /** What can stand for this and other handlers of one topic, as yet for none; empty if each must be called. */
    default Optional<FanOut> fanOut() {
        return Optional.empty();
    }
}
