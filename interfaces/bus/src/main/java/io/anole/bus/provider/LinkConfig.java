package io.anole.bus.provider;

import java.util.Map;

/**
 * What a link is opened with.
 *
 * @param bus        the bus's name
 * @param runtime    this runtime's identity, unique in the system and kept across restarts
 * @param properties the bus's configuration, the provider's own keys among them
 */
public record LinkConfig(String bus, String runtime, Map<String, Object> properties) {
    public LinkConfig {
        properties = Map.copyOf(properties);
    }

    /** The text under the key, or the fallback. */
    public String text(String key, String fallback) {
        Object value = properties.get(key);
        return value == null ? fallback : value.toString();
    }

    /**
     * The whole number under the key, or the fallback.
     *
     * @throws IllegalArgumentException if it is no whole number, or outside the range
     */
    public long number(String key, long fallback, long least, long most) {
        Object value = properties.get(key);
        if (value == null) {
            return fallback;
        }
        long number;
        try {
            number = Long.parseLong(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(where(key) + "'" + value + "' is not a whole number", e);
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(where(key) + number + " is not within " + least + " and " + most);
        }
        return number;
    }

    /**
     * The truth value under the key, or the fallback.
     *
     * @throws IllegalArgumentException if it is neither true nor false
     */
    public boolean flag(String key, boolean fallback) {
        Object value = properties.get(key);
        if (value == null) {
            return fallback;
        }
        return switch (value.toString().trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(where(key) + "'" + value + "' is neither true nor false");
        };
    }

    private String where(String key) {
        return "bus '" + bus + "': " + key + ": ";
    }
}
