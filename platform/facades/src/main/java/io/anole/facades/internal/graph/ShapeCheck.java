package io.anole.facades.internal.graph;

import io.anole.bus.BusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Holds a tree against an announced shape, so that a client hears of a wrong field itself and not the subscriber's log.
 * Only what can't be right is refused; ranges are checked where the tree becomes a record.
 */
final class ShapeCheck {
    private static final Set<String> WHOLE = Set.of("int8", "int16", "int32", "int64");
    private static final Set<String> FRACTION = Set.of("float32", "float64");

    private ShapeCheck() {
    }

    /** @throws BusException.BadShape with the type, the field's path, what was expected and what was found */
    static void check(Endpoint endpoint, Object tree) {
        if (!endpoint.shape().isEmpty()) {
            check(endpoint.type(), "", endpoint.shape(), tree);
        }
    }

    private static void check(String type, String path, Object shape, Object found) {
        if (shape instanceof Map<?, ?> fields) {
            if (!(found instanceof Map<?, ?> given)) {
                throw mismatch(type, path, "fields " + fields.keySet(), found);
            }
            given.forEach((field, value) -> {
                String at = path.isEmpty() ? String.valueOf(field) : path + "." + field;
                if (!fields.containsKey(field)) {
                    throw new BusException.BadShape(type + " has no field " + at + ": there are " + fields.keySet());
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

    private static BusException.BadShape mismatch(String type, String path, String expected, Object found) {
        return new BusException.BadShape(type + (path.isEmpty() ? "" : ", field " + path) + ": expected " + expected
                + ", found " + (found == null ? "null" : found.getClass().getSimpleName() + " "
                + Objects.toString(found).lines().findFirst().orElse("")));
    }

    /** A tree of the shape with every field at its default. */
    static Map<String, Object> blank(Map<String, Object> shape) {
        Map<String, Object> tree = new LinkedHashMap<>();
        shape.forEach((field, type) -> tree.put(field, blankOf(type)));
        return tree;
    }

    private static Object blankOf(Object shape) {
        if (shape instanceof Map<?, ?> fields) {
            Map<String, Object> tree = new LinkedHashMap<>();
            fields.forEach((field, type) -> tree.put(String.valueOf(field), blankOf(type)));
            return tree;
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
