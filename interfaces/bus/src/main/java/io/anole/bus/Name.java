package io.anole.bus;

import java.util.Arrays;
import java.util.List;

/**
 * The address of a topic, a service or a state key: segments separated by {@code /}, always shown with a leading slash.
 * {@code x} and {@code /x} are the same name.
 *
 * <p>A segment holds printable ASCII (0x21 to 0x7E) other than {@code /} and {@code *}; nothing is mangled, what does not
 * fit is refused. Names whose first segment begins with {@code @} are reserved for the platform. Immutable.
 */
public final class Name implements Comparable<Name> {
    /** Longest name, in characters, the leading slash included. */
    public static final int MAX_LENGTH = 512;
    /** Most segments in one name. */
    public static final int MAX_SEGMENTS = 32;

    private final String text;
    private final List<String> segments;

    private Name(String text, List<String> segments) {
        this.text = text;
        this.segments = segments;
    }

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException with the text and the reason, if it is no legal name
     */
    public static Name of(String text) {
        String canonical = canonical(text, "name");
        if (canonical.indexOf('*') >= 0) {
            throw Segments.illegal("name", text, "'*' is for patterns");
        }
        return new Name(canonical, Segments.split(canonical, text, "name"));
    }

    static String canonical(String text, String what) {
        if (text == null || text.isEmpty() || text.equals("/")) {
            throw Segments.illegal(what, text, "it is empty");
        }
        return text.charAt(0) == '/' ? text : "/" + text;
    }

    /** The segments in order; never empty. */
    public List<String> segments() {
        return segments;
    }

    /** This name with further segments below it; {@code child} may hold several, with or without a leading slash. */
    public Name child(String child) {
        return of(text + canonical(child, "name"));
    }

    /** Whether this name lies in the platform's own space. */
    public boolean reserved() {
        return text.charAt(1) == '@';
    }

    /** The canonical text, with its leading slash. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public int compareTo(Name other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Name name && text.equals(name.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The grammar shared by names and patterns. */
    static final class Segments {
        private Segments() {
        }

        static List<String> split(String canonical, String given, String what) {
            if (canonical.length() > MAX_LENGTH) {
                throw illegal(what, given.substring(0, 64) + "...",
                        "it is longer than " + MAX_LENGTH + " characters");
            }
            for (int i = 0; i < canonical.length(); i++) {
                char c = canonical.charAt(i);
                if (c <= 0x20 || c >= 0x7F) {
                    throw illegal(what, given,
                            "U+%04X is not printable ASCII".formatted((int) c));
                }
            }
            String[] parts = canonical.substring(1).split("/", -1);
            if (parts.length > MAX_SEGMENTS) {
                throw illegal(what, given, "it has more than " + MAX_SEGMENTS + " segments");
            }
            if (Arrays.asList(parts).contains("")) {
                throw illegal(what, given, "it has an empty segment");
            }
            return List.of(parts);
        }

        static IllegalArgumentException illegal(String what, String text, String why) {
            return new IllegalArgumentException("illegal " + what + " '" + text + "': " + why);
        }
    }
}
