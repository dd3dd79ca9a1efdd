package io.anole.codec.internal;

/**
 * What a body may be at most.
 *
 * @param bytes    of the encoded body
 * @param depth    of nesting
 * @param elements values in all
 * @param text     characters of one text
 * @param key      characters of one key
 * @param number   characters of one number
 */
public record Limits(int bytes, int depth, int elements, int text, int key, int number) {
    static final int BYTES = 16 << 20;
    static final int DEPTH = 64;
    static final int ELEMENTS = 1_000_000;
    static final int TEXT = BYTES;
    static final int KEY = 1024;
    static final int NUMBER = 100;

    /** Those of an unconfigured codec. */
    public static final Limits DEFAULT = new Limits(BYTES, DEPTH, ELEMENTS, TEXT, KEY, NUMBER);

    public Limits {
        positive("max.bytes", bytes);
        positive("max.depth", depth);
        positive("max.elements", elements);
        positive("max.text", text);
        positive("max.key", key);
        positive("max.number", number);
        if (depth > 500) {
            throw new IllegalArgumentException(CodecConfig.PID + ": max.depth: " + depth + " is more than 500");
        }
    }

    static Limits of(CodecConfig config) {
        return new Limits(config.max_bytes(), config.max_depth(), config.max_elements(), config.max_text(),
                config.max_key(), config.max_number());
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(CodecConfig.PID + ": " + key + ": " + value + " is not positive");
        }
    }
}
