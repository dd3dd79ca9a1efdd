package io.anole.launcher.internal;

import java.util.List;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/**
 * Starts bundles, again if the framework could not resolve one that lacks nothing: Felix gives up a resolution when another thread
 * that resolves waits for the same bundle ("Unable to acquire global lock for resolve").
 */
final class BundleStart {
    private static final int ATTEMPTS = 5;

    private final Function<Bundle, List<String>> resolution;

    /** @param resolution tells what a bundle lacks */
    BundleStart(Function<Bundle, List<String>> resolution) {
        this.resolution = resolution;
    }

    /** Any thread. */
    void start(Bundle bundle) throws BundleException {
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null) {
            return;
        }
        for (int attempt = 1;; attempt++) {
            try {
                bundle.start();
                return;
            } catch (BundleException e) {
                if (attempt == ATTEMPTS || e.getType() != BundleException.RESOLVE_ERROR || !resolution.apply(bundle).isEmpty()) {
                    throw e;
                }
            }
        }
    }
}
