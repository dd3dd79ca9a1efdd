package io.anole.provider.ros1.internal.message;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message: its fields in order. A tree of it is a map; a field that is missing is written with its default. */
final class Structure implements Shape {
    private static final String HEADER = "std_msgs/Header";

    private final boolean header;
    private final String[] names;
    private final Shape[] shapes;
    private final int least;

    /** What is called so, and how it is written. */
    record Part(String name, Shape shape) {
    }

    Structure(String type, List<Part> parts) {
        this.header = type.equals(HEADER);
        this.names = parts.stream().map(Part::name).toArray(String[]::new);
        this.shapes = parts.stream().map(Part::shape).toArray(Shape[]::new);
        this.least = (int) Math.min(Integer.MAX_VALUE, parts.stream().mapToLong(part -> part.shape().least()).sum());
    }

    @Override
    public void write(Object value, Out out) {
        if (!(value instanceof Map<?, ?> map)) {
            if (names.length == 1 && names[0].equals("data") && value != null) {
                shapes[0].write(value, out); // std_msgs/Bool and its like take a plain value
                return;
            }
            if (names.length == 0 && value == null) {
                return;
            }
            throw Misfit.expected("a map", value);
        }
        int used = 0;
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            Object field = map.get(name);
            if (field == null) {
                used += map.containsKey(name) ? 1 : 0;
                blank(i, out);
                continue;
            }
            used++;
            try {
                shapes[i].write(field, out);
            } catch (Misfit e) {
                throw e.in(name);
            }
        }
        if (used < map.size()) {
            throw unknown(map);
        }
    }

    private Misfit unknown(Map<?, ?> map) {
        List<String> known = List.of(names);
        Object found = map.keySet().stream().filter(key -> !known.contains(key)).findFirst().orElseThrow();
        return new Misfit("there is no such field; there are " + known).in(String.valueOf(found));
    }

    @Override
    public void blank(Out out) {
        for (int i = 0; i < names.length; i++) {
            blank(i, out);
        }
    }

    /** The stamp of a message that was given none is now, as with ROS's tools. */
    private void blank(int index, Out out) {
        if (header && shapes[index] == Primitive.TIME) {
            shapes[index].write("now", out);
        } else {
            shapes[index].blank(out);
        }
    }

    @Override
    public Object read(In in) {
        Map<String, Object> tree = new LinkedHashMap<>(names.length * 4 / 3 + 1);
        for (int i = 0; i < names.length; i++) {
            try {
                tree.put(names[i], shapes[i].read(in));
            } catch (Misfit e) {
                throw e.in(names[i]);
            }
        }
        return tree;
    }

    @Override
    public int least() {
        return least;
    }

    @Override
    public Map<String, Object> describe() {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], shapes[i].describe());
        }
        return fields;
    }
}
