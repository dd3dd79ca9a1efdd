package io.anole.bridge.internal;

import java.lang.reflect.Array;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether two trees are the same value. Systems differ in how they keep one: numbers by another class, bytes as Base64, arrays as
 * lists; such a difference must not be copied to and fro.
 */
final class Sameness {
    private Sameness() {
    }

    static boolean of(Object one, Object other) {
        if (one == null || other == null) {
            return one == other;
        }
        if (one instanceof byte[] bytes && other instanceof String text) {
            return Base64.getEncoder().encodeToString(bytes).equals(text);
        }
        if (one instanceof String && other instanceof byte[]) {
            return of(other, one);
        }
        if (one instanceof Number number && other instanceof Number second) {
            return number.equals(second) || Double.compare(number.doubleValue(), second.doubleValue()) == 0
                    && number.longValue() == second.longValue();
        }
        if (one instanceof Double number && other instanceof String || one instanceof String && other instanceof Double) {
            return one.toString().equals(other.toString());
        }
        if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> second) {
            return map.size() == second.size() && map.entrySet().stream()
                    .allMatch(entry -> second.containsKey(entry.getKey()) && of(entry.getValue(), second.get(entry.getKey())));
        }
        if (elements(one) && elements(other)) {
            int size = size(one);
            return size == size(other) && IntStream.range(0, size).allMatch(i -> of(element(one, i), element(other, i)));
        }
        return one.equals(other);
    }

    private static boolean elements(Object tree) {
        return tree instanceof List || tree.getClass().isArray();
    }

    private static int size(Object elements) {
        return elements instanceof List<?> list ? list.size() : Array.getLength(elements);
    }

    private static Object element(Object elements, int index) {
        return elements instanceof List<?> list ? list.get(index) : Array.get(elements, index);
    }
}
