package io.anole.deployer.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Who is wired to a bundle, and whether its next version gives them what they have of it now. */
final class Dependents {
    private final BundleContext context;
    private final FrameworkWiring wiring;

    Dependents(BundleContext context) {
        this.context = context;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** The bundles to refresh when these steps are done: only those to which others are wired, and hosts of fragments. */
    Set<Bundle> roots(List<Draft.Step> steps) {
        Set<Bundle> roots = new LinkedHashSet<>();
        for (Draft.Step step : steps) {
            if (step.jar() != null && step.jar().fragment()) {
                roots.addAll(hosts(step.jar()));
            }
            if (step.present() != null && step.jar() != null && used(step.present())) {
                roots.add(step.present());
            }
        }
        return roots;
    }

    private List<Bundle> hosts(StagedJar fragment) {
        List<String> names = Clause.of(fragment.header(Constants.FRAGMENT_HOST)).stream()
                .flatMap(clause -> clause.paths().stream()).toList();
        return Arrays.stream(context.getBundles()).filter(bundle -> names.contains(bundle.getSymbolicName())).toList();
    }

    boolean used(Bundle bundle) {
        return !wires(bundle).isEmpty();
    }

    private static List<BundleWire> wires(Bundle bundle) {
        BundleWiring current = bundle.adapt(BundleWiring.class);
        if (current == null) {
            return List.of();
        }
        List<BundleWire> wires = new ArrayList<>(current.getProvidedWires(null));
        wires.addAll(current.getRequiredWires(HostNamespace.HOST_NAMESPACE));
        wires.removeIf(wire -> wire.getRequirer().getBundle().equals(bundle) && wire.getProvider().getBundle().equals(bundle));
        return wires;
    }

    /** All that is stopped when these are refreshed, these included. */
    Collection<Bundle> closure(Set<Bundle> roots) {
        return roots.isEmpty() ? Set.of() : wiring.getDependencyClosure(roots);
    }

    /** What others would miss after the steps, one line each. */
    List<String> losses(List<Draft.Step> steps) {
        Set<Bundle> changing = steps.stream().map(Draft.Step::present).collect(Collectors.toSet());
        List<String> losses = new ArrayList<>();
        for (Draft.Step step : steps) {
            if (step.present() == null || step.jar() == null) {
                continue;
            }
            for (BundleWire wire : wires(step.present())) {
                BundleRequirement needs = wire.getRequirement();
                if (PackageNamespace.PACKAGE_NAMESPACE.equals(needs.getNamespace())
                        && !changing.contains(wire.getRequirer().getBundle())
                        && !"optional".equals(needs.getDirectives().get(Constants.RESOLUTION_DIRECTIVE))
                        && steps.stream().noneMatch(other -> other.jar() != null && exports(other.jar(), needs))
                        && wiring.findProviders(needs).stream()
                                .allMatch(given -> changing.contains(given.getRevision().getBundle()))) {
                    losses.add(wire.getRequirer().getBundle().getSymbolicName() + " needs package "
                            + wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) + ", which "
                            + step.jar().name() + " " + step.jar().version()
                            + " does not export in a version it can use: deploy both as one set");
                }
            }
        }
        return losses;
    }

    private static boolean exports(StagedJar jar, BundleRequirement needs) {
        String filter = needs.getDirectives().get(Constants.FILTER_DIRECTIVE);
        for (Clause export : Clause.of(jar.header(Constants.EXPORT_PACKAGE))) {
            for (String name : export.paths()) {
                Map<String, Object> attributes = new HashMap<>(export.parameters());
                attributes.put(PackageNamespace.PACKAGE_NAMESPACE, name);
                attributes.put(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE, export.version());
                attributes.put(PackageNamespace.CAPABILITY_BUNDLE_SYMBOLICNAME_ATTRIBUTE, jar.name());
                attributes.put(PackageNamespace.CAPABILITY_BUNDLE_VERSION_ATTRIBUTE, jar.version());
                try {
                    if (filter == null || FrameworkUtil.createFilter(filter).matches(attributes)) {
                        return true;
                    }
                } catch (InvalidSyntaxException e) {
                    throw new IllegalStateException("the framework gave the filter " + filter, e);
                }
            }
        }
        return false;
    }
}
