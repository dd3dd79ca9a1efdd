package io.anole.core.internal.shapes;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bodies as trees. What is a tree already stays the same object; maps and lists are copied only where they must change. */
final class Trees {
    private Trees() {
    }

    /** Classes first: to see that something is not of an interface costs more than all else here. */
    static Object tree(Object value, Plans plans, int depth) {
        if (value == null || value instanceof String || value instanceof Double || value instanceof Long
                || value instanceof Integer || value instanceof Boolean || value instanceof BigInteger
                || value instanceof byte[]) {
            return value;
        }
        if (depth > RecordPlan.DEEPEST) {
            throw new Mismatch("nested deeper than " + RecordPlan.DEEPEST);
        }
        if (value instanceof Record) {
            return plans.of(value.getClass()).tree(value, plans, depth);
        }
        if (value instanceof Map<?, ?> map) {
            return map(map, plans, depth);
        }
        if (value instanceof List<?> list) {
            return list(list, plans, depth);
        }
        if (value.getClass().isArray()) {
            if (value instanceof Object[] array) {
                return list(Arrays.asList(array), plans, depth);
            }
            if (value instanceof char[]) {
                throw Mismatch.expected("a tree or a record", value);
            }
            return value;
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Optional<?> optional) {
            return tree(optional.orElse(null), plans, depth);
        }
        if (value instanceof Character || value instanceof Duration || value instanceof Instant) {
            return value.toString();
        }
        if (value instanceof Collection<?> collection) {
            return list(new ArrayList<>(collection), plans, depth);
        }
        throw Mismatch.expected("a tree or a record", value);
    }

    private static Object map(Map<?, ?> map, Plans plans, int depth) {
        boolean same = true;
        Map<String, Object> tree = new LinkedHashMap<>(map.size() * 2);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw Mismatch.expected("texts as keys", entry.getKey());
            }
            try {
                Object value = tree(entry.getValue(), plans, depth + 1);
                same &= value == entry.getValue();
                tree.put(key, value);
            } catch (Mismatch e) {
                throw e.in(key);
            }
        }
        return same ? map : tree;
    }

    private static Object list(List<?> list, Plans plans, int depth) {
        List<Object> tree = null;
        int i = 0;
        for (Object element : list) {
            try {
                Object value = tree(element, plans, depth + 1);
                if (tree == null && value != element) {
                    tree = new ArrayList<>(list.size());
                    tree.addAll(list.subList(0, i));
                }
                if (tree != null) {
                    tree.add(value);
                }
            } catch (Mismatch e) {
                throw e.in(i);
            }
            i++;
        }
        return tree == null ? list : tree;
    }
}
