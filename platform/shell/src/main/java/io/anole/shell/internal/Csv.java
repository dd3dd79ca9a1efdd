package io.anole.shell.internal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A tree as one line of RFC 4180: its plain values in order, nested ones flattened. */
final class Csv {
    private Csv() {
    }

    static String line(Object tree) {
        List<String> cells = new ArrayList<>();
        flatten(tree, cells);
        return String.join(",", cells);
    }

    private static void flatten(Object tree, List<String> cells) {
        if (tree instanceof Map<?, ?> map) {
            map.values().forEach(value -> flatten(value, cells));
        } else if (tree instanceof List<?> list) {
            list.forEach(value -> flatten(value, cells));
        } else if (tree instanceof byte[] bytes) {
            cells.add(Base64.getEncoder().encodeToString(bytes));
        } else if (tree != null && tree.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(tree); i++) {
                flatten(Array.get(tree, i), cells);
            }
        } else {
            String text = tree == null ? "" : Text.plain(tree.toString());
            cells.add(text.indexOf(',') < 0 && text.indexOf('"') < 0 ? text : '"' + text.replace("\"", "\"\"") + '"');
        }
    }
}
