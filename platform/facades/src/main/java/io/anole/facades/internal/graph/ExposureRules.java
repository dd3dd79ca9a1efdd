package io.anole.facades.internal.graph;

import io.anole.bus.Name;
import io.anole.graph.Exposure;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** An exposure, ready to be asked. Immutable. */
record ExposureRules(Exposure exposure, Rules reads, Rules writes, Rules services, Rules params) {
    /** Regular expressions that match whole names, with or without a leading slash. */
    record Rules(List<Pattern> patterns) {
        boolean hold(Name name) {
            String text = name.toString();
            return patterns.stream().anyMatch(pattern -> pattern.matcher(text).matches());
        }
    }

    /** @throws IllegalArgumentException naming the entry that is no regular expression */
    static ExposureRules of(Exposure exposure) {
        return new ExposureRules(exposure, rules("reads", exposure.reads()), rules("writes", exposure.writes()),
                rules("services", exposure.services()), rules("params", exposure.params()));
    }

    private static Rules rules(String kind, List<String> entries) {
        return new Rules(entries.stream().map(entry -> pattern(kind, entry)).toList());
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
}
