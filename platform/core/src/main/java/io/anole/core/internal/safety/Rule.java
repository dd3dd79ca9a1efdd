package io.anole.core.internal.safety;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.time.Duration;
import java.util.List;

/**
 * What commands on some topics have to keep to.
 *
 * @param name     its configuration's
 * @param topic    the topics
 * @param lifespan after this time a command is dropped, in ns; 0 for never
 * @param deadline after this time without a command the safe message is said, in ns; 0 for never
 * @param safe     that message
 * @param senders  who may command
 * @param latches  whether an emergency stop holds these topics
 * @param strict   whether a command is dropped if nothing tells when it was published
 */
public record Rule(String name, Pattern topic, long lifespan, long deadline, SafeMessage safe, Senders senders, boolean latches,
        boolean strict) {
    /** As {@link Senders#of} reads who may command. */
    public Rule(String name, Pattern topic, Duration lifespan, Duration deadline, SafeMessage safe, List<String> senders,
            boolean latches, boolean strict) {
        this(name, topic, lifespan.toNanos(), deadline.toNanos(), safe, Senders.of(senders), latches, strict);
    }

    boolean matches(Name name) {
        return !name.reserved() && topic.matches(name);
    }

    /** Whether some name is in both. */
    boolean overlaps(Pattern other) {
        List<String> a = topic.segments();
        List<String> b = other.segments();
        for (int i = 0; i < a.size() && i < b.size(); i++) {
            String x = a.get(i);
            String y = b.get(i);
            if (x.equals("**") || y.equals("**")) {
                return true;
            }
            if (!x.equals(y) && !x.equals("*") && !y.equals("*")) {
                return false;
            }
        }
        int most = Math.max(a.size(), b.size());
        int least = Math.min(a.size(), b.size());
        List<String> longer = a.size() == most ? a : b;
        return most == least || most == least + 1 && longer.get(least).equals("**");
    }

    /**
     * The longest that a command may wait, in ns; 0 for ever. Not beyond the deadline: then the safe message has been said,
     * and what came before it must not follow it.
     */
    long limit() {
        return shorter(lifespan, deadline);
    }

    /** What holds where both do: the stricter of each. */
    Rule and(Rule other) {
        boolean mine = deadline != 0 && shorter(deadline, other.deadline) == deadline
                || deadline == 0 && other.deadline == 0 && (latches || !other.latches);
        return new Rule(name + " and " + other.name, topic, shorter(lifespan, other.lifespan),
                shorter(deadline, other.deadline), mine ? safe : other.safe, senders.and(other.senders), latches || other.latches,
                strict || other.strict);
    }

    /** The same for one topic too many: nobody may command there. */
    Rule closed(int most) {
        return new Rule(name + ", which has more than " + most + " topics", topic, lifespan, 0, safe, Senders.NONE, latches, strict);
    }

    private static long shorter(long a, long b) {
        return a == 0 || b != 0 && b < a ? b : a;
    }
}
