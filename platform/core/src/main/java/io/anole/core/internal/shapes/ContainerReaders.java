package io.anole.core.internal.shapes;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Readers of what holds further values. A container in which nothing has to change stays the same object; others are
 * copied, and the copy can't be changed.
 */
final class ContainerReaders {
    private ContainerReaders() {
    }

    private static void checkDepth(int depth) {
        if (depth > RecordPlan.DEEPEST) {
            throw new Mismatch("nested deeper than " + RecordPlan.DEEPEST);
        }
    }

    /** {@code List<X>}, {@code Set<X>}, {@code Collection<X>} and {@code Iterable<X>}. */
    static final class Lists extends Reader {
        private final Class<?> type;
        private final Reader element;

        Lists(Class<?> type, Reader element) {
            this.type = type;
            this.element = element;
        }

        static boolean holds(Class<?> type) {
            return type == List.class || type == Set.class || type == Collection.class || type == Iterable.class;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            checkDepth(depth);
            List<Object> read;
            boolean same = type.isInstance(value);
            if (value instanceof Collection<?> given) {
                read = new ArrayList<>(given.size());
                for (Object each : given) {
                    Object converted = element(element, each, read.size(), plans, depth);
                    same &= converted == each;
                    read.add(converted);
                }
            } else if (value.getClass().isArray()) {
                int length = Array.getLength(value);
                read = new ArrayList<>(length);
                for (int i = 0; i < length; i++) {
                    read.add(element(element, Array.get(value, i), i, plans, depth));
                }
            } else {
                throw Mismatch.expected("a list", value);
            }
            if (same) {
                return value;
            }
            return type == Set.class ? Collections.unmodifiableSet(new LinkedHashSet<>(read))
                    : Collections.unmodifiableList(read);
        }

        @Override
        Object missing(Plans plans) {
            return type == Set.class ? Set.of() : List.of();
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return listOf(element.describe(plans, within));
        }
    }

    private static Object element(Reader reader, Object value, int index, Plans plans, int depth) {
        try {
            return reader.read(value, plans, depth + 1);
        } catch (Mismatch e) {
            throw e.in(index);
        }
    }

    private static Object listOf(Object element) {
        return element instanceof String name ? name + "[]" : List.of(element);
    }

    /** {@code Map<String, X>}; also reads a record, field by field. */
    static final class Maps extends Reader {
        private final Reader value;

        Maps(Reader value) {
            this.value = value;
        }

        @Override
        Object readValue(Object given, Plans plans, int depth) {
            checkDepth(depth);
            if (given instanceof Record) {
                return read((Map<?, ?>) Trees.tree(given, plans, depth), plans, depth);
            }
            if (given instanceof Map<?, ?> map) {
                return read(map, plans, depth);
            }
            throw Mismatch.expected("a map", given);
        }

        private Object read(Map<?, ?> map, Plans plans, int depth) {
            Map<String, Object> read = new LinkedHashMap<>(map.size() * 2);
            boolean same = true;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String key)) {
                    throw Mismatch.expected("texts as keys", entry.getKey());
                }
                try {
                    Object converted = value.read(entry.getValue(), plans, depth + 1);
                    same &= converted == entry.getValue();
                    read.put(key, converted);
                } catch (Mismatch e) {
                    throw e.in(key);
                }
            }
            return same ? map : Collections.unmodifiableMap(read);
        }

        @Override
        Object missing(Plans plans) {
            return Map.of();
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return value.describe(plans, within) instanceof String name ? "map of " + name : "map";
        }
    }

    /** An array of references. */
    static final class References extends Reader {
        private final Class<?> type;
        private final Reader element;

        References(Class<?> type, Reader element) {
            this.type = type;
            this.element = element;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            checkDepth(depth);
            if (value.getClass() == type.arrayType()) {
                return value;
            }
            List<?> given;
            if (value instanceof Collection<?> collection) {
                given = new ArrayList<>(collection);
            } else if (value instanceof Object[] array) {
                given = Arrays.asList(array);
            } else {
                throw Mismatch.expected("a list", value);
            }
            Object[] read = (Object[]) Array.newInstance(type, given.size());
            for (int i = 0; i < read.length; i++) {
                read[i] = element(element, given.get(i), i, plans, depth);
            }
            return read;
        }

        @Override
        Object missing(Plans plans) {
            return Array.newInstance(type, 0);
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return listOf(element.describe(plans, within));
        }
    }

    /** An array of primitives other than bytes. */
    static final class Numbers extends Reader {
        private final Class<?> type;
        private final Reader element;

        Numbers(Class<?> type, Reader element) {
            if (type == char.class) {
                throw new Mismatch("a body can't hold a char[]; take a String");
            }
            this.type = type;
            this.element = element;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value.getClass() == type.arrayType()) {
                return value;
            }
            if (value instanceof Collection<?> list) {
                if (type == double.class && list instanceof List<?>) {
                    return doubles(list, plans, depth);
                }
                Object read = Array.newInstance(type, list.size());
                int i = 0;
                for (Object each : list) {
                    Array.set(read, i, element(element, each, i, plans, depth));
                    i++;
                }
                return read;
            }
            if (!value.getClass().isArray()) {
                throw Mismatch.expected("a list of " + element.describe(plans, Set.of()), value);
            }
            int length = Array.getLength(value);
            Object read = Array.newInstance(type, length);
            for (int i = 0; i < length; i++) {
                Array.set(read, i, element(element, Array.get(value, i), i, plans, depth));
            }
            return read;
        }

        private double[] doubles(Collection<?> list, Plans plans, int depth) {
            double[] read = new double[list.size()];
            int i = 0;
            for (Object each : list) {
                read[i] = each instanceof Double number ? number : (double) element(element, each, i, plans, depth);
                i++;
            }
            return read;
        }

        @Override
        Object missing(Plans plans) {
            return Array.newInstance(type, 0);
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return element.describe(plans, within) + "[]";
        }
    }

    /** Bytes; also as Base64 text, and as a list of numbers from -128 to 255. */
    static final class Bytes extends Reader {
        private static final String EXPECTED = "bytes (or Base64 text)";

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof byte[]) {
                return value;
            }
            if (value instanceof String text) {
                try {
                    return Base64.getDecoder().decode(text);
                } catch (IllegalArgumentException e) {
                    throw Mismatch.expected(EXPECTED, value);
                }
            }
            if (!(value instanceof Collection<?> list)) {
                throw Mismatch.expected(EXPECTED, value);
            }
            byte[] read = new byte[list.size()];
            int i = 0;
            for (Object each : list) {
                if (!(each instanceof Long || each instanceof Integer) || ((Number) each).longValue() < Byte.MIN_VALUE
                        || ((Number) each).longValue() > 255) {
                    throw Mismatch.expected("a byte", each).in(i);
                }
                read[i++] = ((Number) each).byteValue();
            }
            return read;
        }

        @Override
        Object missing(Plans plans) {
            return new byte[0];
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return "uint8[]";
        }
    }

    /** {@code Optional<X>}: null and absent are empty. */
    static final class Optionals extends Reader {
        private final Reader element;

        Optionals(Reader element) {
            this.element = element;
        }

        @Override
        Object readNull() {
            return Optional.empty();
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof Optional<?> given) {
                if (given.isEmpty()) {
                    return given;
                }
                Object read = element.read(given.get(), plans, depth);
                return read == given.get() ? given : Optional.of(read);
            }
            return Optional.of(element.read(value, plans, depth));
        }

        @Override
        Object missing(Plans plans) {
            return Optional.empty();
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return element.describe(plans, within) instanceof String name ? name + "?"
                    : element.describe(plans, within);
        }
    }
}
