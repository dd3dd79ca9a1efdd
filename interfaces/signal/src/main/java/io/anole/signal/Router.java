package io.anole.signal;

import io.anole.bus.BusException;
import io.anole.bus.Registration;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where senders and listeners meet. Names of senders and events are single segments of {@link io.anole.bus.Name}: printable
 * ASCII without {@code /} and {@code *}. Safe for any thread.
 *
 * <p>Each listener hears each sender's signals in the order they were triggered. Between listeners no order is promised: a
 * slow one delays nobody.
 */
@ProviderType
public interface Router extends AutoCloseable {
    /** Event every sender has: it is there. */
    String CONNECT = "#connect";
    /** Event every sender has: it is gone, closed or dead. */
    String DISCONNECT = "#disconnect";

    /**
     * Adds a sender.
     *
     * @param name     its name, alone in the system; not null
     * @param events   what it will trigger; may be empty if it answers requests
     * @param requests what it answers
     * @return the sender; its {@code ready()} fails with {@link BusException.Conflict} if the name is taken
     * @throws IllegalArgumentException if the name is illegal, or there are neither events nor requests
     */
    Sender addSender(String name, Set<String> events, Requests requests);

    /**
     * Listens, before or after the sender is there.
     *
     * @param sender   a sender's name, or null for every sender
     * @param event    an event's name, or null for every event, {@link #CONNECT} and {@link #DISCONNECT} included. An event
     *                 of every sender must be a channel: its name begins with {@code #}
     * @param listener called per registration: one that is registered twice is called twice
     * @return its {@code ready()} fails with {@link BusException.Unsupported} if the sender is there and has no such event.
     *         A listener to {@link #CONNECT} is told of the senders that are there already
     * @throws IllegalArgumentException if a name is illegal, or the event of every sender is no channel
     */
    Registration listen(String sender, String event, Listener listener);

    /** As {@link #request(String, String, Object, Duration)} with the bus's default time-out. */
    CompletableFuture<Object> request(String sender, String method, Object params);

    /**
     * Asks a sender.
     *
     * @param method the method's name; not null
     * @param params a body
     * @return the answer, null included; fails with {@link BusException.NoProvider} if there is no such sender, with
     *         {@link BusException.Unsupported} if it has no such method, with {@link BusException.RemoteError} if the
     *         method failed, and with what a call may else fail with
     */
    CompletableFuture<Object> request(String sender, String method, Object params, Duration timeout);

    /** The senders that are there now. */
    CompletableFuture<List<Presence>> senders();

    /** Closes its senders and listeners. */
    @Override
    void close();
}
