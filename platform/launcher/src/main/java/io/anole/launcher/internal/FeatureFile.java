package io.anole.launcher.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A feature as its file says, in the JSON of the OSGi Feature Service (Compendium ch. 159). Two things beyond it: bundles
 * start in the order they are listed, and an extension {@code anole-requires} of type {@code text} names the features
 * that must come first.
 */
record FeatureFile(String name, Path file, String id, String description, List<String> requires, List<BundleId> bundles,
        Map<String, Settings> configurations) {
    private static final Set<String> KNOWN = Set.of("feature-resource-version", "id", "name", "description", "vendor",
            "license", "docURL", "scm", "complete", "categories", "variables", "bundles", "configurations", "extensions");

    static FeatureFile read(Path file) throws LaunchException {
        String fileName = file.getFileName().toString();
        String name = fileName.endsWith(".json") ? fileName.substring(0, fileName.length() - 5) : fileName;
        return read(name, file, Json.read(file));
    }

    static FeatureFile read(String name, Path file, Json json) throws LaunchException {
        Map<String, Json> root = json.object("a feature");
        for (var entry : root.entrySet()) {
            if (!KNOWN.contains(entry.getKey())) {
                throw entry.getValue().wrong("unknown key '" + entry.getKey() + "' in feature " + name);
            }
        }
        if (!root.containsKey("id")) {
            throw json.wrong("feature " + name + " has no \"id\"");
        }
        String id = root.get("id").string("id");
        if (root.containsKey("feature-resource-version")
                && !root.get("feature-resource-version").string("feature-resource-version").equals("1.0")) {
            throw root.get("feature-resource-version").wrong("feature-resource-version must be \"1.0\"");
        }
        if (root.containsKey("variables") && !root.get("variables").object("variables").isEmpty()) {
            throw root.get("variables").wrong("feature " + name + " uses variables, which are not supported");
        }
        String description = root.containsKey("description") ? root.get("description").string("description") : "";
        List<BundleId> bundles = new ArrayList<>();
        if (root.containsKey("bundles")) {
            for (Json bundle : root.get("bundles").array("bundles")) {
                BundleId parsed = bundle(name, bundle);
                if (bundles.contains(parsed)) {
                    throw bundle.wrong("feature " + name + " names bundle " + parsed + " twice");
                }
                bundles.add(parsed);
            }
        }
        Map<String, Settings> configurations = root.containsKey("configurations")
                ? Settings.read(root.get("configurations"), "feature " + name) : Map.of();
        return new FeatureFile(name, file, id, description, requires(name, root.get("extensions")), List.copyOf(bundles),
                configurations);
    }

    private static BundleId bundle(String feature, Json json) throws LaunchException {
        if (json.value() instanceof String id) {
            throw json.wrong("write bundle '" + id + "' as {\"id\": \"" + id + "\"}");
        }
        Map<String, Json> entry = json.object("a bundle of feature " + feature);
        if (!entry.containsKey("id")) {
            throw json.wrong("a bundle of feature " + feature + " has no \"id\"");
        }
        try {
            return BundleId.parse(entry.get("id").string("a bundle's id"));
        } catch (IllegalArgumentException e) {
            throw entry.get("id").wrong(e.getMessage());
        }
    }

    private static List<String> requires(String feature, Json extensions) throws LaunchException {
        List<String> requires = new ArrayList<>();
        if (extensions != null) {
            for (var entry : extensions.object("extensions").entrySet()) {
                Map<String, Json> extension = entry.getValue().object("extension " + entry.getKey());
                if (entry.getKey().equals("anole-requires")) {
                    if (!extension.containsKey("text")) {
                        throw entry.getValue().wrong("anole-requires needs \"text\": [names of features]");
                    }
                    for (Json required : extension.get("text").array("the text of anole-requires")) {
                        requires.add(required.string("a required feature"));
                    }
                } else if (extension.containsKey("kind")
                        && extension.get("kind").string("kind").equals("mandatory")) {
                    throw entry.getValue().wrong("feature " + feature + " needs the unknown extension " + entry.getKey());
                }
            }
        }
        return List.copyOf(requires);
    }
}
