package io.anole.process;

import io.anole.bus.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Selects mail: all its conditions must hold. Texts are regular expressions that must match the whole value; begin with
 * {@code (?i)} to ignore case, end with {@code .*} for a prefix. A header that is missing does not match. Mail that could
 * not be read is selected only by a filter that asks for it, see {@link #failed()}. Immutable.
 *
 * <pre>{@code mail.on(subject("(?i)salutation").and(sender("main")), this::greet);}</pre>
 */
public final class Filter implements Predicate<Mail> {
    private final String text;
    private final String route;
    private final boolean failed;
    private final List<Predicate<Mail>> conditions;

    private Filter(String text, String route, boolean failed, List<Predicate<Mail>> conditions) {
        this.text = text;
        this.route = route;
        this.failed = failed;
        this.conditions = List.copyOf(conditions);
    }

    private static Filter condition(String text, Predicate<Mail> condition) {
        return new Filter(text, Mail.INTERNAL, false, List.of(condition));
    }

    private static Pattern regex(String what, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "filter " + what + " '" + regex + "' is no regular expression: " + e.getDescription(), e);
        }
    }

    /** The subject matches. */
    public static Filter subject(String regex) {
        Pattern pattern = regex("subject", regex);
        return condition("subject=" + regex, mail -> pattern.matcher(mail.subject()).matches());
    }

    /** The sender matches. */
    public static Filter sender(String regex) {
        Pattern pattern = regex("sender", regex);
        return condition("sender=" + regex, mail -> pattern.matcher(mail.sender()).matches());
    }

    /** The body's text matches. */
    public static Filter body(String regex) {
        Pattern pattern = regex("body", regex);
        return condition("body=" + regex, mail -> pattern.matcher(String.valueOf(mail.body())).matches());
    }

    /** The header is there and matches. */
    public static Filter header(String name, String regex) {
        Pattern pattern = regex("header " + name, regex);
        return condition(name + "=" + regex, mail -> {
            String value = mail.headers().get(name);
            return value != null && pattern.matcher(value).matches();
        });
    }

    /**
     * The header {@code topic} is in this set of names, where {@code *} is one segment and {@code **} the rest; MQTT's
     * {@code +} and {@code #} are understood too. A header that is no name does not match.
     */
    public static Filter topic(String pattern) {
        String anole = pattern.replaceAll("(?<=^|/)\\+(?=/|$)", "*").replaceAll("(?<=^|/)#$", "**");
        io.anole.bus.Pattern names = io.anole.bus.Pattern.of(anole);
        return condition("topic=" + pattern, mail -> {
            String value = mail.headers().get(Mail.TOPIC);
            return value != null && name(value).map(names::matches).orElse(false);
        });
    }

    private static Optional<Name> name(String text) {
        try {
            return Optional.of(Name.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** It stands for something that could not be read. */
    public static Filter failed() {
        return new Filter("failed", Mail.INTERNAL, true, List.of());
    }

    /** Any condition of your own; the text names it where filters are listed. */
    public static Filter where(String text, Predicate<Mail> condition) {
        return condition(text, condition);
    }

    /** This and the other; the route is that of whichever names one. */
    public Filter and(Filter other) {
        List<Predicate<Mail>> all = new ArrayList<>(conditions);
        all.addAll(other.conditions);
        return new Filter(text + ", " + other.text, other.route.equals(Mail.INTERNAL) ? route : other.route,
                failed || other.failed, all);
    }

    /** This, for mail of another route than {@link Mail#INTERNAL}; see {@link Mail#route()}. */
    public Filter on(String otherRoute) {
        return new Filter(text, otherRoute, failed, conditions);
    }

    /** The route whose mail is selected. */
    public String route() {
        return route;
    }

    @Override
    public boolean test(Mail mail) {
        if (!mail.route().equals(route) || mail.failed() != failed) {
            return false;
        }
        for (Predicate<Mail> condition : conditions) {
            if (!condition.test(mail)) {
                return false;
            }
        }
        return true;
    }

    /** The conditions, for listings. */
    @Override
    public String toString() {
        return route.equals(Mail.INTERNAL) ? text : route + ": " + text;
    }
}
