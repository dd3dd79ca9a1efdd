package io.anole.children.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a child JVM is started with. One that was started as a spare fits every process of its kind.
 *
 * @param bus       the name of its bus
 * @param link      that bus's configuration
 * @param heapMb    most heap
 * @param options   more options of the JVM
 * @param clients   the file in which its router looks up who it is; empty if it does not ask
 * @param killAfter how long it may take to stop
 * @param features  when the features it consists of were written, in milliseconds
 */
record Kind(String bus, Map<String, Object> link, int heapMb, List<String> options, String clients, Duration killAfter, long features) {
    String provider() {
        return link.get("provider").toString();
    }

    /** The same on another link. */
    Kind on(Map<String, Object> other) {
        return new Kind(bus, other, heapMb, options, clients, killAfter, features);
    }
}
