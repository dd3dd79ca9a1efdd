package io.anole.deployer;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The deploy directory: a bundle copied there is installed and started, replaced when the file changes, removed with it. A service. */
@ProviderType
public interface Deployments {
    /** The directory. */
    Path directory();

    /** Its files as of the last look, by name. Safe for any thread. */
    List<Deployment> list();
}
