package io.anole.metrics.internal;

import io.anole.metrics.internal.Checks.Answer;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Tells a probe whether the robot lives and whether it is ready: 200 or 503, and the names of the checks. Anybody on this machine may
 * ask, so it tells nothing else. What was found out holds for a moment, however often it is asked for.
 */
@Component(service = Servlet.class, configurationPid = "io.anole.health.probe", property = "anole.url=Health /health")
@Designate(ocd = HealthServlet.Config.class)
@HttpWhiteboardServletPattern({"/health", "/health/live", "/health/ready"})
public final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = "application/json";
    private static final Map<String, List<String>> TAGS = Map.of("/health/live", List.of("systemalive"),
            "/health/ready", List.of("systemready"), "/health", List.of("systemalive", "systemready"));

    private final transient Checks checks;
    private final int timeout;
    private final int kept;
    private final transient Map<String, Report> reports = new ConcurrentHashMap<>();
    @Reference(service = HealthCheck.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    transient volatile List<ServiceReference<HealthCheck>> present;

    private record Report(boolean good, String body, long nanos) {
    }

    @ObjectClassDefinition(name = "Anole health probe", description = "What GET /health tells.")
    @interface Config {
        @AttributeDefinition(name = "Time-out", description = "Milliseconds a check may take; one that takes longer is not well. "
                + "10 to 60000.", min = "10", max = "60000")
        int timeout_ms() default 2000;

        @AttributeDefinition(name = "Kept", description = "Milliseconds an answer is given again before the checks are asked anew, "
                + "0 to 60000.", min = "0", max = "60000")
        int kept_ms() default 500;
    }

    @Activate
    public HealthServlet(BundleContext context, Config config) {
        checks = new Checks(context);
        timeout = Math.max(10, Math.min(60_000, config.timeout_ms()));
        kept = Math.max(0, Math.min(60_000, config.kept_ms()));
    }

    @Deactivate
    void stop() {
        checks.close();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!Door.isOwn(request)) {
            Door.answer(response, 421, "text/plain;charset=utf-8", "this host name is not served: use localhost\n");
            return;
        }
        try {
            Report report = report(request.getServletPath());
            Door.answer(response, report.good ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE, TYPE, report.body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Door.answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, TYPE, "{\"status\":\"TEMPORARILY_UNAVAILABLE\"}\n");
        }
    }

    private Report report(String path) throws InterruptedException {
        Report last = reports.get(path);
        if (last != null && System.nanoTime() - last.nanos < kept * 1_000_000L) {
            return last;
        }
        List<String> tags = TAGS.get(path);
        List<Answer> answers = checks.ask(present.stream()
                .filter(check -> tags.stream().anyMatch(tag -> Checks.hasTag(check, tag))).toList(), timeout);
        Status worst = answers.stream().map(Answer::status).max(Comparator.naturalOrder()).orElse(Status.OK);
        String body = answers.stream().sorted(Comparator.comparing(Answer::name))
                .map(answer -> "{\"name\":\"" + answer.name().replaceAll("[^\\w .:-]", "_") + "\",\"status\":\"" + answer.status() + "\"}")
                .collect(Collectors.joining(",", "{\"status\":\"" + worst + "\",\"checks\":[", "]}\n"));
        Report report = new Report(answers.stream().allMatch(Answer::isGood), body, System.nanoTime());
        reports.put(path, report);
        return report;
    }
}
