package io.anole.launcher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where features and bundles are: the distribution's {@code features/} and {@code bundles/}, the home's, and for a
 * feature given as a path the directory it is in.
 */
record Catalogue(Path distribution, Path home) {

    /** The features of that name or path, each after those it requires; those in {@code present} are left out. */
    List<FeatureFile> resolve(Collection<String> wanted, Set<String> present) throws LaunchException {
        Map<String, FeatureFile> found = new LinkedHashMap<>();
        for (String name : wanted) {
            add(name, present, found, new LinkedHashSet<>());
        }
        return List.copyOf(found.values());
    }

    private void add(String wanted, Set<String> present, Map<String, FeatureFile> found, Set<String> path)
            throws LaunchException {
        FeatureFile feature = FeatureFile.read(locate(wanted));
        if (present.contains(feature.name()) || found.containsKey(feature.name())) {
            return;
        }
        if (!path.add(feature.name())) {
            throw LaunchException.configuration(feature.file() + ": features require each other in a circle: "
                    + String.join(" -> ", path) + " -> " + feature.name());
        }
        for (String required : feature.requires()) {
            if (!present.contains(required)) {
                add(required, present, found, path);
            }
        }
        path.remove(feature.name());
        found.put(feature.name(), feature);
    }

    private Path locate(String wanted) throws LaunchException {
        return find(wanted).orElseThrow(() -> LaunchException.configuration(missing(wanted)));
    }

    /** The file of the feature of that name or path. */
    Optional<Path> find(String wanted) throws LaunchException {
        if (isPath(wanted)) {
            try {
                return Optional.of(Path.of(wanted).toAbsolutePath().normalize()).filter(Files::isRegularFile);
            } catch (InvalidPathException e) {
                throw LaunchException.configuration("'" + wanted + "' is no path: " + e.getReason());
            }
        }
        return featureDirectories().stream().map(directory -> directory.resolve(wanted + ".json")).filter(Files::isRegularFile)
                .findFirst();
    }

    private static boolean isPath(String wanted) {
        return wanted.contains("/") || wanted.endsWith(".json");
    }

    /** One line for a user about what was not found. */
    String missing(String wanted) {
        return isPath(wanted) ? "feature file " + wanted + " does not exist" : "there is no feature '" + wanted + "'; there are: "
                + String.join(", ", available()) + ", or give the path of a JSON file";
    }

    private List<Path> featureDirectories() {
        return List.of(home.resolve("features"), distribution.resolve("features"));
    }

    /** Names of features that can be installed by name, sorted. */
    Set<String> available() {
        Set<String> names = new java.util.TreeSet<>();
        for (Path directory : featureDirectories()) {
            if (Files.isDirectory(directory)) {
                try (var files = Files.newDirectoryStream(directory, "*.json")) {
                    for (Path file : files) {
                        String name = file.getFileName().toString();
                        names.add(name.substring(0, name.length() - 5));
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
        return names;
    }

    /** The jar of a bundle that a feature names. */
    Path jar(FeatureFile feature, BundleId bundle) throws LaunchException {
        List<Path> roots = new ArrayList<>(List.of(distribution.resolve("bundles"), home.resolve("bundles")));
        Path parent = feature.file().getParent();
        if (parent != null && !featureDirectories().contains(parent)) {
            roots.add(parent.resolve("bundles"));
        }
        for (Path root : roots) {
            Path jar = root.resolve(bundle.path());
            if (Files.isRegularFile(jar)) {
                return jar;
            }
        }
        throw LaunchException.configuration("feature " + feature.name() + " (" + feature.file() + ") names bundle "
                + bundle + ", which is missing: put its jar at " + roots.get(roots.size() - 1).resolve(bundle.path())
                + " or correct the feature");
    }
}
