package io.anole.gateway.internal;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;

/** What trees take of the memory, for bounds in bytes. */
public final class Sizes {
    private Sizes() {
    }

    /** About what the tree takes of the memory, in bytes. */
    public static long of(Object tree) {
        if (tree instanceof byte[] bytes) {
            return 16L + bytes.length;
        }
        if (tree instanceof String text) {
            return 48L + text.length();
        }
        if (tree instanceof Map<?, ?> map) {
            long size = 64;
            for (Object value : map.values()) {
                size += 48 + of(value);
            }
            return size;
        }
        if (tree instanceof List<?> list) {
            long size = 32;
            for (Object value : list) {
                size += 8 + of(value);
            }
            return size;
        }
        if (tree != null && tree.getClass().isArray()) {
            return 16L + 8L * Array.getLength(tree);
        }
        return 24;
    }
}
