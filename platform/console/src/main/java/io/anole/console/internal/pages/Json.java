package io.anole.console.internal.pages;

import java.util.List;
import java.util.Map;

/** Writes a tree as JSON, which may as well stand inside a page: no character in it can end an element or a script. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {
    }

    /**
     * A tree as text.
     *
     * @param tree maps with texts as keys, lists, texts, numbers, booleans and null; NaN and the infinities become null
     */
    static String text(Object tree) {
        Json json = new Json();
        json.write(tree);
        return json.out.toString();
    }

    private void write(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            out.append('{');
            String comma = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(comma);
                write((String) entry.getKey());
                out.append(':');
                write(entry.getValue());
                comma = ",";
            }
            out.append('}');
        } else if (tree instanceof List<?> list) {
            out.append('[');
            String comma = "";
            for (Object element : list) {
                out.append(comma);
                write(element);
                comma = ",";
            }
            out.append(']');
        } else if (tree instanceof String text) {
            write(text);
        } else if (tree == null || tree instanceof Number number && !Double.isFinite(number.doubleValue())) {
            out.append("null");
        } else if (tree instanceof Number || tree instanceof Boolean) {
            out.append(tree);
        } else {
            throw new IllegalArgumentException("no tree: " + tree.getClass().getName());
        }
    }

    private void write(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c >= ' ' && c < 0x7f && c != '<' && c != '>' && c != '&') {
                        out.append(c);
                    } else {
                        out.append("\\u%04x".formatted((int) c));
                    }
                }
            }
        }
        out.append('"');
    }
}
