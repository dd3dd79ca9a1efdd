package io.anole.shell.internal;

import io.anole.bus.Name;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A field within a tree, such as {@code pose.pose.position.x} or {@code ranges[0]}. */
record FieldPath(String text, List<Object> steps) {
    /** The tree itself. */
    static final FieldPath WHOLE = new FieldPath("", List.of());

    private static final Pattern STEP = Pattern.compile("\\G(?:(?:^|\\.)([^.\\[\\]]+)|\\[(\\d{1,9})])");

    static FieldPath of(String text) {
        List<Object> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        int end = 0;
        while (step.find()) {
            steps.add(step.group(1) != null ? step.group(1) : Integer.valueOf(step.group(2)));
            end = step.end();
        }
        if (end == 0 || end < text.length()) {
            throw new Failure(Failure.USAGE, "field '" + text + "' can't be read at column " + (end + 1)
                    + ": write it as pose.position.x or ranges[0]");
        }
        return new FieldPath(text, steps);
    }

    /** The value of this field. */
    Object in(Object tree, Name topic) {
        Object here = tree;
        for (Object step : steps) {
            if (step instanceof Integer index) {
                here = element(here, index, topic);
            } else if (here instanceof Map<?, ?> map && map.containsKey(step)) {
                here = map.get(step);
            } else {
                throw new Failure(Failure.UNKNOWN, "messages of " + topic + " have no field '" + text
                        + "': there is no '"
                        + step + "'" + (here instanceof Map<?, ?> map ? " among " + map.keySet() : ""));
            }
        }
        return here;
    }

    private Object element(Object list, int index, Name topic) {
        Object array = list instanceof List<?> elements ? elements.toArray() : list;
        if (array == null || !array.getClass().isArray() || index >= Array.getLength(array)) {
            throw new Failure(Failure.UNKNOWN, "messages of " + topic + " have no '" + text + "': [" + index + "] "
                    + (array != null && array.getClass().isArray() ? "is beyond its "
                            + Array.getLength(array) + " elements"
                            : "is not on a list"));
        }
        return Array.get(array, index);
    }
}
