package io.anole.gateway.internal.door;

import io.anole.bus.Name;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Names and regular expressions that match whole names, with or without a leading slash. Immutable. */
record Rules(List<Pattern> patterns) {
    /** @throws IllegalArgumentException naming the entry that is no regular expression */
    static Rules of(String kind, String[]... entries) {
        return new Rules(Stream.of(entries).flatMap(Stream::of).map(entry -> pattern(kind, entry)).toList());
    }

    private static Pattern pattern(String kind, String entry) {
        try {
            Pattern.compile(entry);
            return Pattern.compile("/?(?:" + (entry.startsWith("/") ? entry.substring(1) : entry) + ")");
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(kind + ": '" + entry + "' is neither a name nor a regular expression: "
                    + e.getDescription() + " (for everything write '.*')", e);
        }
    }

    boolean hold(Name name) {
        String text = name.toString();
        return !name.reserved() && patterns.stream().anyMatch(pattern -> pattern.matcher(text).matches());
    }
}
