package io.anole.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A key that is not the same in two states of the configurations.
 *
 * @param before a text, a list of texts, or null if it was not set; {@link Setting#MASK} if it is secret
 * @param after as above
 */
public record Difference(String pid, String key, Object before, Object after) {
    /** As every door tells it, in JSON. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("pid", pid);
        tree.put("key", key);
        tree.put("before", before);
        tree.put("after", after);
        return tree;
    }
}
