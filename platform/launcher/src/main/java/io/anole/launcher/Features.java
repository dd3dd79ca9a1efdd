package io.anole.launcher;

import java.util.List;
import java.util.NoSuchElementException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs and removes features while the framework runs; a service of the system bundle.
 *
 * <p>Calls take turns and run on the caller's thread. A change starts and stops only what it must: a bundle or
 * configuration that two features name stays until the last of them goes. What is installed here is remembered in the
 * home directory and is there again after a restart; features given on the command line are there whenever it gives
 * them.
 */
@ProviderType
public interface Features {
    /** All installed features in the order of their installation, then those that could be installed by name. */
    List<Feature> list();

    /**
     * Installs a feature and starts its bundles, after the features it requires. Does nothing if it is there.
     *
     * @param feature a name from {@link #list()} or the path of a JSON file
     * @return the feature as installed
     * @throws NoSuchElementException if there is no feature of that name, or no such file
     * @throws FeatureException       if the file is wrong, a bundle is missing, can't be resolved or doesn't start;
     *                                everything is as it was
     */
    Feature install(String feature) throws FeatureException;

    /**
     * Stops and removes what only this feature needs.
     *
     * @throws FeatureException if there is no such feature, or another one needs it
     */
    void remove(String name) throws FeatureException;
}
