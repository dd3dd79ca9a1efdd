package io.anole.bus.provider;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One connection of a provider. Called by the hub from any thread; nothing here blocks. Registrations are declarative: the
 * link restores them by itself after it was down, before it tells {@link LinkListener#up}. While it is down, requests fail
 * with {@link BusException.LinkLost}; RELIABLE messages wait, bounded, if {@link Capabilities.Ability#HOLDS} is there, and
 * fail otherwise.
 */
@ConsumerType
public interface Link extends AutoCloseable {
    /** What this system can do. Constant for a link. */
    Capabilities capabilities();

    /**
     * Prepares to publish on a topic.
     *
     * @throws BusException.Unsupported if the quality of service is refused
     */
    Outlet advertise(Name topic, String type, Qos qos);

    /** Subscribes; the handler is called serially per name, from any thread. */
    Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler);

    /** Calls; completes exactly once, as G6 of the contract says. May be {@link Fetchable}. */
    CompletionStage<Message> request(Name service, Message request, Duration timeout);

    /** Serves a name alone; a second server gets Conflict through {@code ready()}. */
    Registration serve(Name service, RequestHandler handler);

    /**
     * The same, for systems whose services have types.
     *
     * @param requestType the type's name, empty if untyped
     * @param answerType  the type's name, empty if untyped
     */
    default Registration serve(Name service, String requestType, String answerType, RequestHandler handler) {
        return serve(service, handler);
    }

    /** How many messages of one publisher it takes without having acknowledged any, where nothing else is configured. */
    default int publishWindow() {
        return 256;
    }

    /**
     * Whether the hub may announce open endpoints here, as ephemeral keys below {@code @graph}. A system without ephemeral state
     * may take them all the same, if it tells of others' endpoints by itself and so lacks only this runtime's.
     */
    default boolean announces() {
        return capabilities().can(Capabilities.Ability.EPHEMERAL);
    }

    /** Sets or removes a key; done when the system has accepted it. */
    CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime);

    /** Reads a key. */
    CompletionStage<Optional<Value>> get(Name key);

    /** Watches keys: snapshot, synced, changes; after the link was down the differences, then synced again. */
    Registration watch(Pattern pattern, StateListener listener);

    /** Done when all that was accepted so far has left this side. */
    CompletionStage<Void> flush();

    /**
     * Closes within 5 s: own ephemeral keys and served names are freed at once, what is pending fails with
     * {@link BusException.Closed}, and no handler is called after it returns. Idempotent.
     */
    @Override
    void close();
}
