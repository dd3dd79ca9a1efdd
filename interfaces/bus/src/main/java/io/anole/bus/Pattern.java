package io.anole.bus;

import io.anole.bus.Name.Segments;
import java.util.List;
import java.util.Optional;

/**
 * A set of {@link Name}s: a name in which a segment may be {@code *} (exactly one segment, whatever it says) and the last
 * may be {@code **} (the rest: zero or more segments). A pattern without either stands for that one name. Immutable.
 */
public final class Pattern {
    private static final String ONE = "*";
    private static final String REST = "**";

    private final String text;
    private final List<String> segments;
    private final boolean rest;

    private Pattern(String text, List<String> segments) {
        this.text = text;
        this.segments = segments;
        this.rest = segments.get(segments.size() - 1).equals(REST);
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException with the text and the reason, if it is no legal pattern
     */
    public static Pattern of(String text) {
        String canonical = Name.canonical(text, "pattern");
        List<String> segments = Segments.split(canonical, text, "pattern");
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.indexOf('*') < 0 || segment.equals(ONE)) {
                continue;
            }
            if (!segment.equals(REST)) {
                throw Segments.illegal("pattern", text, "'*' stands for a whole segment, not for part of one");
            }
            if (i != segments.size() - 1) {
                throw Segments.illegal("pattern", text, "'**' must be the last segment");
            }
        }
        return new Pattern(canonical, segments);
    }

    /** The pattern that holds this name only. */
    public static Pattern of(Name name) {
        return new Pattern(name.toString(), name.segments());
    }

    /** The segments in order, wildcards included; never empty. */
    public List<String> segments() {
        return segments;
    }

    /** Whether the last segment is {@code **}. */
    public boolean endsWithRest() {
        return rest;
    }

    /** The one name this pattern stands for, or empty if it holds a wildcard. */
    public Optional<Name> name() {
        return text.indexOf('*') < 0 ? Optional.of(Name.of(text)) : Optional.empty();
    }

    /** Whether the name is in this set. */
    public boolean matches(Name name) {
        List<String> given = name.segments();
        int fixed = rest ? segments.size() - 1 : segments.size();
        if (rest ? given.size() < fixed : given.size() != fixed) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            String segment = segments.get(i);
            if (!segment.equals(ONE) && !segment.equals(given.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The canonical text, with its leading slash. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Pattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
