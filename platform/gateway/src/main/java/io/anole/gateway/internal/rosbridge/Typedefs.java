package io.anole.gateway.internal.rosbridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields of types as rosapi's message_details tells them. Those of types within a type are named after their place: types within
 * don't tell their names.
 */
final class Typedefs {
    private Typedefs() {
    }

    static List<Map<String, Object>> of(String type, Map<?, ?> shape) {
        List<Map<String, Object>> typedefs = new ArrayList<>();
        add(type, shape, typedefs);
        return typedefs;
    }

    private static void add(String type, Map<?, ?> shape, List<Map<String, Object>> typedefs) {
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        List<String> examples = new ArrayList<>();
        Map<String, Object> typedef = new LinkedHashMap<>();
        typedef.put("type", type);
        typedef.put("fieldnames", names);
        typedef.put("fieldtypes", types);
        typedef.put("fieldarraylen", lengths);
        typedef.put("examples", examples);
        typedef.put("constnames", List.of());
        typedef.put("constvalues", List.of());
        typedefs.add(typedef);
        shape.forEach((field, announced) -> {
            Object of = RosType.known(type, String.valueOf(field), announced);
            boolean array = of instanceof List<?> || of instanceof String text && text.endsWith("[]");
            Object element = of instanceof List<?> list ? list.get(0)
                    : of instanceof String text && array ? text.substring(0, text.length() - 2) : of;
            String within = type + "/" + field;
            names.add(String.valueOf(field));
            lengths.add(array ? 0L : -1L);
            types.add(element instanceof Map<?, ?> ? within : String.valueOf(element));
            examples.add(array ? "[]" : element instanceof Map<?, ?> ? "{}" : example(String.valueOf(element)));
            if (element instanceof Map<?, ?> fields) {
                add(within, fields, typedefs);
            }
        });
    }

    private static String example(String type) {
        return switch (type) {
            case "bool" -> "false";
            case "string" -> "";
            case "float32", "float64" -> "0.0";
            default -> "0";
        };
    }
}
