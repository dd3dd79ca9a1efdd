package io.anole.metrics.internal;

import io.anole.core.DiagnosticSource;
import io.anole.metrics.internal.Checks.Answer;
import io.anole.types.diagnostic.DiagnosticStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** What the health checks have said when they were last asked, for {@code /diagnostics}; asking may take its time, telling does not. */
@Component
public final class CheckDiagnostics implements DiagnosticSource {
    private static final long PATIENCE_MILLIS = 2000;

    @Reference(service = HealthCheck.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile List<ServiceReference<HealthCheck>> present;

    private final Checks checks;
    /** Only of the thread that asks for diagnostics. */
    private CompletableFuture<List<Answer>> asked = CompletableFuture.completedFuture(List.of());
    private List<Answer> latest = List.of();

    @Activate
    public CheckDiagnostics(BundleContext context) {
        checks = new Checks(context);
    }

    @Override
    public List<DiagnosticStatus> diagnostics(String runtime) {
        if (asked.isDone()) {
            latest = asked.exceptionally(error -> List.of()).join();
            asked = checks.askLater(present.stream()
                    .filter(check -> Checks.hasTag(check, "systemalive") || Checks.hasTag(check, "systemready")).toList(), PATIENCE_MILLIS);
        }
        return latest.stream().map(answer -> status(answer, runtime)).toList();
    }

    private static DiagnosticStatus status(Answer answer, String runtime) {
        byte level = switch (answer.status()) {
            case OK -> DiagnosticStatus.OK;
            case WARN -> DiagnosticStatus.WARN;
            case TEMPORARILY_UNAVAILABLE, CRITICAL, HEALTH_CHECK_ERROR -> DiagnosticStatus.ERROR;
        };
        return new DiagnosticStatus(level, "anole: health " + answer.name(), answer.status().toString(), runtime, List.of());
    }

    @Deactivate
    void close() {
        checks.close();
    }
}
