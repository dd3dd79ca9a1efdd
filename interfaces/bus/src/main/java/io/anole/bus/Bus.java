package io.anole.bus;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A named connection to one multiprocess system. A service with the property {@link #NAME}; it stays the same while
 * providers and links behind it come and go, and each bundle gets its own view: what a bundle leaves open is closed when
 * the bundle stops, and what it sends carries its identity.
 *
 * <p>Safe for any thread. Handlers run on the given lane, or on the bus's own threads; serially per registration, never on
 * a transport thread, and every call is allowed inside one, a blocking wait for an answer included. Texts for names and
 * patterns follow {@link Name} and {@link Pattern} and are refused with {@link IllegalArgumentException}.
 */
@ProviderType
public interface Bus {
    /** Service property: the bus's name, such as {@code main}. */
    String NAME = "bus.name";

    /** The bus's name. */
    String name();

    /** A publisher with {@link Qos#DEFAULT}. */
    default <T> Publisher<T> publisher(String topic, Class<T> type) {
        return publisher(topic, type, Qos.DEFAULT);
    }

    /**
     * A publisher.
     *
     * @param type the bodies' class; {@code Object} for any
     * @throws BusException.Unsupported if the provider refuses this quality of service
     */
    <T> Publisher<T> publisher(String topic, Class<T> type, Qos qos);

    /** Subscribes with {@link Qos#DEFAULT} to the bodies alone. */
    default <T> Registration subscribe(String pattern, Class<T> type, Consumer<? super T> handler) {
        return subscribe(pattern, type, Qos.DEFAULT, (body, message) -> handler.accept(body));
    }

    /** Subscribes on the bus's own threads. */
    <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Handler<? super T> handler);

    /**
     * Subscribes.
     *
     * @param type the class each body is converted to; {@code Object} for as it came
     * @param lane runs the handler; what it is given to run drains a batch and ends. If it rejects, the next message tries
     *             again
     */
    <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Executor lane, Handler<? super T> handler);

    /** A caller of a service. */
    <Q, R> Caller<Q, R> caller(String service, Class<Q> request, Class<R> answer);

    /** Serves on the bus's own threads. */
    <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer, Service<? super Q, ? extends R> handler);

    /** Serves; {@link Registration#ready()} fails with {@link BusException.Conflict} if the name is taken. */
    <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer, Executor lane,
            Service<? super Q, ? extends R> handler);

    /**
     * Sets a key; last writer wins. An ephemeral one is gone when this bundle's view of the bus closes, or the runtime
     * dies.
     *
     * @param value a body; null, 0, false and the empty text are values, not absence
     */
    CompletableFuture<Void> put(String key, Object value, Lifetime lifetime);

    /** Removes a key. */
    CompletableFuture<Void> remove(String key);

    /** The key's value; own writes that have completed are seen. A null value is an empty {@link Optional} only if absent: ask for it with {@link Value}. */
    <T> CompletableFuture<Optional<T>> get(String key, Class<T> type);

    /** Watches on the bus's own threads. */
    <T> Registration watch(String pattern, Class<T> type, Watcher<? super T> watcher);

    /** Watches. */
    <T> Registration watch(String pattern, Class<T> type, Executor lane, Watcher<? super T> watcher);

    /**
     * Moves the bus to another provider, or to the same one with other properties, while everything goes on: all that was
     * opened moves along, RELIABLE messages are neither lost nor doubled and keep their order, and if it can't be done the bus
     * stays where it is. A move that is done is kept in the bus's configuration.
     *
     * @param provider   the kind, such as {@code mqtt}
     * @param properties the provider's own keys, in place of the present ones
     * @return how it went, an abort included; fails with {@link BusException.Unsupported} if there is no such provider, with
     *         {@link BusException.Conflict} if it is being swapped already or processes could not follow, and with
     *         {@link IllegalArgumentException} if the properties can never work
     */
    CompletableFuture<SwapReport> swap(String provider, Map<String, Object> properties);

    /** The latest 64 swaps, eldest first. */
    List<SwapReport> swaps();

    /** What the bus has counted. */
    Statistics statistics();
}
