package io.anole.gateway.internal.rosbridge;

import io.anole.bus.BusException.BadShape;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A type as ROS 1 writes it, made from the shape that was announced for it: its definition, and its messages in bytes. Both are made
 * of the same, so whoever has the definition can read the bytes, as tools do that ask for {@code cbor-raw}. Where Anole's shape has
 * another width or an array of another kind than ROS's own definition of that name, so have both. Immutable.
 */
final class RosType {
    private static final String LINE = "=".repeat(80);
    private static final String HEADER = "std_msgs/Header";
    private static final Map<String, Object> HEADER_SHAPE = Map.of("seq", "int64", "stamp",
            Map.of("secs", "int64", "nsecs", "int32"), "frame_id", "string");
    private static final Map<String, Object> TIME_SHAPE = Map.of("secs", "int64", "nsecs", "int32");
    private static final Map<String, Object> DURATION_SHAPE = Map.of("secs", "int32", "nsecs", "int32");
    private static final int DEEPEST = 32;
    /** Bytes are announced as uint8[]; in these types of ROS they have a sign, which tools look at: -1 is an unknown cell. */
    private static final Map<String, String> SIGNED = Map.of("nav_msgs/OccupancyGrid", "data");

    private final String name;
    private final Fields root;

    /** How a value is written. */
    private sealed interface Form permits Plain, Fields, Row {
    }

    /** What ROS has a word for. */
    private enum Plain implements Form {
        BOOL(1), INT8(1), UINT8(1), INT16(2), UINT16(2), INT32(4), UINT32(4), INT64(8), UINT64(8), FLOAT32(4), FLOAT64(8), STRING(4),
        TIME(8), DURATION(8);

        private final int bytes;

        Plain(int bytes) {
            this.bytes = bytes;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param type its name in the definition */
    private record Fields(String type, Map<String, Form> fields) implements Form {
    }

    private record Row(Form element) implements Form {
    }

    private RosType(String name, Fields root) {
        this.name = name;
        this.root = root;
    }

    /**
     * The type with these fields.
     *
     * @throws BadShape if ROS can't write one of them
     */
    static RosType of(String name, Map<String, Object> shape) {
        if (shape.isEmpty()) {
            throw new BadShape("the fields of " + (name.isEmpty() ? "an untyped message" : name) + " are not known");
        }
        String plain = name.replaceAll("[^A-Za-z0-9_/]", "_");
        return new RosType(name, fields(name, plain.contains("/") ? plain : "anole/" + plain, "", shape, 0));
    }

    private static Fields fields(String root, String type, String path, Map<?, ?> shape, int depth) {
        if (depth > DEEPEST) {
            throw new BadShape(root + " is nested deeper than " + DEEPEST + " types");
        }
        Map<String, Form> fields = new LinkedHashMap<>();
        shape.forEach((key, of) -> {
            String field = String.valueOf(key);
            String at = path.isEmpty() ? field : path + "." + field;
            if (!field.matches("[A-Za-z][A-Za-z0-9_]*")) {
                throw new BadShape(root + ": ROS has no field " + at);
            }
            fields.put(field, form(root, type + "_" + field, at, known(root, at, of), depth));
        });
        return new Fields(type, fields);
    }

    /** What ROS knows this field of a type as, where that differs from what is announced. */
    static Object known(String type, String path, Object announced) {
        return path.equals(SIGNED.get(type)) && "uint8[]".equals(announced) ? "int8[]" : announced;
    }

    private static Form form(String root, String type, String path, Object shape, int depth) {
        if (shape instanceof List<?> list && list.size() == 1) {
            return new Row(form(root, type, path, list.get(0), depth + 1));
        }
        if (shape instanceof Map<?, ?> map) {
            if (map.equals(TIME_SHAPE)) {
                return Plain.TIME;
            }
            if (map.equals(DURATION_SHAPE)) {
                return Plain.DURATION;
            }
            if (map.equals(HEADER_SHAPE)) {
                Map<String, Form> header = new LinkedHashMap<>();
                header.put("seq", Plain.UINT32);
                header.put("stamp", Plain.TIME);
                header.put("frame_id", Plain.STRING);
                return new Fields(HEADER, header);
            }
            return fields(root, type, path, map, depth + 1);
        }
        String word = String.valueOf(shape);
        if (word.endsWith("[]")) {
            Form element = form(root, type, path, word.substring(0, word.length() - 2), depth + 1);
            if (element instanceof Row) {
                throw new BadShape(root + ": ROS has no arrays of arrays, as " + path + " is");
            }
            return new Row(element);
        }
        // A constant of an enumeration is its name.
        String known = word.matches("[A-Z0-9_]+([|][A-Z0-9_]+)+") ? "string" : word;
        for (Plain plain : Plain.values()) {
            if (plain.word().equals(known)) {
                return plain;
            }
        }
        throw new BadShape(root + ": ROS has no type for " + path + ", which is '" + word + "'");
    }

    /** The name it was announced by. */
    String name() {
        return name;
    }

    /** The definition with those of all types within it, as {@code gendeps --cat} prints them. */
    String definition() {
        StringBuilder text = new StringBuilder();
        Map<String, Fields> within = new LinkedHashMap<>();
        define(root, text, within);
        List<String> done = new ArrayList<>();
        for (String next = undone(within, done); next != null; next = undone(within, done)) {
            done.add(next);
            text.append(LINE).append("\nMSG: ").append(next).append('\n');
            define(within.get(next), text, within);
        }
        return text.toString();
    }

    private static String undone(Map<String, Fields> all, List<String> done) {
        return all.keySet().stream().filter(type -> !done.contains(type)).findFirst().orElse(null);
    }

    private static void define(Fields type, StringBuilder text, Map<String, Fields> within) {
        type.fields().forEach((field, form) -> {
            Form one = form instanceof Row row ? row.element() : form;
            if (one instanceof Fields nested) {
                within.put(nested.type(), nested);
            }
            text.append(one instanceof Fields nested ? nested.type() : ((Plain) one).word()).append(form instanceof Row ? "[] " : " ")
                    .append(field).append('\n');
        });
    }

    /**
     * A message in bytes. Fields that it does not have are 0, empty or false.
     *
     * @throws BadShape if it is of another shape
     */
    byte[] serialise(Object tree) {
        Writer out = new Writer();
        write(root, "", tree, out);
        return out.bytes.toByteArray();
    }

    private void write(Form form, String path, Object value, Writer out) {
        if (form instanceof Plain plain) {
            write(plain, path, value, out);
        } else if (form instanceof Row row) {
            write(row, path, value, out);
        } else if (form instanceof Fields fields) {
            if (value != null && !(value instanceof Map<?, ?>)) {
                throw mismatch(path, "fields", value);
            }
            Map<?, ?> map = value == null ? Map.of() : (Map<?, ?>) value;
            fields.fields().forEach((field, one) -> write(one, path.isEmpty() ? field : path + "." + field, map.get(field), out));
        }
    }

    private void write(Row row, String path, Object value, Writer out) {
        boolean octets = row.element() == Plain.UINT8 || row.element() == Plain.INT8;
        Object given = value instanceof String text && octets ? decoded(path, text) : value;
        if (given == null) {
            out.number(4, 0);
        } else if (given instanceof byte[] bytes && row.element() instanceof Plain plain && plain.bytes == 1) {
            out.number(4, bytes.length);
            out.bytes.writeBytes(bytes);
        } else if (given instanceof List<?> list) {
            out.number(4, list.size());
            list.forEach(one -> write(row.element(), path, one, out));
        } else if (given.getClass().isArray()) {
            int length = Array.getLength(given);
            out.number(4, length);
            for (int i = 0; i < length; i++) {
                write(row.element(), path, Array.get(given, i), out);
            }
        } else {
            throw mismatch(path, "a list", given);
        }
    }

    private byte[] decoded(String path, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw mismatch(path, "bytes", base64);
        }
    }

    private void write(Plain plain, String path, Object value, Writer out) {
        switch (plain) {
            case STRING -> {
                byte[] text = value == null ? new byte[0] : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
                out.number(4, text.length);
                out.bytes.writeBytes(text);
            }
            case TIME, DURATION -> {
                if (value != null && !(value instanceof Map<?, ?>)) {
                    throw mismatch(path, "secs and nsecs", value);
                }
                Map<?, ?> time = value == null ? Map.of() : (Map<?, ?>) value;
                out.number(4, number(path, time.get("secs")).longValue());
                out.number(4, number(path, time.get("nsecs")).longValue());
            }
            case BOOL -> out.number(1, value instanceof Boolean flag ? flag ? 1 : 0 : number(path, value).longValue() == 0 ? 0 : 1);
            case FLOAT32 -> out.number(4, Float.floatToRawIntBits(number(path, value).floatValue()));
            case FLOAT64 -> out.number(8, Double.doubleToRawLongBits(number(path, value).doubleValue()));
            default -> out.number(plain.bytes, number(path, value).longValue());
        }
    }

    private Number number(String path, Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof Number number) {
            return number;
        }
        if (value instanceof String text && text.matches("NaN|-?Infinity")) {
            return Double.valueOf(text);
        }
        throw mismatch(path, "a number", value);
    }

    private BadShape mismatch(String path, String expected, Object found) {
        return new BadShape(name + (path.isEmpty() ? "" : ", field " + path) + ": expected " + expected + ", found "
                + found.getClass().getSimpleName());
    }

    /** Little-endian, as ROS has it. */
    private static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ByteBuffer scratch = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

        void number(int width, long value) {
            scratch.putLong(0, value);
            bytes.write(scratch.array(), 0, width);
        }
    }
}
