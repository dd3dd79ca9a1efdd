package io.anole.provider.ros1.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who is there, as the master has it: nodes by the topics they publish and subscribe to and the services they serve.
 */
record View(Map<String, Set<String>> publishers, Map<String, Set<String>> subscribers, Map<String, Set<String>> services) {
    /** What {@code getSystemState} answers. */
    static View of(Object state) {
        return state instanceof List<?> parts && parts.size() == 3
                ? new View(part(parts.get(0)), part(parts.get(1)), part(parts.get(2))) : new View(Map.of(), Map.of(), Map.of());
    }

    private static Map<String, Set<String>> part(Object part) {
        Map<String, Set<String>> all = new TreeMap<>();
        if (part instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof List<?> pair && pair.size() == 2) {
                    all.computeIfAbsent(String.valueOf(pair.get(0)), name -> new TreeSet<>())
                            .addAll(Subscription.texts(pair.get(1)));
                }
            }
        }
        return all;
    }
}
