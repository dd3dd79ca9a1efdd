package io.anole.supervisor.internal;

import io.anole.config.ConfigurationCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;

/**
 * Refuses at the door what a process would be refused for later: reads what a configuration says of one as the supervisor itself does.
 * Where nobody checks configurations nobody asks, and this class is not loaded.
 */
@Component
public final class ProcessSettings implements ConfigurationCheck {
    private static final String PREFIX = "process.";
    /** Read by who runs child JVMs. */
    private static final Set<String> OF_CHILDREN = Set.of("process.forked.heapMB", "process.forked.options");
    private static final double ANY_HZ = 1;
    private static final String ANY_NAME = "any";

    @Override
    public List<String> problems(String pid, Map<String, Object> properties) {
        Set<String> given = new TreeSet<>(properties.keySet());
        given.removeIf(key -> !key.startsWith(PREFIX));
        if (given.isEmpty()) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        Set<String> known = new TreeSet<>(OF_CHILDREN);
        try {
            Spec.of(key -> {
                known.add(key);
                return value(key, properties);
            }, ANY_HZ);
            // Only who has read all of them knows them all.
            given.removeAll(known);
            given.forEach(key -> problems.add(key + " is no key of a process; there are " + String.join(", ", known)));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        return problems;
    }

    /** A name may come from the component, and a forked process has the same settings as another. */
    private static Object value(String key, Map<String, Object> properties) {
        Object value = properties.get(key);
        if (key.equals(Spec.NAME) && value == null) {
            return ANY_NAME;
        }
        return key.equals(Spec.MODE) && Spec.FORKED.equals(value) ? Spec.THREAD : value;
    }
}
