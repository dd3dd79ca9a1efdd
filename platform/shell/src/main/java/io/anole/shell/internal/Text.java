package io.anole.shell.internal;

import java.lang.reflect.Array;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Shows trees to people: a field per line, nested ones indented, lists of plain values in one line. Meant for eyes;
 * what programs read is JSON.
 */
final class Text {
    /** Elements of a list, or bytes, that are shown unless all are asked for. */
    static final int SHOWN = 40;
    private static final Pattern ODD = Pattern.compile("|\\s.*|.*\\s|[-\\[{\"].*|null|true|false|[-+]?\\.?[0-9].*");

    private final StringBuilder out = new StringBuilder();
    private final int shown;
    private boolean begun;

    private Text(int shown) {
        this.shown = shown;
    }

    /** The tree in lines, the last without its end. */
    static String of(Object tree, boolean full) {
        Text text = new Text(full ? Integer.MAX_VALUE : SHOWN);
        text.block(tree, 0);
        return text.out.substring(text.out.indexOf("\n") + 1);
    }

    /** The text with its control characters shown as escapes, line ends included. */
    static String plain(String text) {
        int i = 0;
        while (i < text.length() && !Character.isISOControl(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.substring(0, i));
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> plain.append("\\n");
                case '\t' -> plain.append("\\t");
                default -> plain.append(Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : c);
            }
        }
        return plain.toString();
    }

    private void block(Object tree, int indent) {
        if (tree instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((key, value) -> {
                line(indent);
                out.append(plain(String.valueOf(key))).append(':');
                block(value, indent + 1);
            });
        } else if (tree instanceof List<?> list && list.stream().anyMatch(Text::nested)) {
            int i = 0;
            for (Object element : list) {
                line(indent);
                if (i++ == shown) {
                    out.append(more(list.size()));
                    break;
                }
                out.append("- ");
                begun = true;
                block(element, indent + 1);
                begun = false;
            }
        } else {
            out.append(begun ? "" : out.length() == 0 ? "\n" : " ").append(inline(tree));
        }
    }

    /** Begins a line, unless the dash of a list has. */
    private void line(int indent) {
        if (!begun) {
            out.append('\n').append("  ".repeat(indent));
        }
        begun = false;
    }

    private static boolean nested(Object tree) {
        return tree instanceof Map<?, ?> map && !map.isEmpty() || tree instanceof List<?> list && !list.isEmpty();
    }

    private String inline(Object tree) {
        if (tree instanceof byte[] bytes) {
            int count = Math.min(bytes.length, shown);
            return bytes.length + " bytes" + (count == 0 ? "" : " " + HexFormat.of().formatHex(bytes, 0, count))
                    + (count < bytes.length ? "…" : "");
        }
        if (tree instanceof List<?> list) {
            return elements(list.toArray());
        }
        if (tree != null && tree.getClass().isArray()) {
            return elements(tree);
        }
        if (tree instanceof Map<?, ?>) {
            return "{}";
        }
        String text = plain(String.valueOf(tree));
        return tree instanceof CharSequence && ODD.matcher(text).matches() ? '"' + text.replace("\"", "\\\"") + '"'
                : text;
    }

    private String elements(Object array) {
        int length = Array.getLength(array);
        StringBuilder line = new StringBuilder("[");
        for (int i = 0; i < Math.min(length, shown); i++) {
            line.append(i == 0 ? "" : ", ").append(inline(Array.get(array, i)));
        }
        return line.append(length > shown ? ", " + more(length) : "").append(']').toString();
    }

    private String more(int length) {
        return "… " + (length - shown) + " more";
    }
}
