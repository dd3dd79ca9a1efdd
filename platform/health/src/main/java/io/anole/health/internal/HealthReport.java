package io.anole.health.internal;

import io.anole.health.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Puts together what everybody lacks. Also a {@code Supplier} with {@code anole.readiness=true}, because the launcher
 * outside the framework can't see this bundle's packages. Runs on the caller's thread and keeps nothing.
 */
@Component(service = {Readiness.class, Supplier.class}, property = "anole.readiness=true")
public final class HealthReport implements Readiness, Supplier<List<String>> {
    private final Bundles bundles;
    private final Components components;

    @Reference(target = "(anole.resolution=true)", cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    private volatile Function<Bundle, List<String>> resolution;

    @Reference(target = "(anole.readiness=contribution)", cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    private volatile List<Supplier<List<String>>> contributions;

    @Activate
    public HealthReport(BundleContext context, @Reference ServiceComponentRuntime runtime) {
        bundles = new Bundles(context);
        components = new Components(runtime);
    }

    @Override
    public List<String> unsatisfied() {
        Function<Bundle, List<String>> missing = resolution;
        List<String> reasons = new ArrayList<>(bundles.unsatisfied(
                missing == null ? bundle -> List.of("it can't be resolved") : missing));
        for (Supplier<List<String>> contribution : contributions) {
            reasons.addAll(contribution.get());
        }
        reasons.addAll(components.unsatisfied());
        return reasons;
    }

    @Override
    public List<String> get() {
        return unsatisfied();
    }
}
