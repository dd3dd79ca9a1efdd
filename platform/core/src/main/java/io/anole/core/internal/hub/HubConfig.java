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
 * @param publishWindow  unacknowledged messages per publisher before it is held back, large ones as several; 0 for what suits the link
 * @param serviceDepth   requests that may wait at one service
 * @param threads        workers that are always there; 0 for one per processor
 * @param maxThreads     workers at most, when handlers block
 * @param spin           idle workers look for work instead of sleeping: lowest latency for all of the processor
 * @param announcements  endpoints that are announced at most
 * @param moving         limits of moving to another link
 */
public record HubConfig(String bus, String runtime, String provider, Duration requestTimeout, Duration blockTimeout,
        int publishWindow, int serviceDepth, int threads, int maxThreads, boolean spin, int announcements, Moving moving) {
    /**
     * How long the parts of a move to another link may take.
     *
     * @param open   until the new link is up, and again until it has taken all registrations
     * @param drain  until the former link has delivered what it had accepted, publishers being held back
     * @param linger until the former link has answered what was asked of it
     * @param patience without a provider, until what waits for one is given up
     */
    public record Moving(Duration open, Duration drain, Duration linger, Duration patience) {
        /** 10 s, 5 s, 5 s, 5 s. */
        public static final Moving DEFAULT =
                new Moving(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    /** With the default limits of moving. */
    public HubConfig(String bus, String runtime, String provider, Duration requestTimeout, Duration blockTimeout,
            int publishWindow, int serviceDepth, int threads, int maxThreads, boolean spin, int announcements) {
        this(bus, runtime, provider, requestTimeout, blockTimeout, publishWindow, serviceDepth, threads, maxThreads, spin,
                announcements, Moving.DEFAULT);
    }

    public HubConfig {
        threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        maxThreads = Math.max(threads, maxThreads);
    }

    /** The defaults. */
    public static HubConfig of(String bus, String runtime, String provider) {
        return new HubConfig(bus, runtime, provider, Duration.ofSeconds(5), Duration.ofSeconds(5), 0, 1024, 0, 256, false,
                4096);
    }
}
