package io.anole.launcher.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/**
 * Says in words why a bundle can't be resolved: what it needs and nobody gives; nothing if it is resolved. Compares what it
 * requires with what all bundles offer, instead of taking the resolver's message apart. Registered as a function with the
 * property {@code anole.resolution=true} for who reports readiness.
 */
final class ResolutionInWords implements Function<Bundle, List<String>> {
    private static final Pattern LEAST = Pattern.compile("\\(version>=([^)]*)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)");

    private final BundleContext context;

    ResolutionInWords(BundleContext context) {
        this.context = context;
    }

    @Override
    public List<String> apply(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null || revision.getWiring() != null) {
            return List.of();
        }
        List<String> reasons = missing(revision, new HashSet<>());
        return reasons.isEmpty()
                ? List.of("its packages can't be wired without a conflict between two versions (see log/anole.log)")
                : reasons;
    }

    private List<String> missing(BundleRevision revision, Set<BundleRevision> seen) {
        List<String> reasons = new ArrayList<>();
        if (!seen.add(revision)) {
            return reasons;
        }
        for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
            if (mandatory(requirement)) {
                List<BundleRevision> providers = providers(requirement);
                if (providers.isEmpty()) {
                    reasons.add(inWords(requirement));
                } else if (providers.stream().noneMatch(provider -> provider.getWiring() != null)) {
                    BundleRevision provider = providers.get(0);
                    List<String> causes = missing(provider, seen);
                    if (!causes.isEmpty()) {
                        reasons.add("bundle " + provider.getSymbolicName() + " is needed but can't be resolved: "
                                + String.join("; ", causes));
                    }
                }
            }
        }
        return reasons;
    }

    private static boolean mandatory(BundleRequirement requirement) {
        var directives = requirement.getDirectives();
        String resolution = directives.getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, "mandatory");
        String effective = directives.getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, "resolve");
        return resolution.equals("mandatory") && effective.equals("resolve");
    }

    private List<BundleRevision> providers(BundleRequirement requirement) {
        List<BundleRevision> providers = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null && revision.getDeclaredCapabilities(requirement.getNamespace()).stream()
                    .anyMatch(requirement::matches)) {
                providers.add(revision);
            }
        }
        return providers;
    }

    private String inWords(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        String filter = requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE -> "package " + name(namespace, filter) + range(filter)
                    + " is missing" + other(requirement, filter);
            case BundleNamespace.BUNDLE_NAMESPACE -> "bundle " + name(namespace, filter) + range(filter) + " is missing";
            case HostNamespace.HOST_NAMESPACE -> "bundle " + name(namespace, filter) + range(filter)
                    + ", which it extends, is missing";
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE -> "it needs another Java: " + filter
                    + ", this is Java " + Runtime.version().feature();
            default -> "nothing gives the capability " + namespace + (filter.isEmpty() ? "" : " " + filter);
        };
    }

    /** The package in a version that does not match helps more than the bare fact. */
    private String other(BundleRequirement requirement, String filter) {
        String wanted = name(requirement.getNamespace(), filter);
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                for (BundleCapability offered : revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
                    if (wanted.equals(offered.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
                        return " (bundle " + bundle.getSymbolicName() + " has version "
                                + offered.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) + ")";
                    }
                }
            }
        }
        return "";
    }

    private static String name(String namespace, String filter) {
        Matcher name = Pattern.compile("\\(" + Pattern.quote(namespace) + "=([^)]*)\\)").matcher(filter);
        return name.find() ? name.group(1) : filter;
    }

    private static String range(String filter) {
        Matcher below = BELOW.matcher(filter);
        String most = below.find() ? below.group(1) : null;
        Matcher least = LEAST.matcher(filter.replaceAll(BELOW.pattern(), "")
                .replace("(bundle-version", "(version"));
        if (!least.find()) {
            return "";
        }
        return most == null ? " " + least.group(1) + " or newer" : " [" + least.group(1) + "," + most + ")";
    }
}
