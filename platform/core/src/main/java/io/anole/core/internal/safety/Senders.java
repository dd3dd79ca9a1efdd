package io.anole.core.internal.safety;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.List;

/**
 * Who may command.
 *
 * @param patterns over {@code <runtime>/<participant>/<number>}
 * @param foreign  whether who tells nothing of itself may, too
 * @param also     who else has to allow a sender, or null
 */
record Senders(List<Pattern> patterns, boolean foreign, Senders also) {
    /** Nobody. */
    static final Senders NONE = new Senders(List.of(), false, null);
    /** Everybody. */
    static final Senders ANY = new Senders(List.of(Pattern.of("**")), true, null);

    /**
     * Reads a configuration's list, in which an empty text stands for foreign clients; an empty list is everybody.
     *
     * @throws IllegalArgumentException if one is no pattern
     */
    static Senders of(List<String> texts) {
        if (texts.isEmpty()) {
            return ANY;
        }
        return new Senders(texts.stream().filter(text -> !text.isBlank()).map(text -> Pattern.of(text.trim())).toList(),
                texts.stream().anyMatch(String::isBlank), null);
    }

    /** Who is allowed by both. */
    Senders and(Senders other) {
        return this == ANY ? other : other == ANY ? this
                : new Senders(patterns, foreign, also == null ? other : also.and(other));
    }

    boolean allow(String source) {
        return this == ANY || allowed(source) && (also == null || also.allow(source));
    }

    private boolean allowed(String source) {
        if (source.isEmpty()) {
            return foreign;
        }
        Name name;
        try {
            name = Name.of(source);
        } catch (IllegalArgumentException e) {
            // No runtime of Anole has such a source.
            return false;
        }
        return patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
