package io.anole.core.internal.hub;

import java.time.Duration;

/**
 * What a hub is made with.
 *
 * @param bus            the bus's name
 * @param runtime        this runtime's identity
 * @param provider       the kind of provider
 * @param requestTimeout for calls that name none, and for state
 * @param blockTimeout   how long a publisher is held back
 * @param publishWindow  unacknowledged messages per publisher before it is held back
 * @param serviceDepth   requests that may wait at one service
 * @param threads        workers that are always there; 0 for one per processor
 * @param maxThreads     workers at most, when handlers block
 * @param spin           idle workers look for work instead of sleeping: lowest latency for all of the processor
 * @param announcements  endpoints that are announced at most
 */
public record HubConfig(String bus, String runtime, String provider, Duration requestTimeout, Duration blockTimeout,
        int publishWindow, int serviceDepth, int threads, int maxThreads, boolean spin, int announcements) {
    public HubConfig {
        threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        maxThreads = Math.max(threads, maxThreads);
    }

    /** The defaults. */
    public static HubConfig of(String bus, String runtime, String provider) {
        return new HubConfig(bus, runtime, provider, Duration.ofSeconds(5), Duration.ofSeconds(5), 256, 1024, 0, 256, false,
                4096);
    }
}
