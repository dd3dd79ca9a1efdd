package io.anole.ros1.xmlrpc;

import java.time.Duration;

/**
 * How a client calls.
 *
 * @param timeout    from a call to its answer, waiting for its turn included
 * @param maxPending calls that wait; more fail at once
 */
public record ClientOptions(Duration timeout, int maxPending) {
    /** 5 s, 1,024 calls. */
    public static final ClientOptions DEFAULT = new ClientOptions(Duration.ofSeconds(5), 1024);

    /** Checks. */
    public ClientOptions {
        Limits.check("timeout", timeout.toMillis(), 1, Integer.MAX_VALUE);
        Limits.check("max.pending", maxPending, 1, 1 << 20);
    }
}
