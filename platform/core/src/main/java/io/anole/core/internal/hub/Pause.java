package io.anole.core.internal.hub;

import java.util.ArrayList;
import java.util.List;

/** What waits while a bus has no link but expects one: questions about state. */
final class Pause {
    private static final int MOST = 4096;

    private List<Runnable> waiting = new ArrayList<>();

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
