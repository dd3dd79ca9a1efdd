package io.anole.shell.internal;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a command came from and where its output goes. Used by the command's thread alone.
 *
 * <p>Texts that others wrote go through {@link Text#plain} before they come here, so that no message can send control
 * sequences to a terminal.
 */
final class Terminal {
    private static final String RESET = "\u001b[0m";

    private final PrintWriter out;
    private final PrintWriter err;
    private final InputStream in;
    private final int columns;
    private final boolean colour;
    private final Path directory;

    /**
     * @param in        the standard input
     * @param columns   width, 0 if the output is no terminal
     * @param colour    whether colours are welcome
     * @param directory against which relative paths are read
     */
    Terminal(OutputStream out, OutputStream err, InputStream in, int columns, boolean colour, Path directory) {
        this.out = new PrintWriter(out, false, StandardCharsets.UTF_8);
        this.err = new PrintWriter(err, false, StandardCharsets.UTF_8);
        this.in = in;
        this.columns = columns;
        this.colour = colour;
        this.directory = directory;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    InputStream in() {
        return in;
    }

    int columns() {
        return columns;
    }

    boolean colour() {
        return colour;
    }

    Path directory() {
        return directory;
    }

    void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /** A line on the standard error, at once. */
    void note(String text) {
        out.flush();
        err.print(text);
        err.print('\n');
        err.flush();
    }

    /** Sends what was printed; false when nobody reads any more. */
    boolean flush() {
        err.flush();
        return !out.checkError();
    }

    String bold(String text) {
        return style("1", text);
    }

    String good(String text) {
        return style("32", text);
    }

    String doubtful(String text) {
        return style("33", text);
    }

    String bad(String text) {
        return style("31", text);
    }

    private String style(String code, String text) {
        return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + RESET : text;
    }
}
