package io.anole.console.internal.pages;

import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Kind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A publisher, subscription or service of some runtime on a bus, as it is announced there.
 *
 * @param name  a name, or for a subscription a pattern
 * @param type  empty if untyped
 * @param shape its fields and their types; empty if not known
 */
record Endpoint(Kind kind, String name, String type, Map<?, ?> shape, String participant, String runtime) {
    private static final Set<String> PLATFORM = Set.of("mail", "sig", "req");
    private static final Set<String> KINDS = Set.of("publisher", "subscription", "service");

    /** Empty if it is none: anybody can write there. */
    static Optional<Endpoint> of(Object announced) {
        if (!(announced instanceof Map<?, ?> map) || !KINDS.contains(text(map, "kind"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Endpoint(Kind.valueOf(text(map, "kind").toUpperCase(Locale.ROOT)),
                    Pattern.of(text(map, "name")).toString(), text(map, "type"),
                    map.get("shape") instanceof Map<?, ?> shape ? shape : Map.of(), text(map, "participant"), text(map, "runtime")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }

    /** Whether it stands for a set of names. */
    boolean isPattern() {
        return name.indexOf('*') >= 0;
    }

    /** Whether it is of the platform's own traffic: state, mail and signals. */
    boolean isPlatform() {
        return isPlatform(name);
    }

    static boolean isPlatform(String name) {
        String first = name.split("/", 3)[1];
        return first.startsWith("@") || PLATFORM.contains(first);
    }
}
