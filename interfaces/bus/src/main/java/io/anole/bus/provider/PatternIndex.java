package io.anole.bus.provider;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What belongs to patterns, found by a name that they match, without a look at the patterns that don't. For one thread at a time.
 *
 * @param <V> for example a subscription; told apart by identity
 */
public final class PatternIndex<V> {
    private static final String ONE = "*";
    private static final String REST = "**";

    private final Node<V> root = new Node<>();

    /** Wildcards are children under their own text; only {@code **} never has children. */
    private static final class Node<V> {
        final Map<String, Node<V>> children = new HashMap<>(2);
        final List<V> values = new ArrayList<>(1);
    }

    /** The same value may be there several times, and is found as often. */
    public void add(Pattern pattern, V value) {
        Node<V> node = root;
        for (String segment : pattern.segments()) {
            node = node.children.computeIfAbsent(segment, s -> new Node<>());
        }
        node.values.add(value);
    }

    /** @return whether it was there */
    public boolean remove(Pattern pattern, V value) {
        return remove(root, pattern.segments(), 0, value);
    }

    private boolean remove(Node<V> node, List<String> segments, int depth, V value) {
        if (depth == segments.size()) {
            return node.values.removeIf(other -> other == value);
        }
        Node<V> child = node.children.get(segments.get(depth));
        if (child == null || !remove(child, segments, depth + 1, value)) {
            return false;
        }
        if (child.values.isEmpty() && child.children.isEmpty()) {
            node.children.remove(segments.get(depth));
        }
        return true;
    }

    /** Tells what belongs to the patterns that match the name, in no order; nothing may be added or removed meanwhile. */
    public void match(Name name, Consumer<? super V> found) {
        match(root, name.segments(), 0, found);
    }

    private void match(Node<V> node, List<String> segments, int depth, Consumer<? super V> found) {
        Node<V> rest = node.children.get(REST);
        if (rest != null) {
            rest.values.forEach(found);
        }
        if (depth == segments.size()) {
            node.values.forEach(found);
            return;
        }
        Node<V> same = node.children.get(segments.get(depth));
        if (same != null) {
            match(same, segments, depth + 1, found);
        }
        Node<V> any = node.children.get(ONE);
        if (any != null) {
            match(any, segments, depth + 1, found);
        }
    }

    /** Nothing is there any more. */
    public void clear() {
        root.children.clear();
    }
}
