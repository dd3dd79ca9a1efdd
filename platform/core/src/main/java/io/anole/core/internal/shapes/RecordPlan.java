package io.anole.core.internal.shapes;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How one record class is read and written: its fields in order, ways to get and to make it, and the two static methods a
 * record may bring, {@code blank()} for its own defaults and {@code parse(CharSequence)} to be read from text. Works for
 * records in packages that a bundle does not export: their module is the unnamed one, which is open. Immutable.
 */
final class RecordPlan {
    /** Deeper bodies are refused: they are cyclic, or an attack. */
    static final int DEEPEST = 64;

    private static final MethodType GET = MethodType.methodType(Object.class, Object.class);
    private static final MethodType MAKE = MethodType.methodType(Object.class, Object[].class);

    private final Class<?> type;
    private final String[] names;
    private final MethodHandle[] getters;
    private final Reader[] readers;
    private final boolean[] leadsBack;
    private final Map<String, Integer> index;
    private final MethodHandle constructor;
    private final MethodHandle blank;
    private final MethodHandle parse;

    private RecordPlan(Class<?> type, RecordComponent[] components) throws ReflectiveOperationException {
        this.type = type;
        int count = components.length;
        names = new String[count];
        getters = new MethodHandle[count];
        readers = new Reader[count];
        leadsBack = new boolean[count];
        index = new HashMap<>(count * 2);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        Class<?>[] parameters = new Class<?>[count];
        for (int i = 0; i < count; i++) {
            RecordComponent component = components[i];
            names[i] = component.getName();
            index.put(names[i], i);
            parameters[i] = component.getType();
            getters[i] = lookup.unreflect(opened(component.getAccessor())).asType(GET);
            leadsBack[i] = leadsTo(component.getType(), type, new HashSet<>());
            try {
                readers[i] = Readers.of(component.getGenericType());
            } catch (Mismatch e) {
                throw e.in(names[i]);
            }
        }
        constructor = lookup.unreflectConstructor(opened(type.getDeclaredConstructor(parameters)))
                .asSpreader(Object[].class, count).asType(MAKE);
        blank = factory(lookup, "blank");
        parse = factory(lookup, "parse", CharSequence.class);
    }

    static RecordPlan of(Class<?> type) {
        try {
            return new RecordPlan(type, type.getRecordComponents());
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new Mismatch(type.getName() + " can't be read: " + e.getMessage(), e);
        }
    }

    private static <T extends AccessibleObject> T opened(T member) {
        member.setAccessible(true);
        return member;
    }

    private MethodHandle factory(MethodHandles.Lookup lookup, String name, Class<?>... parameters)
            throws IllegalAccessException {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name) && Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(method.getModifiers()) && method.getReturnType() == type
                    && Arrays.equals(method.getParameterTypes(), parameters)) {
                MethodHandle handle = lookup.unreflect(opened(method));
                return handle.asType(handle.type().changeReturnType(Object.class));
            }
        }
        return null;
    }

    /** Whether a record of class {@code from} always holds one of class {@code to}, so that defaults would never end. */
    private static boolean leadsTo(Class<?> from, Class<?> to, Set<Class<?>> seen) {
        if (from == to) {
            return true;
        }
        if (!from.isRecord() || !seen.add(from)) {
            return false;
        }
        for (RecordComponent component : from.getRecordComponents()) {
            if (leadsTo(component.getType(), to, seen)) {
                return true;
            }
        }
        return false;
    }

    Object get(Object instance, int field) {
        try {
            return getters[field].invokeExact(instance);
        } catch (Throwable e) {
            throw refused(e);
        }
    }

    /** Reads an instance from a map, another record or, if the class allows it, a text. */
    Object read(Object value, Plans plans, int depth) {
        if (depth > DEEPEST) {
            throw new Mismatch("nested deeper than " + DEEPEST);
        }
        if (value instanceof Map<?, ?> map) {
            return readMap(map, plans, depth);
        }
        if (value instanceof Record) {
            return readRecord(value, plans.of(value.getClass()), plans, depth);
        }
        if (parse != null && value instanceof CharSequence text) {
            try {
                return parse.invokeExact(text);
            } catch (Throwable e) {
                throw refused(e);
            }
        }
        throw Mismatch.expected(RecordShapes.nameOf(type) + (parse == null ? "" : " or a text that it reads"), value);
    }

    private Object readMap(Map<?, ?> map, Plans plans, int depth) {
        Object[] values = new Object[names.length];
        Object defaults = null;
        int known = 0;
        for (int i = 0; i < names.length; i++) {
            Object given = map.get(names[i]);
            if (given != null || map.containsKey(names[i])) {
                known++;
                values[i] = readField(i, given, plans, depth);
            } else {
                if (blank != null && defaults == null) {
                    defaults = blank(plans);
                }
                values[i] = missing(i, defaults, plans);
            }
        }
        if (known < map.size()) {
            for (Object key : map.keySet()) {
                if (!(key instanceof String name) || !index.containsKey(name)) {
                    throw unknown(String.valueOf(key));
                }
            }
        }
        return make(values);
    }

    private Object readRecord(Object source, RecordPlan from, Plans plans, int depth) {
        Object[] values = new Object[names.length];
        Object defaults = null;
        int known = 0;
        for (int i = 0; i < names.length; i++) {
            // Same shape nearly always means same order.
            Integer at = i < from.names.length && names[i].equals(from.names[i]) ? Integer.valueOf(i)
                    : from.index.get(names[i]);
            if (at != null) {
                known++;
                values[i] = readField(i, from.get(source, at), plans, depth);
            } else {
                if (blank != null && defaults == null) {
                    defaults = blank(plans);
                }
                values[i] = missing(i, defaults, plans);
            }
        }
        if (known < from.names.length) {
            for (String name : from.names) {
                if (!index.containsKey(name)) {
                    throw unknown(name);
                }
            }
        }
        return make(values);
    }

    private Object readField(int field, Object given, Plans plans, int depth) {
        try {
            return readers[field].read(given, plans, depth + 1);
        } catch (Mismatch e) {
            throw e.in(names[field]);
        }
    }

    private Mismatch unknown(String name) {
        String fields = names.length == 0 ? "no field" : "only " + String.join(", ", names);
        return new Mismatch(RecordShapes.nameOf(type) + " has no such field, " + fields).in(name);
    }

    private Object missing(int field, Object defaults, Plans plans) {
        if (defaults != null) {
            return get(defaults, field);
        }
        try {
            return leadsBack[field] ? null : readers[field].missing(plans);
        } catch (Mismatch e) {
            throw e.in(names[field]);
        }
    }

    /** An instance with all fields at their defaults. */
    Object blank(Plans plans) {
        if (blank != null) {
            try {
                return blank.invokeExact();
            } catch (Throwable e) {
                throw refused(e);
            }
        }
        Object[] values = new Object[names.length];
        for (int i = 0; i < names.length; i++) {
            values[i] = missing(i, null, plans);
        }
        return make(values);
    }

    private Object make(Object[] values) {
        try {
            return constructor.invokeExact(values);
        } catch (Throwable e) {
            throw refused(e);
        }
    }

    /** What the record's own code throws is its way to refuse a value; errors of the machine go through. */
    private Mismatch refused(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : Mismatch.printable(e.getMessage(), 160);
        return new Mismatch(RecordShapes.nameOf(type) + " refuses it: " + reason, e);
    }

    /** Names and types of the fields; a record that is described further out is told by its name. */
    Map<String, Object> describe(Plans plans, Set<Class<?>> within) {
        within.add(type);
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], readers[i].describe(plans, within));
        }
        within.remove(type);
        return fields;
    }

    /** The record as a tree. */
    Map<String, Object> tree(Object instance, Plans plans, int depth) {
        Map<String, Object> fields = new LinkedHashMap<>(names.length * 2);
        for (int i = 0; i < names.length; i++) {
            Object value = get(instance, i);
            try {
                fields.put(names[i], Trees.tree(value, plans, depth + 1));
            } catch (Mismatch e) {
                throw e.in(names[i]);
            }
        }
        return fields;
    }
}
