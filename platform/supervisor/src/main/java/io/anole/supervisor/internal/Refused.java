package io.anole.supervisor.internal;

import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;

/**
 * Components that are no processes here, and why: what they ask for is wrong, or they run in a JVM of their own. Guarded by the
 * {@link Roster}, whose monitor it takes where the caller need not hold it.
 */
final class Refused {
    private final Roster roster;
    private final Map<ServiceReference<ManagedProcess>, String> reasons = new HashMap<>();

    Refused(Roster roster) {
        this.roster = roster;
    }

    static boolean isForked(ServiceReference<?> component) {
        return Spec.FORKED.equals(component.getProperty(Spec.MODE));
    }

    void add(ServiceReference<ManagedProcess> component, String reason) {
        reasons.put(component, reason);
    }

    void remove(ServiceReference<ManagedProcess> component) {
        reasons.remove(component);
    }

    private Stream<ServiceReference<ManagedProcess>> forked() {
        return reasons.keySet().stream().filter(Refused::isForked);
    }

    /** A component that is run elsewhere, as far as this supervisor knows; null if there is none of that name. */
    ServiceReference<ManagedProcess> elsewhere(String name) {
        synchronized (roster) {
            return forked().filter(each -> name.equals(Spec.name(each::getProperty))).findFirst().orElse(null);
        }
    }

    /** The names of such components. */
    Set<String> elsewhere(Predicate<ServiceReference<ManagedProcess>> which) {
        synchronized (roster) {
            return forked().filter(which).map(each -> String.valueOf(Spec.name(each::getProperty))).collect(Collectors.toSet());
        }
    }

    List<ProcessInfo> told(BiFunction<ServiceReference<?>, String, ProcessInfo> teller) {
        synchronized (roster) {
            return reasons.entrySet().stream().map(each -> teller.apply(each.getKey(), each.getValue())).toList();
        }
    }

    /** Why a component is refused that has such properties. */
    Optional<String> reason(Predicate<Function<String, Object>> properties) {
        synchronized (roster) {
            return reasons.entrySet().stream().filter(each -> properties.test(each.getKey()::getProperty)).map(Map.Entry::getValue)
                    .findFirst();
        }
    }
}
