package io.anole.config;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All configurations at one time.
 *
 * @param number counts up over restarts
 * @param cause what had been changed, and by whom if that is known
 * @param configurations how many there were
 */
public record Snapshot(long number, Instant time, String cause, int configurations) {
    /** As every door tells it, in JSON. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("number", number);
        tree.put("time", time.toString());
        tree.put("cause", cause);
        tree.put("configurations", configurations);
        return tree;
    }
}
