package io.anole.health.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * DS components that are enabled and configured, and still can't be used: they failed, or wait for a service. A component
 * that is disabled, or requires a configuration that nobody gave, is not asked for.
 */
final class Components {
    /** How Felix SCR says of a component that a service which it refers to was not given; the reference's name follows. */
    private static final String UNGIVEN = "Unable to get service for reference ";

    private final ServiceComponentRuntime runtime;

    Components(ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    List<String> unsatisfied() {
        List<String> reasons = new ArrayList<>();
        Collection<ComponentDescriptionDTO> all = runtime.getComponentDescriptionDTOs();
        for (ComponentDescriptionDTO component : all) {
            if (runtime.isComponentEnabled(component)) {
                for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
                    String what = "component " + name(configuration);
                    switch (configuration.state) {
                        case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                            reasons.add(what + " failed: " + failure(configuration, all));
                        case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                            reasons.add(what + " waits for " + String.join(" and ", waitsFor(configuration, all)));
                        default -> {
                            // active, usable when asked for, or not configured
                        }
                    }
                }
            }
        }
        return reasons;
    }

    private static String name(ComponentConfigurationDTO configuration) {
        Object pid = configuration.properties == null ? null : configuration.properties.get("service.pid");
        String name = configuration.description.name;
        return pid == null || pid.equals(name) ? name : name + " (" + pid + ")";
    }

    private String failure(ComponentConfigurationDTO configuration, Collection<ComponentDescriptionDTO> all) {
        String cause = cause(configuration.failure);
        return Arrays.stream(configuration.description.references).filter(reference -> cause.endsWith(UNGIVEN + reference.name)).findFirst()
                .map(reference -> "service " + reference.interfaceName + " could not be had" + failedGiver(reference.interfaceName, all))
                .orElse(cause);
    }

    /** A service is there as soon as its component could be made, and that is made when somebody asks for it. */
    private String failedGiver(String service, Collection<ComponentDescriptionDTO> all) {
        return all.stream().filter(component -> Arrays.asList(component.serviceInterfaces).contains(service))
                .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
                .filter(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION).findFirst()
                .map(one -> ", as component " + name(one) + " failed").orElse("");
    }

    private List<String> waitsFor(ComponentConfigurationDTO configuration, Collection<ComponentDescriptionDTO> all) {
        List<String> awaited = new ArrayList<>();
        for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
            ReferenceDTO reference = Arrays.stream(configuration.description.references)
                    .filter(candidate -> candidate.name.equals(unsatisfied.name)).findFirst().orElseThrow();
            String target = unsatisfied.target == null ? "" : " with " + unsatisfied.target;
            awaited.add("service " + reference.interfaceName + target + giver(reference.interfaceName, all));
        }
        return awaited;
    }

    /** Who would give the service if it could; what keeps it from that is a reason of its own, or a configuration. */
    private String giver(String service, Collection<ComponentDescriptionDTO> all) {
        for (ComponentDescriptionDTO component : all) {
            if (Arrays.asList(component.serviceInterfaces).contains(service)) {
                if (!runtime.isComponentEnabled(component)) {
                    return " (component " + component.name + " gives it, but is disabled)";
                }
                Collection<ComponentConfigurationDTO> configurations = runtime.getComponentConfigurationDTOs(component);
                if (configurations.isEmpty() || configurations.stream()
                        .allMatch(one -> one.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION)) {
                    return " (component " + component.name + " gives it once there is a configuration "
                            + String.join(" and ", component.configurationPid) + ")";
                }
                return " (which component " + component.name + " should give)";
            }
        }
        return "";
    }

    /** The innermost cause of a printed stack trace, without package names. */
    static String cause(String trace) {
        if (trace == null || trace.isBlank()) {
            return "no reason given";
        }
        String last = trace.lines().filter(line -> line.startsWith("Caused by: "))
                .reduce((former, next) -> next).map(line -> line.substring("Caused by: ".length()))
                .orElseGet(() -> trace.lines().findFirst().orElseThrow());
        return last.replaceFirst("^[a-z]\\w*(\\.[a-z]\\w*)*\\.(?=[A-Z])", "").strip();
    }
}
