package io.anole.core.internal.shapes;

import io.anole.bus.BusException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;

/**
 * A value that does not fit. Collects the path to it on the way out, so that a conversion that succeeds pays nothing for
 * paths.
 */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_PATH = 200;
    private static final int LONGEST_TEXT = 40;

    private final StringBuilder path = new StringBuilder();

    Mismatch(String message) {
        this(message, null);
    }

    Mismatch(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    static Mismatch expected(String expected, Object found) {
        return new Mismatch("expected " + expected + ", found " + found(found));
    }

    /** Says that this happened in a field, or under a key, of what encloses it. */
    Mismatch in(String field) {
        return before(path.length() == 0 || path.charAt(0) == '[' ? printable(field) : printable(field) + '.');
    }

    /** Says that this happened in an element of what encloses it. */
    Mismatch in(int index) {
        return before(path.length() == 0 || path.charAt(0) == '[' ? "[" + index + ']' : "[" + index + "].");
    }

    private Mismatch before(String step) {
        if (path.length() < LONGEST_PATH) {
            path.insert(0, step);
        }
        return this;
    }

    BusException.BadShape of(String rootType) {
        String where = path.length() == 0 ? "" : path + ": ";
        return new BusException.BadShape(rootType + ": " + where + getMessage(), getCause());
    }

    /** A found value in a user's words; short, and safe to print. */
    static String found(Object value) {
        if (value instanceof CharSequence text) {
            return "text '" + printable(text.toString()) + "'";
        }
        if (value instanceof Float || value instanceof Double) {
            return "number " + value;
        }
        if (value instanceof BigInteger big && big.bitLength() > 128) {
            return "a whole number of " + big.bitLength() + " bits";
        }
        if (value instanceof Number) {
            return "whole number " + value;
        }
        if (value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Map<?, ?>) {
            return "a map";
        }
        if (value instanceof Collection<?>) {
            return "a list";
        }
        if (value == null) {
            return "null";
        }
        return value.getClass().isArray() ? value.getClass().getComponentType().getName() + "[]"
                : RecordShapes.nameOf(value.getClass());
    }

    static String printable(String text) {
        return printable(text, LONGEST_TEXT);
    }

    static String printable(String text, int longest) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), longest); i++) {
            char c = text.charAt(i);
            printable.append(Character.isISOControl(c) ? '?' : c);
        }
        return text.length() > longest ? printable.append("...").toString() : printable.toString();
    }
}
