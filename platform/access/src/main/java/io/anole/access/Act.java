package io.anole.access;

import java.util.Locale;

/** What there are rules for, by the words that the TCP router's list of clients has for the same. */
public enum Act {
    /** Sending messages on topics. */
    PUBLISH,
    /** Reading messages of topics. */
    SUBSCRIBE,
    /** Calling services. */
    CALL,
    /** Offering services. */
    SERVE,
    /** Reading, setting and deleting parameters. */
    PARAM;

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if the word is none */
    static Act of(String word) {
        for (Act act : values()) {
            if (act.word().equals(word)) {
                return act;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is none of publish, subscribe, call, serve and param");
    }
}
