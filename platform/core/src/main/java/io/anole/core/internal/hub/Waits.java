package io.anole.core.internal.hub;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who waits for whose handler to end. Two handlers that close each other would wait for ever: whoever finds the circle does
 * not wait.
 */
final class Waits {
    private final Map<Thread, Work> waiting = new ConcurrentHashMap<>();

    void enter(Thread thread, Work work) {
        waiting.put(thread, work);
    }

    void leave(Thread thread) {
        waiting.remove(thread);
    }

    /** Whether the handler of this work waits, directly or through others, for a handler on this thread. */
    boolean circle(Thread thread, Work work) {
        Work at = work;
        for (int i = 0; i <= waiting.size() && at != null; i++) {
            Thread runner = at.runner();
            if (runner == null) {
                return false;
            }
            if (runner == thread) {
                return true;
            }
            at = waiting.get(runner);
        }
        return false;
    }
}
