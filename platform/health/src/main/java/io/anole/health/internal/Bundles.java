package io.anole.health.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/** Bundles that should run and can't be resolved. A bundle that was stopped on purpose is no complaint. */
final class Bundles {
    private final BundleContext context;

    Bundles(BundleContext context) {
        this.context = context;
    }

    /** @param missing says what a bundle lacks */
    List<String> unsatisfied(Function<Bundle, List<String>> missing) {
        List<String> reasons = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED && wanted(bundle)) {
                List<String> lacks = missing.apply(bundle);
                if (!lacks.isEmpty()) {
                    reasons.add("bundle " + bundle.getSymbolicName() + " is not started: " + String.join("; ", lacks));
                }
            }
        }
        return reasons;
    }

    private static boolean wanted(Bundle bundle) {
        try {
            return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null
                    || bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
        } catch (IllegalArgumentException | IllegalStateException e) {
            // it was uninstalled meanwhile
            return false;
        }
    }
}
