package io.anole.config.internal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values of configurations as texts with a type, and back: {@code "port:Integer": "8080"}. This form is equal if and only if
 * the values are, reads the same wherever it was stored, and is the Configurator's.
 */
final class Values {
    private static final Set<String> ADDED = Set.of("service.pid", "service.factoryPid", "service.bundleLocation");

    private Values() {
    }

    /** What Configuration Admin holds of its own accord left out; {@code key:Type} to a text or a list of texts. */
    static SortedMap<String, Object> texts(Dictionary<String, Object> properties) {
        SortedMap<String, Object> texts = new TreeMap<>();
        for (var keys = properties.keys(); keys.hasMoreElements();) {
            String key = keys.nextElement();
            if (!ADDED.contains(key)) {
                Object value = properties.get(key);
                texts.put(key + ":" + type(value), text(value));
            }
        }
        return texts;
    }

    static SortedMap<String, Object> values(Map<String, Object> texts) {
        SortedMap<String, Object> values = new TreeMap<>();
        texts.forEach((typed, text) -> values.put(key(typed), value(type(typed), text)));
        return values;
    }

    static String key(String typed) {
        return typed.substring(0, typed.lastIndexOf(':'));
    }

    static String type(String typed) {
        return typed.substring(typed.lastIndexOf(':') + 1);
    }

    /** The type of a value in words of the Configurator. */
    static String type(Object value) {
        if (value instanceof Collection<?> several) {
            return "Collection<" + (several.isEmpty() ? "String" : several.iterator().next().getClass().getSimpleName()) + ">";
        }
        return value.getClass().getSimpleName();
    }

    /** A text, or a list of texts. */
    static Object text(Object value) {
        if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        if (value.getClass().isArray()) {
            List<String> several = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                several.add(String.valueOf(Array.get(value, i)));
            }
            return List.copyOf(several);
        }
        return String.valueOf(value);
    }

    /** The texts of a value, one or several. */
    static List<String> each(Object value) {
        return text(value) instanceof List<?> several ? several.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }

    /** A value of this type. @throws IllegalArgumentException that says what is wrong */
    static Object value(String type, Object given) {
        if (type.endsWith("[]")) {
            String one = type.substring(0, type.length() - 2);
            List<String> texts = each(given);
            Object array = Array.newInstance(component(one), texts.size());
            for (int i = 0; i < texts.size(); i++) {
                Array.set(array, i, scalar(one, texts.get(i)));
            }
            return array;
        }
        if (type.startsWith("Collection<")) {
            String one = type.substring("Collection<".length(), type.length() - 1);
            return new ArrayList<>(each(given).stream().map(text -> scalar(one, text)).toList());
        }
        List<String> texts = each(given);
        if (texts.size() != 1) {
            throw new IllegalArgumentException(texts + " is not one value");
        }
        return scalar(type, texts.get(0));
    }

    /** The type a text seems to be of, where nothing else is known. */
    static String guess(Object given) {
        if (!(given instanceof String text)) {
            return given instanceof Collection<?> several
                    ? (several.isEmpty() ? "String" : guess(several.iterator().next())) + "[]"
                    : given instanceof Boolean ? "Boolean" : given instanceof Double || given instanceof BigDecimal ? "Double"
                            : given instanceof Number ? "Long" : "String";
        }
        if (text.equals("true") || text.equals("false")) {
            return "Boolean";
        }
        if (text.matches("-?\\d{1,18}")) {
            return "Long";
        }
        return text.matches("-?\\d{1,15}\\.\\d{1,15}") ? "Double" : "String";
    }

    /** The type of what is given in place of a value: the same, but several can follow one. */
    static String like(Object present, Object given) {
        String type = type(present);
        boolean one = !type.endsWith("[]") && !type.startsWith("Collection<");
        return one && given instanceof Collection<?> ? type + "[]" : type;
    }

    private static Class<?> component(String type) {
        return switch (type) {
            case "int" -> int.class;
            case "long" -> long.class;
            case "double" -> double.class;
            case "float" -> float.class;
            case "byte" -> byte.class;
            case "short" -> short.class;
            case "char" -> char.class;
            case "boolean" -> boolean.class;
            case "Integer" -> Integer.class;
            case "Long" -> Long.class;
            case "Double" -> Double.class;
            case "Float" -> Float.class;
            case "Byte" -> Byte.class;
            case "Short" -> Short.class;
            case "Character" -> Character.class;
            case "Boolean" -> Boolean.class;
            case "BigInteger" -> BigInteger.class;
            case "BigDecimal" -> BigDecimal.class;
            default -> String.class;
        };
    }

    private static Object scalar(String type, String text) {
        try {
            return switch (type) {
                case "Integer", "int" -> Integer.valueOf(text);
                case "Long", "long" -> Long.valueOf(text);
                case "Double", "double" -> Double.valueOf(text);
                case "Float", "float" -> Float.valueOf(text);
                case "Byte", "byte" -> Byte.valueOf(text);
                case "Short", "short" -> Short.valueOf(text);
                case "BigInteger" -> new BigInteger(text);
                case "BigDecimal" -> new BigDecimal(text);
                case "Character", "char" -> character(text);
                case "Boolean", "boolean" -> bool(text);
                default -> text;
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no " + type, e);
        }
    }

    private static Character character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("'" + text + "' is not one character");
        }
        return text.charAt(0);
    }

    private static Boolean bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' is not true or false");
        }
        return Boolean.valueOf(text);
    }
}
