package io.anole.bus;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears messages. Called on the lane of its subscription, one message at a time, never on a transport thread; it may call
 * anything, and may block.
 *
 * @param <T> the body's class
 */
@ConsumerType
@FunctionalInterface
public interface Handler<T> {
    /**
     * @param body    the message's body, by reference or converted to the class that was asked for
     * @param message the message as it travelled
     * @throws Exception is counted as a failure of the subscription and logged; the next message follows
     */
    void handle(T body, Message message) throws Exception;
}
