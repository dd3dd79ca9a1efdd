package io.anole.core;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A publisher, subscription or service of some participant, as the hub of its runtime has announced it on the bus.
 *
 * @param kind        what it is
 * @param name        its name, or the pattern of a subscription
 * @param type        its type's name, empty if untyped
 * @param shape       its type's fields, in order; empty if unknown
 * @param participant who has it
 * @param runtime     where that is
 */
public record Endpoint(Kind kind, Pattern name, String type, Map<String, Object> shape, String participant, String runtime) {
    /** The keys under which all are announced. */
    public static final String ALL = "@graph/**";

    /** First segments of names of the platform's own. */
    private static final Set<String> PLATFORM = Set.of("mail", "sig", "req");
    private static final Set<String> KINDS = Set.of("publisher", "subscription", "service");

    /** Another runtime's announcement may be of any form: empty if it can't be read. */
    public static Optional<Endpoint> of(Object announced) {
        if (!(announced instanceof Map<?, ?> map) || !KINDS.contains(text(map, "kind"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Endpoint(Kind.valueOf(text(map, "kind").toUpperCase(Locale.ROOT)), Pattern.of(text(map, "name")),
                    text(map, "type"), fields(map.get("shape")), text(map, "participant"), text(map, "runtime")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> map, String field) {
        return Objects.toString(map.get(field), "");
    }

    private static Map<String, Object> fields(Object shape) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (shape instanceof Map<?, ?> map) {
            map.forEach((field, type) -> fields.put(String.valueOf(field), type));
        }
        return fields;
    }

    /** Whether it stands for a set of names. */
    public boolean isPattern() {
        return name.name().isEmpty();
    }

    /** Whether it is of the platform's own traffic: state, mail and signals. */
    public boolean isPlatform() {
        return isPlatform(name);
    }

    /** Whether what has such a name is of the platform's own traffic. */
    public static boolean isPlatform(Pattern name) {
        String first = name.segments().get(0);
        return first.startsWith("@") || PLATFORM.contains(first);
    }

    /**
     * Holds a tree against the shape, so that who has sent it hears of a wrong field, and not somebody's log. Only what can't be
     * right is refused; ranges are checked where the tree becomes a record. Where the shape is unknown anything is right.
     *
     * @throws BadShape with the type, the field's path, what was expected and what was found
     */
    public void check(Object tree) {
        if (!shape.isEmpty()) {
            Shape.check(type, "", shape, tree);
        }
    }

    /** A tree of the shape with every field at its default. */
    public Map<String, Object> blank() {
        return Shape.blank(shape);
    }
}
