package io.anole.console.internal.pages;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shortens trees for people: of long texts and lists only the beginning is kept, of bytes their number. */
final class Brief {
    private static final int ELEMENTS = 20;
    private static final int FIELDS = 100;
    private static final int CHARACTERS = 500;
    private static final int DEPTH = 16;

    private Brief() {
    }

    /** A tree for {@link Json}, of limited size for one of limited width. */
    static Object of(Object tree) {
        return of(tree, DEPTH);
    }

    private static Object of(Object tree, int depth) {
        if (tree instanceof byte[] bytes) {
            return "<" + bytes.length + " bytes>";
        } else if (tree instanceof CharSequence text) {
            return text.length() <= CHARACTERS ? text.toString()
                    : text.subSequence(0, CHARACTERS) + "… (" + text.length() + " characters)";
        } else if (tree instanceof Number number) {
            return Double.isFinite(number.doubleValue()) ? number : number.toString();
        } else if (tree == null || tree instanceof Boolean) {
            return tree;
        } else if (depth == 0) {
            return "…";
        } else if (tree instanceof Map<?, ?> map) {
            return fields(map, depth - 1);
        } else if (tree instanceof List<?> list) {
            return elements(list.subList(0, Math.min(list.size(), ELEMENTS)), list.size(), depth - 1);
        } else if (tree.getClass().isArray()) {
            int length = Array.getLength(tree);
            List<Object> first = new ArrayList<>();
            for (int i = 0; i < Math.min(length, ELEMENTS); i++) {
                first.add(Array.get(tree, i));
            }
            return elements(first, length, depth - 1);
        }
        return tree.toString();
    }

    private static Map<String, Object> fields(Map<?, ?> map, int depth) {
        Map<String, Object> brief = new LinkedHashMap<>();
        map.entrySet().stream().limit(FIELDS).forEach(field ->
                brief.put((String) of(field.getKey().toString(), 1), of(field.getValue(), depth)));
        if (map.size() > FIELDS) {
            brief.put("…", map.size() - FIELDS + " more");
        }
        return brief;
    }

    private static List<Object> elements(List<?> first, int size, int depth) {
        List<Object> brief = new ArrayList<>();
        first.forEach(element -> brief.add(of(element, depth)));
        if (size > first.size()) {
            brief.add("… " + (size - first.size()) + " more");
        }
        return brief;
    }
}
