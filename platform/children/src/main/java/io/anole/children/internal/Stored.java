package io.anole.children.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Configurations as they are stored, without what Configuration Admin and the features add. */
record Stored(ConfigurationAdmin configurations) {
    /** Those of a PID; empty if there are none. */
    Map<String, Object> properties(String pid) throws IOException {
        Map<String, Object> properties = new HashMap<>();
        for (Configuration found : find("(service.pid=" + pid + ")")) {
            Dictionary<String, Object> stored = found.getProperties();
            for (String key : Collections.list(stored.keys())) {
                if (!key.startsWith("service.") && !key.startsWith(":")) {
                    properties.put(key, stored.get(key));
                }
            }
        }
        return properties;
    }

    Configuration[] find(String filter) throws IOException {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            return found == null ? new Configuration[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IOException("not a filter: " + filter, e);
        }
    }
}
