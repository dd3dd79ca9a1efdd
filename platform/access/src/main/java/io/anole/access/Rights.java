package io.anole.access;

import io.anole.bus.Pattern;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names on a bus that somebody may use, for each {@link Act} that the rules speak of. They narrow what the role allows, and
 * what they do not speak of they leave to it. Immutable.
 */
public final class Rights {
    /** All that the role allows. */
    public static final Rights ALL = new Rights(Map.of());
    private static final String REST = "**";
    private static final String ONE = "*";

    private final Map<Act, List<Pattern>> allowed;

    private Rights(Map<Act, List<Pattern>> allowed) {
        this.allowed = allowed;
    }

    /**
     * Reads rules such as {@code publish=/cmd_vel,/arm/**} and {@code call=}, which allows none.
     *
     * @throws IllegalArgumentException with the rule that is wrong, and why
     */
    public static Rights of(List<String> rules) {
        Map<Act, List<Pattern>> allowed = new EnumMap<>(Act.class);
        for (String rule : rules) {
            int equals = rule.indexOf('=');
            if (equals < 0 || allowed.put(Act.of(rule.substring(0, equals)), patterns(rule.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'" + rule + "' is no rule, or a second one of its kind; an example is "
                        + "publish=/cmd_vel,/arm/**");
            }
        }
        return new Rights(Collections.unmodifiableMap(allowed));
    }

    private static List<Pattern> patterns(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",", -1)).map(Pattern::of).toList();
    }

    /** These, and for what they do not speak of those. */
    public Rights otherwise(Rights general) {
        Map<Act, List<Pattern>> both = new EnumMap<>(Act.class);
        both.putAll(general.allowed);
        both.putAll(allowed);
        return both.isEmpty() ? ALL : new Rights(Collections.unmodifiableMap(both));
    }

    /** Whether every name of the pattern, which may be one name, is allowed. */
    public boolean allow(Act act, Pattern names) {
        List<Pattern> wide = allowed.get(act);
        return wide == null || wide.stream().anyMatch(one -> covers(one.segments(), names.segments()));
    }

    private static boolean covers(List<String> wide, List<String> narrow) {
        for (int i = 0; i < wide.size(); i++) {
            String segment = wide.get(i);
            if (segment.equals(REST)) {
                return true;
            }
            if (i >= narrow.size() || narrow.get(i).equals(REST) || !segment.equals(ONE) && !segment.equals(narrow.get(i))) {
                return false;
            }
        }
        return wide.size() == narrow.size();
    }

    /** What they speak of. */
    public Set<Act> limited() {
        return allowed.isEmpty() ? Set.of() : EnumSet.copyOf(allowed.keySet());
    }

    /** As they are written. */
    @Override
    public String toString() {
        return allowed.entrySet().stream().map(rule -> rule.getKey().word() + "="
                + rule.getValue().stream().map(Pattern::toString).collect(Collectors.joining(","))).collect(Collectors.joining(" "));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rights rights && allowed.equals(rights.allowed);
    }

    @Override
    public int hashCode() {
        return allowed.hashCode();
    }
}
