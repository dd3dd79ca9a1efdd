package io.anole.distribution;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Updates the bundle that its property {@code bundle} names with the jar that {@code jar} names, and refreshes nobody. */
public final class UpdaterComponent {
    void activate(BundleContext context, Map<String, Object> properties) throws Exception {
        for (Bundle bundle : context.getBundles()) {
            if (properties.get("bundle").equals(bundle.getSymbolicName())) {
                try (InputStream jar = Files.newInputStream(Path.of((String) properties.get("jar")))) {
                    bundle.update(jar);
                }
            }
        }
    }
}
