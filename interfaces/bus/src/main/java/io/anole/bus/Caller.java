package io.anole.bus;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Calls one service. Keep the handle, do not make one per call. Safe for any number of threads.
 *
 * @param <Q> the request's class
 * @param <R> the answer's class
 */
@ProviderType
public interface Caller<Q, R> extends AutoCloseable {
    /** The service. */
    Name name();

    /** Calls with the bus's default time-out, 5 s unless configured. */
    CompletableFuture<R> call(Q body);

    /**
     * Calls. The future completes exactly once, on a thread where blocking is allowed: with the answer, or with
     * {@link BusException.RemoteError}, {@link BusException.NoProvider} (at once, not after the time-out),
     * {@link BusException.Timeout}, {@link BusException.Rejected}, {@link BusException.LinkLost} or
     * {@link BusException.Closed}. After a time-out the service does not begin to answer any more, as far as the bus's
     * system can tell that it is over: ROS 1 can't.
     *
     * @param timeout at least 1 ms, at most 1 h
     */
    CompletableFuture<R> call(Q body, Duration timeout);

    /** Gives the handle back; calls under way fail with {@link BusException.Closed}. Idempotent. */
    @Override
    void close();
}
