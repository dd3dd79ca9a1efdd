package io.anole.bridge.internal;

import io.anole.bridge.Crossing.Kind;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One line of a bridge's configuration: {@code LEFT [-> | <- | <->] [RIGHT] [OPTION...]}. Left is a name or pattern on the bus
 * {@code from}, right the one on the bus {@code to}, the same if it is left out; without an arrow it goes from left to right.
 *
 * @param kind  what crosses
 * @param left  names on the bus {@code from}
 * @param right names on the bus {@code to}, with as many wildcards
 * @param out   whether it goes from left to right
 * @param in    whether it goes from right to left
 * @param qos   how messages are taken and given
 * @param gap   least time between two messages of a topic, in ns, 0 for none
 * @param limit how long a call may take
 */
record Line(Kind kind, Pattern left, Pattern right, boolean out, boolean in, Qos qos, long gap, Duration limit) {
    private static final Set<String> ARROWS = Set.of("->", "<-", "<->");
    private static final Map<Kind, List<String>> OPTIONS = Map.of(
            Kind.TOPIC, List.of("rate", "lifespan", "qos", "depth", "full", "keep"), Kind.SERVICE, List.of("timeout"),
            Kind.PARAM, List.of());
    private static final int FEW = 5;
    private static final long MOST_MILLIS = 3_600_000;

    /** @throws IllegalArgumentException with the reason */
    static Line of(Kind kind, String text) {
        List<String> words = List.of(text.strip().split("\\s+"));
        Pattern left = names(words.get(0));
        int next = 1;
        String arrow = "->";
        Pattern right = left;
        if (next < words.size() && ARROWS.contains(words.get(next))) {
            arrow = words.get(next++);
            if (next < words.size() && words.get(next).startsWith("/")) {
                right = names(words.get(next++));
            }
        }
        if (wildcards(left) != wildcards(right) || left.endsWithRest() != right.endsWithRest()) {
            throw new IllegalArgumentException("'" + left + "' and '" + right + "' need the same wildcards in the same order");
        }
        if (kind == Kind.SERVICE && left.name().isEmpty()) {
            throw new IllegalArgumentException("a service needs a name, not a pattern");
        }
        if (kind == Kind.SERVICE && arrow.equals("<->")) {
            throw new IllegalArgumentException("a service is on one side and offered on the other, with -> or <-");
        }
        return new Line(kind, left, right, !arrow.equals("<-"), !arrow.equals("->"), Qos.DEFAULT, 0, Duration.ofSeconds(5))
                .with(words.subList(next, words.size()));
    }

    private static Pattern names(String text) {
        Pattern pattern = Pattern.of(text);
        if (pattern.segments().get(0).startsWith("@")) {
            throw new IllegalArgumentException("'" + text + "' is the platform's own");
        }
        return pattern;
    }

    private static long wildcards(Pattern pattern) {
        return pattern.segments().stream().filter(segment -> segment.startsWith("*")).count();
    }

    private Line with(List<String> options) {
        Line line = this;
        boolean bestEffort = options.contains("qos=best-effort");
        if (bestEffort) {
            line = line.with(qos.reliability(Reliability.BEST_EFFORT).buffer(Overflow.DROP_OLDEST, FEW));
        }
        for (String option : options) {
            int at = option.indexOf('=');
            String key = at < 0 ? option : option.substring(0, at);
            if (!OPTIONS.get(kind).contains(key)) {
                throw new IllegalArgumentException("there is no option '" + option + "' here; there are " + OPTIONS.get(kind));
            }
            if (at < 0 != key.equals("keep")) {
                throw new IllegalArgumentException(at < 0 ? "'" + option + "' needs a value" : "'keep' has no value");
            }
            line = line.with(key, option.substring(at + 1));
        }
        return line;
    }

    private Line with(String key, String value) {
        return switch (key) {
            case "rate" -> new Line(kind, left, right, out, in, qos, gap(value), limit);
            case "lifespan" -> with(qos.lifespan(Duration.ofMillis(within(key, value, 1, MOST_MILLIS))));
            case "qos" -> with(qos.reliability(choice(key, value, "reliable", "best-effort") ? Reliability.RELIABLE
                    : Reliability.BEST_EFFORT));
            case "depth" -> with(qos.buffer(qos.overflow(), (int) within(key, value, 1, Qos.MAX_DEPTH)));
            case "full" -> with(qos.buffer(choice(key, value, "wait", "drop") ? Overflow.BLOCK : Overflow.DROP_OLDEST, qos.depth()));
            case "timeout" -> new Line(kind, left, right, out, in, qos, gap, Duration.ofMillis(within(key, value, 1, MOST_MILLIS)));
            default -> with(qos.durability(Durability.TRANSIENT_LOCAL));
        };
    }

    private Line with(Qos other) {
        return new Line(kind, left, right, out, in, other, gap, limit);
    }

    private static long gap(String value) {
        double rate;
        try {
            rate = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            rate = Double.NaN;
        }
        if (!(rate >= 0.001 && rate <= 1e6)) {
            throw new IllegalArgumentException("rate=" + value + " is not within 0.001 and 1000000 messages a second");
        }
        return Math.round(1e9 / rate);
    }

    private static long within(String key, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(key + "=" + value + " is not within " + least + " and " + most);
    }

    /** Whether it is the first. */
    private static boolean choice(String key, String value, String first, String second) {
        if (!value.equals(first) && !value.equals(second)) {
            throw new IllegalArgumentException(key + "=" + value + " is neither " + first + " nor " + second);
        }
        return value.equals(first);
    }

    /** From left to right, or back. */
    Mapping mapping(boolean outwards) {
        return outwards ? new Mapping(left, right) : new Mapping(right, left);
    }

    boolean reliable() {
        return qos.reliability() == Reliability.RELIABLE;
    }

    /**
     * How names are translated.
     *
     * @param from names there
     * @param to   names here, with as many wildcards
     */
    record Mapping(Pattern from, Pattern to) {
        boolean matches(Name name) {
            return from.matches(name);
        }

        /**
         * What {@code *} and {@code **} stand for is put in place of the others, in order.
         *
         * @throws IllegalArgumentException if it gets too long
         */
        Name of(Name name) {
            StringBuilder text = new StringBuilder();
            List<String> given = name.segments();
            int at = 0;
            for (String segment : to.segments()) {
                switch (segment) {
                    case "*" -> {
                        while (!from.segments().get(at).equals("*")) {
                            at++;
                        }
                        text.append('/').append(given.get(at++));
                    }
                    case "**" -> given.subList(from.segments().size() - 1, given.size()).forEach(rest -> text.append('/').append(rest));
                    default -> text.append('/').append(segment);
                }
            }
            return Name.of(text.toString());
        }
    }
}
