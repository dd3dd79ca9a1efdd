package io.anole.deployer.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Asks the framework whether a bundle would resolve, before anything that runs is touched: a bundle with the same
 * requirements and no content is installed, resolved and uninstalled. It exports nothing, so that nobody is wired to it;
 * packages the real one both exports and imports it has itself.
 */
final class DryRun {
    private static final String LOCATION = "anole-deployer:dry-run";
    private static final List<String> KEPT = List.of(Constants.REQUIRE_BUNDLE, Constants.REQUIRE_CAPABILITY,
            Constants.PROVIDE_CAPABILITY);

    private final BundleContext system;

    DryRun(BundleContext system) {
        this.system = system;
    }

    /** Why it would not resolve, in words, or empty if it would. */
    Optional<String> problem(StagedJar jar) throws IOException {
        if (jar.manifest().getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null) {
            return Optional.empty();
        }
        Bundle probe = null;
        try {
            probe = system.installBundle(LOCATION, new ByteArrayInputStream(skeleton(jar)));
            FrameworkWiring wiring = system.getBundle(0).adapt(FrameworkWiring.class);
            if (wiring.resolveBundles(Set.of(probe))) {
                return Optional.empty();
            }
            probe.start(Bundle.START_TRANSIENT);
            return Optional.empty();
        } catch (BundleException e) {
            return Optional.of(ResolveProblem.inWords(e));
        } finally {
            uninstall(probe);
        }
    }

    private static void uninstall(Bundle probe) {
        if (probe == null) {
            return;
        }
        try {
            probe.uninstall();
        } catch (BundleException e) {
            throw new IllegalStateException("a bundle without content could not be uninstalled: " + e.getMessage(), e);
        }
    }

    private static byte[] skeleton(StagedJar jar) throws IOException {
        Attributes real = jar.manifest().getMainAttributes();
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, jar.name() + ".dryrun");
        headers.putValue(Constants.BUNDLE_VERSION, Version.emptyVersion.toString());
        for (String name : KEPT) {
            if (real.getValue(name) != null) {
                headers.putValue(name, real.getValue(name));
            }
        }
        String imports = foreignImports(real);
        if (!imports.isEmpty()) {
            headers.putValue(Constants.IMPORT_PACKAGE, imports);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return bytes.toByteArray();
    }

    private static String foreignImports(Attributes headers) {
        Set<String> own = clauses(headers.getValue(Constants.EXPORT_PACKAGE)).stream().flatMap(DryRun::packages)
                .collect(Collectors.toSet());
        return clauses(headers.getValue(Constants.IMPORT_PACKAGE)).stream()
                .filter(clause -> packages(clause).noneMatch(own::contains))
                .filter(clause -> packages(clause).noneMatch(name -> name.startsWith("java.")))
                .collect(Collectors.joining(","));
    }

    private static Stream<String> packages(String clause) {
        return Arrays.stream(clause.split(";")).map(String::trim).filter(part -> part.indexOf('=') < 0);
    }

    /** A header's clauses: it is split at commas outside quotes. */
    private static List<String> clauses(String header) {
        List<String> clauses = new ArrayList<>();
        if (header == null) {
            return clauses;
        }
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= header.length(); i++) {
            if (i == header.length() || header.charAt(i) == ',' && !quoted) {
                clauses.add(header.substring(start, i));
                start = i + 1;
            } else if (header.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return clauses;
    }
}
