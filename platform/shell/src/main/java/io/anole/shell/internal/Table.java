package io.anole.shell.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows in aligned columns under a header. Columns whose name begins with {@code >} are aligned to the right. */
final class Table {
    private static final String GAP = "  ";

    private final String[] names;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();
    private final List<UnaryOperator<String>> styles = new ArrayList<>();

    Table(String... names) {
        this.names = names.clone();
        this.right = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            right[i] = names[i].startsWith(">");
            this.names[i] = right[i] ? names[i].substring(1) : names[i];
        }
    }

    void row(Object... cells) {
        styled(UnaryOperator.identity(), cells);
    }

    /** A row whose second cell is shown in this style: by custom the state. */
    void styled(UnaryOperator<String> second, Object... cells) {
        rows.add(Arrays.stream(cells).map(cell -> Text.plain(String.valueOf(cell))).toArray(String[]::new));
        styles.add(second);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(Terminal terminal) {
        int[] widths = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            widths[i] = names[i].length();
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        if (terminal.columns() > 0) {
            // on a terminal the last column gives way, so that a row stays one line
            int before = Arrays.stream(widths).limit(names.length - 1).map(width -> width + GAP.length()).sum();
            int last = names.length - 1;
            widths[last] = Math.max(Math.max(names[last].length(), 8),
                    Math.min(widths[last], terminal.columns() - before));
        }
        terminal.line(terminal.bold(format(names, widths, UnaryOperator.identity())));
        for (int i = 0; i < rows.size(); i++) {
            terminal.line(format(rows.get(i), widths, styles.get(i)));
        }
    }

    private String format(String[] cells, int[] widths, UnaryOperator<String> second) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i].length() <= widths[i] ? cells[i] : cells[i].substring(0, widths[i] - 1) + "…";
            String space = " ".repeat(widths[i] - cell.length());
            String shown = i == 1 ? second.apply(cell) : cell;
            line.append(i == 0 ? "" : GAP);
            if (right[i]) {
                line.append(space).append(shown);
            } else {
                line.append(shown).append(i == cells.length - 1 ? "" : space);
            }
        }
        return line.toString().stripTrailing();
    }
}
