package io.anole.signal;

import io.anole.bus.Registration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/** A named source of signals. Others hear {@link Router#CONNECT} when it is ready, {@link Router#DISCONNECT} when it is closed or dies. */
@ProviderType
public interface Sender extends Registration {
    /** Its name. */
    String name();

    /** Its events, the two of presence included. */
    Set<String> events();

    /**
     * The trigger of one event. Keep it.
     *
     * @throws IllegalArgumentException naming the sender's events, if it is none of them
     */
    Trigger signal(String event);

    /** Replaces what it answers, at once. */
    void requests(Requests requests);

    /** Whether it is there for others: ready and not closed. */
    boolean connected();

    /** How many listeners there are whose sender and event may be of this sender, in the whole system. */
    CompletableFuture<Integer> listeners();
}
