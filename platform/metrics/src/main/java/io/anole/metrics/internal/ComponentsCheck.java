package io.anole.metrics.internal;

import io.anole.health.Readiness;
import java.util.List;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Ready once nothing waits for anything: bundles, components and the links of the buses. */
@Component(service = HealthCheck.class, property = {"hc.name=components", "hc.tags=systemready"})
public final class ComponentsCheck implements HealthCheck {
    private final Readiness readiness;

    @Activate
    public ComponentsCheck(@Reference Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public Result execute() {
        List<String> unsatisfied = readiness.unsatisfied();
        return unsatisfied.isEmpty() ? new Result(Status.OK, "all that was asked for is active")
                : new Result(Status.TEMPORARILY_UNAVAILABLE, String.join("; ", unsatisfied));
    }
}
