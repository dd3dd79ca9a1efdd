package io.anole.bridge;

import java.util.Map;

/**
 * One line of a bridge's configuration, in one direction.
 *
 * @param kind    what crosses
 * @param from    the bus it comes from and the names there, such as {@code ros:/camera/*}
 * @param to      the bus it goes to and the names there
 * @param problem one line for a user: why nothing, or not all, crosses now; empty if nothing is wrong
 * @param passed  messages, calls or values that have crossed
 * @param dropped those that have not, by reason; reasons that never happened are left out
 */
public record Crossing(Kind kind, String from, String to, String problem, long passed, Map<Drop, Long> dropped) {
    public Crossing {
        dropped = Map.copyOf(dropped);
    }

    /** What crosses. */
    public enum Kind { TOPIC, SERVICE, PARAM }

    /** Why something did not cross. */
    public enum Drop {
        /** It has crossed this bridge before, or too many others. */
        ECHO,
        /** A newer message of its topic came before the rate allowed it. */
        LIMITED,
        /** Its lifespan was over. */
        EXPIRED,
        /** The other bus did not take it. */
        REFUSED,
        /** It would have been one name or one call too many. */
        TOO_MANY,
        /** The bridge was closed while it waited. */
        CLOSED
    }
}
