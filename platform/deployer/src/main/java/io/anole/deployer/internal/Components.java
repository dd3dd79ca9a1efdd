package io.anole.deployer.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** How the components of the framework were before a change, and what has become worse. */
final class Components {
    private final Optional<ServiceComponentRuntime> runtime;
    private final Set<String> satisfied;

    Components(Optional<ServiceComponentRuntime> runtime) {
        this.runtime = runtime;
        this.satisfied = new HashSet<>();
        all().forEach((key, component) -> {
            if (component.state == ComponentConfigurationDTO.SATISFIED
                    || component.state == ComponentConfigurationDTO.ACTIVE) {
                satisfied.add(key);
            }
        });
    }

    private Map<String, ComponentConfigurationDTO> all() {
        Map<String, ComponentConfigurationDTO> all = new HashMap<>();
        runtime.ifPresent(known -> {
            for (ComponentDescriptionDTO component : known.getComponentDescriptionDTOs()) {
                for (ComponentConfigurationDTO configuration : known.getComponentConfigurationDTOs(component)) {
                    Object pid = configuration.properties.get("service.pid");
                    all.put(component.bundle.symbolicName + " " + component.name + " " + pid, configuration);
                }
            }
        });
        return all;
    }

    /** A component of these bundles whose activation has failed, in words. */
    Optional<String> failed(Collection<Bundle> bundles) {
        Set<Long> ids = bundles.stream().map(Bundle::getBundleId).collect(Collectors.toSet());
        return all().values().stream().filter(component -> ids.contains(component.description.bundle.id))
                .filter(component -> component.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .map(component -> "component " + component.description.name + " failed: " + cause(component.failure))
                .sorted().findFirst();
    }

    /** A component of any bundle that was satisfied before and lacks a service now, in words. */
    Optional<String> lost() {
        return all().entrySet().stream().filter(entry -> satisfied.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(component -> component.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE)
                .map(component -> "component " + component.description.name + " has lost service " + lacks(component))
                .sorted().findFirst();
    }

    private static String lacks(ComponentConfigurationDTO component) {
        return Arrays.stream(component.unsatisfiedReferences).flatMap(lacking -> Arrays.stream(
                component.description.references).filter(reference -> reference.name.equals(lacking.name)))
                .map(reference -> reference.interfaceName).collect(Collectors.joining(" and "));
    }

    /** The innermost cause of a printed stack trace. */
    private static String cause(String trace) {
        if (trace == null || trace.isBlank()) {
            return "no reason given";
        }
        String last = trace.lines().filter(line -> line.startsWith("Caused by: ")).reduce((former, next) -> next)
                .map(line -> line.substring("Caused by: ".length())).orElseGet(() -> trace.lines().findFirst().orElseThrow());
        return last.replaceFirst("^[a-z]\\w*(\\.[a-z]\\w*)*\\.(?=[A-Z])", "").strip();
    }
}
