package io.anole.core;

import io.anole.bus.BusException.BadShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the words of an announced shape mean for a tree. */
final class Shape {
    private static final Set<String> WHOLE = Set.of("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64");
    private static final Set<String> FRACTION = Set.of("float32", "float64");
    private static final int SHOWN = 40;

    private Shape() {
    }

    static void check(String type, String path, Object shape, Object found) {
        if (shape instanceof Map<?, ?> fields) {
            // A type may be read from text, such as "now" for a time: that is decided where it becomes a record.
            if (!path.isEmpty() && found instanceof String) {
                return;
            }
            if (!(found instanceof Map<?, ?> given)) {
                throw mismatch(type, path, "the fields " + fields.keySet(), found);
            }
            given.forEach((field, value) -> {
                String at = path.isEmpty() ? String.valueOf(field) : path + "." + field;
                if (!fields.containsKey(field)) {
                    throw new BadShape(type + " has no field " + at + ": there are " + fields.keySet());
                }
                check(type, at, fields.get(field), value);
            });
        } else if (shape instanceof List<?> element && found instanceof List<?> given) {
            for (int i = 0; i < given.size(); i++) {
                check(type, path + "[" + i + "]", element.get(0), given.get(i));
            }
        } else if (!fits(shape, found)) {
            throw mismatch(type, path, String.valueOf(shape), found);
        }
    }

    private static boolean fits(Object shape, Object found) {
        if (WHOLE.contains(shape)) {
            return found instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue());
        }
        if (FRACTION.contains(shape)) {
            return found instanceof Number || found instanceof String;
        }
        if ("bool".equals(shape)) {
            return found instanceof Boolean;
        }
        return !"string".equals(shape) || found == null || found instanceof String;
    }

    private static BadShape mismatch(String type, String path, String expected, Object found) {
        String is = found instanceof Map<?, ?> ? "a map" : found instanceof List<?> ? "a list"
                : found instanceof String text ? "the text '" + shown(text) + "'" : shown(String.valueOf(found));
        return new BadShape(type + (path.isEmpty() ? "" : ", field " + path) + ": expected " + expected + ", found " + is);
    }

    private static String shown(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }

    static Map<String, Object> blank(Map<?, ?> shape) {
        Map<String, Object> tree = new LinkedHashMap<>();
        shape.forEach((field, type) -> tree.put(String.valueOf(field), blankOf(type)));
        return tree;
    }

    private static Object blankOf(Object shape) {
        if (shape instanceof Map<?, ?> fields) {
            return blank(fields);
        }
        if (shape instanceof List<?> || shape instanceof String name && name.endsWith("[]")) {
            return List.of();
        }
        if (WHOLE.contains(shape)) {
            return 0L;
        }
        if (FRACTION.contains(shape)) {
            return 0.0;
        }
        return "bool".equals(shape) ? Boolean.FALSE : "string".equals(shape) ? "" : null;
    }
}
