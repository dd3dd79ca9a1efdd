package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One parsed {@code .msg}: constants and fields in order.
 *
 * @param name      {@code package/Type}
 * @param constants in order
 * @param fields    in order
 * @param text      as it was read
 */
record Definition(String name, List<Constant> constants, List<Field> fields, String text) {
    private static final int LONGEST = 1 << 20;
    private static final int MOST_FIELDS = 4096;

    Definition {
        constants = List.copyOf(constants);
        fields = List.copyOf(fields);
    }

    /**
     * A constant.
     *
     * @param value as written; of a text all that follows the equals sign
     */
    record Constant(String type, String name, String value) {
    }

    /**
     * A field.
     *
     * @param written the type as it was written, brackets included
     * @param base    the element's type: a primitive, or {@code package/Type}
     * @param size    {@link #SINGLE}, {@link #ANY}, or the number of elements
     */
    record Field(String name, String written, String base, int size) {
        static final int SINGLE = -1;
        static final int ANY = -2;

        Optional<Primitive> primitive() {
            return Primitive.of(base);
        }
    }

    /** @throws BadShape with the type, the line and what is wrong with it */
    static Definition parse(String name, String text) {
        if (text.length() > LONGEST) {
            throw new BadShape("definition of " + name + ": longer than " + LONGEST + " characters");
        }
        String packageName = packageOf(name);
        List<Constant> constants = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String line : text.split("\n", -1)) {
            String bare = uncommented(line);
            if (bare.isEmpty()) {
                continue;
            }
            String found;
            if (bare.indexOf('=') >= 0) {
                constants.add(constant(name, line, bare));
                found = constants.get(constants.size() - 1).name();
            } else {
                fields.add(field(name, packageName, line, bare));
                found = fields.get(fields.size() - 1).name();
            }
            if (!names.add(found)) {
                throw wrong(name, line, "'" + found + "' is there twice");
            }
            if (names.size() > MOST_FIELDS) {
                throw new BadShape("definition of " + name + ": more than " + MOST_FIELDS + " fields");
            }
        }
        return new Definition(name, constants, fields, text);
    }

    static String packageOf(String name) {
        int slash = name.indexOf('/');
        if (slash < 1 || slash != name.lastIndexOf('/') || !identifier(name.substring(0, slash))
                || !identifier(name.substring(slash + 1))) {
            throw new BadShape("'" + name + "' is no type of ROS; they are written package/Type");
        }
        return name.substring(0, slash);
    }

    private static Constant constant(String name, String line, String bare) {
        int gap = gap(bare);
        int equals = bare.indexOf('=');
        if (gap < 0 || equals < gap) {
            throw wrong(name, line, "a constant is written 'type NAME=value'");
        }
        String type = bare.substring(0, gap);
        String constant = bare.substring(gap, equals).strip();
        if (Primitive.of(type).isEmpty() || !identifier(constant)) {
            throw wrong(name, line, "a constant is written 'type NAME=value', its type a primitive");
        }
        // A text has no comment: all that follows is its value.
        String value = type.equals("string") ? line.substring(line.indexOf('=') + 1) : bare.substring(equals + 1);
        return new Constant(type, constant, value.strip());
    }

    private static Field field(String name, String packageName, String line, String bare) {
        int gap = gap(bare);
        if (gap < 0) {
            throw wrong(name, line, "a field is written 'type name'");
        }
        String written = bare.substring(0, gap);
        String field = bare.substring(gap).strip();
        int bracket = written.indexOf('[');
        String base = bracket < 0 ? written : written.substring(0, bracket);
        int size = Field.SINGLE;
        if (bracket >= 0) {
            if (!written.endsWith("]")) {
                throw wrong(name, line, "an array is written 'type[] name' or 'type[number] name'");
            }
            String number = written.substring(bracket + 1, written.length() - 1);
            size = number.isEmpty() ? Field.ANY : size(name, line, number);
        }
        if (!identifier(field)) {
            throw wrong(name, line, "'" + field + "' is no name of a field");
        }
        return new Field(field, written, resolved(packageName, base), size);
    }

    private static int size(String name, String line, String number) {
        if (number.length() > 9 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw wrong(name, line, "'" + number + "' is no size of an array");
        }
        return Integer.parseInt(number);
    }

    private static String resolved(String packageName, String base) {
        if (Primitive.of(base).isPresent()) {
            return base;
        }
        if (base.equals("Header")) {
            return "std_msgs/Header";
        }
        String full = base.indexOf('/') < 0 ? packageName + "/" + base : base;
        packageOf(full);
        return full;
    }

    private static String uncommented(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    private static int gap(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ' ' || text.charAt(i) == '\t') {
                return i;
            }
        }
        return -1;
    }

    private static boolean identifier(String text) {
        if (text.isEmpty() || text.length() > 255 || !letter(text.charAt(0))) {
            return false;
        }
        return text.chars().allMatch(c -> letter(c) || c == '_' || c >= '0' && c <= '9');
    }

    private static boolean letter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static BadShape wrong(String name, String line, String what) {
        String shown = line.strip();
        return new BadShape("definition of " + name + ": '" + (shown.length() > 80 ? shown.substring(0, 80) + "..." : shown)
                + "': " + what);
    }
}
