package io.anole.bus.provider;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Stands for all handlers of one topic, and takes a message for all of them at about the price of one. Made by the hub, see
 * {@link MessageHandler#fanOut()}; for links inside this JVM, which would otherwise call each. Any thread, also while handlers
 * come and go: each message reaches a handler or it does not, and all later ones of that thread likewise.
 */
@ProviderType
public interface FanOut extends MessageHandler {
    /** From now on this one gets the messages, too. */
    void add(MessageHandler handler);

    /** Not this one any more; nothing if it was not there. */
    void remove(MessageHandler handler);
}
