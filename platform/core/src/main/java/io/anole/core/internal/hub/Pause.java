package io.anole.core.internal.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** While a bus has no link but expects one: what waits for it, which is questions about state, and for how long. */
final class Pause implements Sweeper.Sweepable {
    private static final int MOST = 4096;

    private final Hub hub;
    /** Set before the sweeper looks at it. */
    private long until;
    /** Guarded by this object. */
    private List<Runnable> waiting = new ArrayList<>();

    Pause(Hub hub) {
        this.hub = hub;
    }

    /** The bus gives up if no link comes within this time from now. */
    void limit(Duration patience) {
        until = System.nanoTime() + patience.toNanos();
        hub.sweeper().add(this);
    }

    @Override
    public long sweep(long now) {
        if (hub.pause() == this && now - until < 0) {
            return until - now;
        }
        hub.sweeper().remove(this);
        hub.dispatcher().execute(() -> hub.giveUp(this));
        return Sweeper.NEVER;
    }

    /** Whether it waits; if not, the bus has no room for it, or goes on already: then it is to be tried as usual. */
    synchronized boolean add(Runnable task) {
        return waiting != null && waiting.size() < MOST && waiting.add(task);
    }

    /** Ends it; what has waited is to be tried now. */
    synchronized List<Runnable> end() {
        List<Runnable> all = waiting == null ? List.of() : waiting;
        waiting = null;
        return all;
    }
}
