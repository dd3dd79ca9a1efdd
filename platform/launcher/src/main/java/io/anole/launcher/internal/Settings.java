package io.anole.launcher.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One configuration as a feature or a file of {@code etc/} gives it, in the format of the OSGi Configurator
 * (Compendium ch. 150): {@code "key:Type": value}, an integer without a type is a Long, {@code ":configurator:policy":
 * "force"} overrides what was changed while running.
 */
record Settings(String pid, Map<String, Object> properties, boolean force, String source) {
    private static final Pattern PID = Pattern.compile("[\\w$@-]+(\\.[\\w$@-]+)*(~[\\w$@.-]+)?");
    private static final String RESERVED = ":configurator:";

    /** All configurations of one JSON object, in its order. */
    static Map<String, Settings> read(Json json, String source) throws LaunchException {
        Map<String, Settings> all = new LinkedHashMap<>();
        for (var entry : json.object("the configurations").entrySet()) {
            String pid = entry.getKey();
            if (pid.startsWith(RESERVED)) {
                resourceProperty(pid, entry.getValue());
            } else {
                all.put(pid, read(pid, entry.getValue(), source));
            }
        }
        return all;
    }

    private static void resourceProperty(String key, Json value) throws LaunchException {
        switch (key.substring(RESERVED.length())) {
            case "resource-version" -> {
                if (!(value.value() instanceof Integer version) || version != 1) {
                    throw value.wrong(key + " must be 1");
                }
            }
            case "symbolic-name", "version", "label" -> value.string(key);
            default -> throw value.wrong("unknown key " + key);
        }
    }

    private static Settings read(String pid, Json json, String source) throws LaunchException {
        if (!PID.matcher(pid).matches()) {
            throw json.wrong("'" + pid + "' is no PID (letters, digits, _ - . and one ~ before an instance's name)");
        }
        Map<String, Object> properties = new TreeMap<>();
        boolean force = false;
        for (var entry : json.object("the configuration " + pid).entrySet()) {
            String key = entry.getKey();
            Json value = entry.getValue();
            if (key.equals(RESERVED + "policy")) {
                force = switch (value.string(key)) {
                    case "force" -> true;
                    case "default" -> false;
                    default -> throw value.wrong(key + " must be \"default\" or \"force\"");
                };
            } else if (key.startsWith(RESERVED)) {
                if (!key.equals(RESERVED + "ranking")) {
                    throw value.wrong("unknown key " + key);
                }
            } else {
                int colon = key.indexOf(':');
                String name = colon < 0 ? key : key.substring(0, colon);
                if (name.isBlank()) {
                    throw value.wrong(pid + " has a key without a name: '" + key + "'");
                }
                Object converted = convert(pid + "/" + name, value, colon < 0 ? "" : key.substring(colon + 1));
                if (converted != null && properties.put(name, converted) != null) {
                    throw value.wrong(pid + " gives '" + name + "' twice");
                }
            }
        }
        return new Settings(pid, properties, force, source);
    }

    private static Object convert(String what, Json json, String type) throws LaunchException {
        if (json.value() == null) {
            return null;
        }
        if (type.endsWith("[]")) {
            return array(what, json, type.substring(0, type.length() - 2));
        }
        if (type.equals("Collection") || type.startsWith("Collection<") && type.endsWith(">")) {
            String element = type.equals("Collection") ? "" : type.substring("Collection<".length(), type.length() - 1);
            List<Object> list = new ArrayList<>();
            for (Json item : json.array(what)) {
                list.add(scalar(what, item, element));
            }
            return list;
        }
        if (type.isEmpty() && json.value() instanceof List<?>) {
            return array(what, json, "");
        }
        return scalar(what, json, type);
    }

    private static Object array(String what, Json json, String type) throws LaunchException {
        List<Object> items = new ArrayList<>();
        for (Json item : json.array(what)) {
            items.add(scalar(what, item, type));
        }
        if (type.isEmpty() && items.stream().map(Object::getClass).distinct().count() > 1) {
            throw json.wrong(what + " mixes types: give one, \"" + what.substring(what.indexOf('/') + 1) + ":String[]\"");
        }
        Class<?> component = switch (type) {
            case "int" -> int.class;
            case "long" -> long.class;
            case "double" -> double.class;
            case "float" -> float.class;
            case "byte" -> byte.class;
            case "short" -> short.class;
            case "char" -> char.class;
            case "boolean" -> boolean.class;
            default -> items.isEmpty() ? boxed(type) : items.get(0).getClass();
        };
        Object array = java.lang.reflect.Array.newInstance(component, items.size());
        for (int i = 0; i < items.size(); i++) {
            java.lang.reflect.Array.set(array, i, items.get(i));
        }
        return array;
    }

    private static Class<?> boxed(String type) {
        return switch (type) {
            case "Integer" -> Integer.class;
            case "Long" -> Long.class;
            case "Double" -> Double.class;
            case "Float" -> Float.class;
            case "Byte" -> Byte.class;
            case "Short" -> Short.class;
            case "Character" -> Character.class;
            case "Boolean" -> Boolean.class;
            default -> String.class;
        };
    }

    private static Object scalar(String what, Json json, String type) throws LaunchException {
        Object value = json.value();
        String text = value instanceof String string ? string : json.toString();
        try {
            return switch (type) {
                case "" -> untyped(what, json);
                case "String" -> text;
                case "Integer", "int" -> Integer.valueOf(text);
                case "Long", "long" -> Long.valueOf(text);
                case "Double", "double" -> Double.valueOf(text);
                case "Float", "float" -> Float.valueOf(text);
                case "Byte", "byte" -> Byte.valueOf(text);
                case "Short", "short" -> Short.valueOf(text);
                case "Character", "char" -> {
                    if (text.length() != 1) {
                        throw json.wrong(what + " must be one character, not '" + text + "'");
                    }
                    yield text.charAt(0);
                }
                case "Boolean", "boolean" -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw json.wrong(what + " must be true or false, not '" + text + "'");
                    }
                    yield Boolean.valueOf(text);
                }
                default -> throw json.wrong(what + " has the unknown type '" + type
                        + "' (String, Integer, Long, Double, Float, Byte, Short, Character, Boolean, with [] for an"
                        + " array, or Collection<...>)");
            };
        } catch (NumberFormatException e) {
            throw json.wrong(what + " must be of type " + type + ", not '" + text + "'");
        }
    }

    private static Object untyped(String what, Json json) throws LaunchException {
        Object value = json.value();
        if (value == null) {
            throw json.wrong(what + " has a null in an array");
        }
        if (value instanceof Integer i) {
            return i.longValue();
        }
        if (value instanceof Long || value instanceof Boolean || value instanceof String) {
            return value;
        }
        return value instanceof Number number ? (Object) number.doubleValue() : json.toString();
    }

    /** A fingerprint of properties, the same for what was handed to Configuration Admin and what it stored. */
    static String fingerprint(Map<String, Object> properties) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(properties).forEach((key, value) -> {
            text.append(key).append('=');
            if (value instanceof Collection<?> collection) {
                collection.forEach(item -> append(text, item));
            } else if (value.getClass().isArray()) {
                for (int i = 0; i < java.lang.reflect.Array.getLength(value); i++) {
                    append(text, java.lang.reflect.Array.get(value, i));
                }
            } else {
                append(text, value);
            }
        });
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void append(StringBuilder text, Object value) {
        String string = value.toString();
        text.append(value.getClass().getSimpleName()).append(' ').append(string.length()).append(' ').append(string);
    }

    /** The properties of a stored configuration without those that Configuration Admin adds. */
    static Map<String, Object> own(Dictionary<String, Object> stored) {
        Map<String, Object> own = new TreeMap<>();
        stored.keys().asIterator().forEachRemaining(key -> {
            if (!key.equals("service.pid") && !key.equals("service.factoryPid") && !key.equals("service.bundleLocation")) {
                own.put(key, stored.get(key));
            }
        });
        return own;
    }
}
