package io.anole.launcher;

import java.util.List;

/**
 * A feature: bundles and configurations that belong together.
 *
 * @param name           what the user calls it: the file's name without {@code .json}
 * @param id             {@code group:artifact:version} of the file
 * @param description    one line, or empty
 * @param installed      whether its bundles are in the running framework
 * @param bundles        ids of its bundles, {@code group:artifact:version}, in start order
 * @param configurations PIDs of its configurations
 */
public record Feature(String name, String id, String description, boolean installed, List<String> bundles,
        List<String> configurations) {
    public Feature {
        bundles = List.copyOf(bundles);
        configurations = List.copyOf(configurations);
    }
}
