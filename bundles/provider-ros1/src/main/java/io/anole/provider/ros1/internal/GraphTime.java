package io.anole.provider.ros1.internal;

import java.time.Instant;
import java.time.InstantSource;

/** What a node takes for now: this machine's clock, or what a simulation says. Set on the event loop, read on any thread. */
final class GraphTime implements InstantSource {
    /** Null while time is real. */
    private volatile Instant simulated;

    @Override
    public Instant instant() {
        Instant told = simulated;
        return told == null ? Instant.now() : told;
    }

    boolean isSimulated() {
        return simulated != null;
    }

    /** @param now null for this machine's clock */
    void set(Instant now) {
        simulated = now;
    }
}
