package io.anole.deployer.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Asks the framework whether bundles would resolve, before anything that runs is touched: bundles with the same
 * requirements and no content are installed, resolved and uninstalled. They export nothing, so that nobody is wired to
 * them; packages that the real ones import from themselves or from each other are there by definition.
 */
final class DryRun {
    private static final String LOCATION = "anole-deployer:dry-run/";
    private static final List<String> KEPT = List.of(Constants.REQUIRE_CAPABILITY, Constants.PROVIDE_CAPABILITY);

    private final BundleContext system;

    DryRun(BundleContext system) {
        this.system = system;
    }

    /** Why each that would not resolve would not, in words, by symbolic name. */
    Map<String, String> problems(List<StagedJar> jars) throws IOException {
        Map<String, Bundle> probes = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        try {
            for (StagedJar jar : jars) {
                if (jar.header(Constants.FRAGMENT_HOST) == null) {
                    probes.put(jar.name(), system.installBundle(LOCATION + jar.name(),
                            new ByteArrayInputStream(skeleton(jar, jars))));
                }
            }
            if (system.getBundle(0).adapt(FrameworkWiring.class).resolveBundles(probes.values())) {
                return problems;
            }
            probes.forEach((name, probe) -> {
                try {
                    probe.start(Bundle.START_TRANSIENT);
                } catch (BundleException e) {
                    problems.put(name, ResolveProblem.inWords(e));
                }
            });
        } catch (BundleException e) {
            problems.put(jars.get(probes.size()).name(), ResolveProblem.inWords(e));
        } finally {
            probes.values().forEach(DryRun::uninstall);
        }
        return problems;
    }

    private static void uninstall(Bundle probe) {
        try {
            probe.uninstall();
        } catch (BundleException e) {
            throw new IllegalStateException("a bundle without content could not be uninstalled: " + e.getMessage(), e);
        }
    }

    private static byte[] skeleton(StagedJar jar, List<StagedJar> set) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, jar.name() + ".dryrun");
        headers.putValue(Constants.BUNDLE_VERSION, Version.emptyVersion.toString());
        KEPT.stream().filter(name -> jar.header(name) != null).forEach(name -> headers.putValue(name, jar.header(name)));
        put(headers, Constants.IMPORT_PACKAGE, Clause.of(jar.header(Constants.IMPORT_PACKAGE)).stream()
                .filter(clause -> clause.paths().stream().noneMatch(name -> name.startsWith("java.")))
                .filter(clause -> !clause.paths().stream().allMatch(name -> exported(name, clause, jar, set))).toList());
        put(headers, Constants.REQUIRE_BUNDLE, Clause.of(jar.header(Constants.REQUIRE_BUNDLE)).stream()
                .filter(clause -> set.stream().noneMatch(other -> clause.paths().contains(other.name()))).toList());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return bytes.toByteArray();
    }

    private static boolean exported(String name, Clause wanted, StagedJar self, List<StagedJar> set) {
        return set.stream().anyMatch(other -> Clause.of(other.header(Constants.EXPORT_PACKAGE)).stream()
                .anyMatch(export -> export.paths().contains(name) && (other == self || wanted.accepts(export.version()))));
    }

    private static void put(Attributes headers, String name, List<Clause> clauses) {
        if (!clauses.isEmpty()) {
            headers.putValue(name, clauses.stream().map(Clause::text).collect(Collectors.joining(",")));
        }
    }
}
