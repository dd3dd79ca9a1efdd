package io.anole.launcher.internal;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Names a bundle's jar as a feature does: {@code group:artifact:version}, with {@code type[:classifier]} before the version. */
record BundleId(String group, String artifact, String type, String classifier, String version) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /** @throws IllegalArgumentException if the text is no id; the message says what is wrong */
    static BundleId parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 3 || parts.length > 5) {
            throw new IllegalArgumentException("'" + text + "' is no bundle id of the form group:artifact:version");
        }
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw new IllegalArgumentException("'" + text + "' is no bundle id: bad part '" + part + "'");
            }
        }
        return new BundleId(parts[0], parts[1], parts.length > 3 ? parts[2] : "jar", parts.length > 4 ? parts[3] : "",
                parts[parts.length - 1]);
    }

    /** The place of the jar below a {@code bundles} directory. */
    Path path() {
        return Path.of(group, artifact + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + "." + type);
    }

    @Override
    public String toString() {
        return group + ":" + artifact + ":" + (type.equals("jar") && classifier.isEmpty() ? "" : type + ":")
                + (classifier.isEmpty() ? "" : classifier + ":") + version;
    }
}
