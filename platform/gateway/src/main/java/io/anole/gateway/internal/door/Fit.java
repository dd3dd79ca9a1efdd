package io.anole.gateway.internal.door;

import io.anole.bus.BusException.BadShape;
import io.anole.gateway.internal.door.Graph.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a tree against the shape that was announced for its type, so that a client hears of a wrong field itself, and not
 * somebody's log. Only what can't be right is refused; ranges are checked where the tree becomes a record.
 */
final class Fit {
    private static final Set<String> WHOLE = Set.of("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64");
    private static final Set<String> FRACTION = Set.of("float32", "float64");

    private Fit() {
    }

    /** @throws BadShape with the type, the field's path, what was expected and what was found */
    static void check(Endpoint endpoint, Object tree) {
        if (!endpoint.shape().isEmpty()) {
            check(endpoint.type(), "", endpoint.shape(), tree);
        }
    }

    private static void check(String type, String path, Object shape, Object found) {
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
        String is = found == null ? "null" : found instanceof Map<?, ?> ? "a map" : found instanceof List<?> ? "a list"
                : found instanceof String ? "a text" : String.valueOf(found);
        return new BadShape(type + (path.isEmpty() ? "" : ", field " + path) + ": expected " + expected + ", found " + is);
    }
}
