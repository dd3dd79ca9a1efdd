package io.anole.shell.internal;

import io.anole.bus.Name;
import io.anole.shell.internal.Graph.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What those at the other end have announced that they take. A message with a field that they don't know would be
 * dropped there and only be counted; here its sender is told.
 */
record Expected(Name name, String type, List<Endpoint> takers) {
    /** @param type the type its sender has named, or empty */
    static Expected of(List<Endpoint> takers, Name name, String type) {
        TreeSet<String> types = takers.stream().map(Endpoint::type).filter(other -> !other.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!type.isEmpty() && !types.isEmpty() && !types.contains(type)) {
            throw new Failure(Failure.FAILED, name + " takes " + String.join(", ", types) + ", not " + type);
        }
        return new Expected(name, type.isEmpty() && types.size() == 1 ? types.first() : type, takers);
    }

    boolean nobody() {
        return takers.isEmpty();
    }

    /** @throws Failure if somebody would refuse it */
    void check(Object body) {
        for (Endpoint taker : takers) {
            if (taker.shape() instanceof Map<?, ?> shape && !shape.isEmpty()
                    && (type.isEmpty() || taker.type().equals(type))) {
                check(body, shape, taker.type(), "");
            }
        }
    }

    private static void check(Object body, Map<?, ?> shape, String type, String path) {
        if (!(body instanceof Map<?, ?> fields)) {
            throw new Failure(Failure.USAGE, type + (path.isEmpty() ? "" : "." + path)
                    + " is an object with the fields " + shape.keySet() + ", not " + Text.of(body, false));
        }
        fields.forEach((key, value) -> {
            String field = path.isEmpty() ? key.toString() : path + "." + key;
            if (!shape.containsKey(key)) {
                throw new Failure(Failure.USAGE, type + " has no field '" + Text.plain(field) + "'; "
                        + (path.isEmpty() ? "it" : path) + " has " + shape.keySet());
            }
            if (shape.get(key) instanceof Map<?, ?> nested && !nested.isEmpty() && value != null) {
                check(value, nested, type, field);
            }
        });
    }
}
