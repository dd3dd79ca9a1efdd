package io.anole.ros1.master.internal;

import io.anole.ros1.master.internal.Registrations.Party;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tree of parameters: maps in maps, replaced along the way to what changes and never changed in place, so that what is
 * given out needs no copy. Whoever calls holds the lock of {@link MasterApi}.
 */
final class Parameters {
    private static final int WEIGHT = 48;

    private final long maxBytes;
    private Map<String, Object> root = Map.of();
    private long bytes;

    /** Who is to hear that a key, which ends with a slash, has a value; an empty map says that it is gone. */
    record Update(List<Party> to, String key, Object value) {
    }

    Parameters(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    Optional<Object> get(String key) {
        Object value = root;
        for (String segment : Names.segments(key)) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(segment)) {
                return Optional.empty();
            }
            value = map.get(segment);
        }
        return Optional.of(value);
    }

    void set(String key, Object value) throws Failure {
        List<String> path = Names.segments(key);
        if (path.isEmpty() && !(value instanceof Map<?, ?>)) {
            throw new Failure(Failure.ERROR, "Error: invalid arguments: cannot set root of parameter tree to non-dictionary");
        }
        Map<String, Object> changed = tree(with(root, path, value));
        long more = weight(changed, path) - weight(root, path);
        if (more > 0 && bytes + more > maxBytes) {
            throw new Failure(Failure.FAILURE, "parameters take more than " + maxBytes
                    + " bytes, which is the most the master keeps (max.parameter.bytes)");
        }
        bytes += more;
        root = changed;
    }

    /** @return whether it was there */
    boolean delete(String key) {
        List<String> path = Names.segments(key);
        if (path.isEmpty() || get(key).isEmpty()) {
            return false;
        }
        Map<String, Object> changed = tree(with(root, path, null));
        bytes += weight(changed, path) - weight(root, path);
        root = changed;
        return true;
    }

    /** Of what a change on a path can have changed: what the first segment leads to, or all. */
    private static long weight(Map<String, Object> tree, List<String> path) {
        if (path.isEmpty()) {
            return weight(tree);
        }
        Object top = tree.get(path.get(0));
        return top == null ? 0 : WEIGHT + path.get(0).length() + weight(top);
    }

    /** What is to be set below something that is no map takes its place. */
    private static Object with(Object at, List<String> path, Object value) {
        if (path.isEmpty()) {
            return value;
        }
        Map<String, Object> map = new LinkedHashMap<>(at instanceof Map<?, ?> ? tree(at) : Map.of());
        String segment = path.get(0);
        Object changed = with(map.get(segment), path.subList(1, path.size()), value);
        if (changed == null) {
            map.remove(segment);
        } else {
            map.put(segment, changed);
        }
        return Collections.unmodifiableMap(map);
    }

    @SuppressWarnings("unchecked") // XML-RPC has no other maps
    private static Map<String, Object> tree(Object map) {
        return (Map<String, Object>) map;
    }

    private static long weight(Object value) {
        if (value instanceof String text) {
            return WEIGHT + text.length();
        }
        if (value instanceof byte[] data) {
            return WEIGHT + data.length;
        }
        long weight = WEIGHT;
        if (value instanceof List<?> list) {
            for (Object element : list) {
                weight += weight(element);
            }
        } else if (value instanceof Map<?, ?>) {
            for (Map.Entry<String, Object> entry : tree(value).entrySet()) {
                weight += WEIGHT + entry.getKey().length() + weight(entry.getValue());
            }
        }
        return weight;
    }

    /** Of all that is no map. */
    List<Object> names() {
        List<Object> names = new ArrayList<>();
        names("/", root, names);
        return names;
    }

    private static void names(String prefix, Map<String, Object> map, List<Object> names) {
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?>) {
                names(Names.join(prefix, key), tree(value), names);
            } else {
                names.add(Names.join(prefix, key));
            }
        });
    }

    /** Upwards from a node: the first namespace that has the first segment of the key. */
    Optional<String> search(String node, String key) throws Failure {
        if (key.startsWith("~")) {
            throw new Failure(Failure.FAILURE, "Internal failure: invalid key");
        }
        if (!node.startsWith("/")) {
            throw new Failure(Failure.FAILURE, "Internal failure: namespace must be global");
        }
        if (key.startsWith("/")) {
            return get(key).map(value -> key);
        }
        String first = Names.segments(key).get(0);
        if (get(Names.join(node, first)).isPresent()) {
            return Optional.of(Names.join(node, key));
        }
        List<String> namespaces = Names.segments(node);
        for (int depth = namespaces.size() - 1; depth >= 0; depth--) {
            String prefix = depth == 0 ? "/" : "/" + String.join("/", namespaces.subList(0, depth)) + "/";
            if (get(prefix + first).isPresent()) {
                return Optional.of(prefix + key);
            }
        }
        return Optional.empty();
    }

    /**
     * Who is to hear of a change, and what: those above it that it happened, those below it their new value, or that it is
     * gone.
     *
     * @param author does not hear of what it has set itself; null when something is deleted
     */
    static List<Update> updates(Registrations subscribers, String changed, Object value, String author) {
        String key = changed.equals("/") ? changed : Names.canonical(changed) + "/";
        Map<String, Object> below = new LinkedHashMap<>();
        if (value instanceof Map<?, ?>) {
            below(key, tree(value), below);
        }
        List<Update> updates = new ArrayList<>();
        for (String subscribed : subscribers.keys()) {
            String namespace = subscribed.endsWith("/") ? subscribed : subscribed + "/";
            if (key.startsWith(namespace)) {
                updates.add(new Update(subscribers.of(subscribed).stream().filter(party -> !party.node().equals(author))
                        .toList(), key, value));
            } else if (value instanceof Map<?, ?> && namespace.startsWith(key)) {
                updates.add(new Update(List.copyOf(subscribers.of(subscribed)), subscribed,
                        below.getOrDefault(subscribed, Map.of())));
            }
        }
        return updates;
    }

    private static void below(String prefix, Map<String, Object> map, Map<String, Object> all) {
        map.forEach((name, value) -> {
            String key = Names.join(prefix, name) + "/";
            all.put(key, value);
            if (value instanceof Map<?, ?>) {
                below(key, tree(value), all);
            }
        });
    }
}
