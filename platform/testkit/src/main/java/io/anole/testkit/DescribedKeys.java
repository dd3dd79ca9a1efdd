package io.anole.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys that a bundle describes by an annotation type of metatype, for a test that what is told is what is read:
 *
 * <pre>{@code
 * DescribedKeys described = DescribedKeys.of(PigeonKeys.class);
 * assertThat(described.names()).containsExactlyInAnyOrderElementsOf(Settings.KEYS);
 * assertThat(settings(described.defaults())).isEqualTo(settings(Map.of()));
 * }</pre>
 *
 * @param names    all of them
 * @param defaults the values of those that have one
 */
public record DescribedKeys(Set<String> names, Map<String, Object> defaults) {
    private static final Pattern MAPPED = Pattern.compile("__|_|\\$_\\$|\\$\\$|\\$");

    public DescribedKeys {
        names = Set.copyOf(names);
        defaults = Map.copyOf(defaults);
    }

    public static DescribedKeys of(Class<? extends Annotation> description) {
        Set<String> names = new HashSet<>();
        Map<String, Object> defaults = new HashMap<>();
        for (Method method : description.getDeclaredMethods()) {
            String name = key(method.getName());
            names.add(name);
            if (method.getDefaultValue() != null) {
                defaults.put(name, method.getDefaultValue());
            }
        }
        return new DescribedKeys(names, defaults);
    }

    /** As OSGi maps the names of methods: {@code presence_ms} to {@code presence.ms}. */
    private static String key(String method) {
        return MAPPED.matcher(method).replaceAll(found -> switch (found.group()) {
            case "__" -> "_";
            case "_" -> ".";
            case "$_$" -> "-";
            case "$$" -> "\\$";
            default -> "";
        });
    }
}
