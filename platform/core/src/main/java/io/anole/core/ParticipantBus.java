package io.anole.core;

import io.anole.bus.Bus;
import io.anole.bus.Handler;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A participant's view of a bus. Its subscriptions and services may change hands: while nobody handles one, it stays registered and
 * what arrives waits in its buffer, bounded as ever.
 */
@ProviderType
public interface ParticipantBus extends Bus, AutoCloseable {
    /**
     * A publisher for messages that come from elsewhere, such as another bus. They keep their type, their headers unless others are
     * given, their time, and their end of life if that comes before the one this quality of service gives them. Source and sequence
     * are the publisher's own, as always.
     */
    Publisher<Message> relay(String topic, Qos qos);

    /**
     * Subscribes to what others publish, with bodies as they come: messages from this participant, on whatever view, take no room in
     * the buffer and are neither handled nor counted. So who passes messages on both ways is not held back by himself.
     */
    Registration subscribeToOthers(String pattern, Qos qos, Executor lane, Handler<Object> handler);

    /**
     * Takes handler and classes from a subscription or service of this view, which keeps no reference to them. Requests that were
     * handed to the service and have no answer yet fail as if it had closed. The handler must not be running, nor its lane run
     * it meanwhile.
     */
    void vacate(Registration registration);

    /** Gives a vacant subscription of this view a handler; what waits comes first. */
    <T> void occupy(Registration subscription, Class<T> type, Handler<? super T> handler);

    /** Gives a vacant service of this view a handler; what waits comes first. */
    <Q, R> void occupy(Registration service, Class<Q> request, Class<R> answer, Service<? super Q, ? extends R> handler);

    /** Closes all that was opened through this view; no handler of it runs after this returns. Idempotent. */
    @Override
    void close();
}
