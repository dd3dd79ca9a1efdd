package io.anole.supervisor.internal;

import io.anole.config.ConfigurationCheck;
import io.anole.process.ManagedProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

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

    private final Predicate<String> processes;
    private final Predicate<String> namedByPid;

    @Activate
    public ProcessSettings(@Reference ServiceComponentRuntime runtime) {
        this(pid -> described(runtime, pid).findAny().isPresent(),
                pid -> described(runtime, pid).anyMatch(one -> !one.properties.containsKey(Spec.NAME)));
    }

    private static Stream<ComponentDescriptionDTO> described(ServiceComponentRuntime runtime, String pid) {
        return runtime.getComponentDescriptionDTOs().stream().filter(one -> Arrays.asList(one.configurationPid).contains(pid)
                && Arrays.asList(one.serviceInterfaces).contains(ManagedProcess.class.getName()));
    }

    /**
     * @param processes  whether a process is configured by a PID; that of a factory, for its configurations
     * @param namedByPid whether its component says no name, so that it has that of its configuration
     */
    ProcessSettings(Predicate<String> processes, Predicate<String> namedByPid) {
        this.processes = processes;
        this.namedByPid = namedByPid;
    }

    /** No description of a process tells what all of them have. */
    @Override
    public boolean knows(String pid, String key) {
        return key.startsWith(PREFIX) && processes.test(pid.indexOf('~') < 0 ? pid : pid.substring(0, pid.indexOf('~')));
    }

    @Override
    public List<String> problems(String pid, Map<String, Object> properties) {
        Set<String> given = new TreeSet<>(properties.keySet());
        given.removeIf(key -> !key.startsWith(PREFIX));
        String name = nameByPid(pid);
        if (given.isEmpty() && name == null) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        Set<String> known = new TreeSet<>(OF_CHILDREN);
        try {
            Spec.of(key -> {
                known.add(key);
                return value(key, properties, name == null ? ANY_NAME : name);
            }, ANY_HZ);
            // Only who has read all of them knows them all.
            given.removeAll(known);
            given.forEach(key -> problems.add(key + " is no key of a process; there are " + String.join(", ", known)));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        return problems;
    }

    /** The name that a process has from its configuration; null where it has it from elsewhere, or where it is none. */
    private String nameByPid(String pid) {
        int tilde = pid.indexOf('~');
        return tilde >= 0 && namedByPid.test(pid.substring(0, tilde)) ? pid.substring(tilde + 1) : null;
    }

    /** A name may come from elsewhere, and a forked process has the same settings as another. */
    private static Object value(String key, Map<String, Object> properties, String name) {
        Object value = properties.get(key);
        if (key.equals(Spec.NAME) && value == null) {
            return name;
        }
        return key.equals(Spec.MODE) && Spec.FORKED.equals(value) ? Spec.THREAD : value;
    }
}
