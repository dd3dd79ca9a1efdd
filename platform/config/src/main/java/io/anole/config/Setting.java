package io.anole.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One key of a configuration.
 *
 * @param type as in the Configurator's format, such as {@code Integer} or {@code String[]}
 * @param value what it is set to: a text or a list of texts, {@link #MASK} if it is secret; null if it is not set
 * @param fallback what holds if it is not set, as above; null if that is not known
 * @param description name and meaning, empty if nobody describes the key
 */
public record Setting(String key, String type, Object value, Object fallback, String description) {
    /** Instead of a secret. */
    public static final String MASK = "******";

    /** As every door tells it, in JSON. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("key", key);
        tree.put("type", type);
        tree.put("value", value);
        tree.put("default", fallback);
        tree.put("description", description);
        return tree;
    }
}
