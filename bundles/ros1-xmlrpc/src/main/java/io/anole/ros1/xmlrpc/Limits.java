package io.anole.ros1.xmlrpc;

import java.time.Duration;

/**
 * What the other side may use up.
 *
 * @param maxBody        bytes of one request or response
 * @param maxBuffered    bytes of all requests and responses together that are being received or read
 * @param maxHeader      bytes of the HTTP header of one
 * @param maxDepth       how deep arrays and structs may lie in each other
 * @param maxValues      values in one document
 * @param maxText        characters of one string, name or base64
 * @param requestTimeout from the first byte of a request to its last, and for a response to be taken
 * @param idleTimeout    until a connection nothing comes on is closed
 */
public record Limits(int maxBody, long maxBuffered, int maxHeader, int maxDepth, int maxValues, int maxText,
        Duration requestTimeout, Duration idleTimeout) {
    /** Enough for a robot's description in a parameter and a thousand topics. */
    public static final Limits DEFAULT = new Limits(16 << 20, 64 << 20, 8 << 10, 64, 500_000, 8 << 20,
            Duration.ofSeconds(10), Duration.ofMinutes(2));

    /** Checks. */
    public Limits {
        check("max.body", maxBody, 1 << 10, 1 << 30);
        check("max.buffered", maxBuffered, maxBody, Long.MAX_VALUE);
        check("max.header", maxHeader, 256, 1 << 20);
        check("max.depth", maxDepth, 1, 512);
        check("max.values", maxValues, 1, 1 << 30);
        check("max.text", maxText, 64, 1 << 30);
        check("request.timeout", requestTimeout.toMillis(), 10, Integer.MAX_VALUE);
        check("idle.timeout", idleTimeout.toMillis(), 10, Integer.MAX_VALUE);
    }

    static void check(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": " + value + " is not within " + least + " and " + most);
        }
    }
}
