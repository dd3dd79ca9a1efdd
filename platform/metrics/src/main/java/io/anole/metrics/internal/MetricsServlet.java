package io.anole.metrics.internal;

import io.anole.bus.Bus;
import io.anole.core.SafetyGate;
import io.anole.process.Supervisor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
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
 * All metrics of this runtime in Prometheus' text format. Everything is read when it is asked for, on the container's thread;
 * between two scrapes it costs nothing. Whatever the scrapers do, only a few are answered at a time.
 */
@Component(service = Servlet.class, configurationPid = "io.anole.metrics", property = "anole.url=Metrics /metrics")
@Designate(ocd = MetricsServlet.Config.class)
@HttpWhiteboardServletPattern("/metrics")
public final class MetricsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final int AT_ONCE = 2;

    private final transient PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final transient JvmGcMetrics collections = new JvmGcMetrics();
    private final transient Semaphore turns = new Semaphore(AT_ONCE);
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    transient volatile List<Bus> buses;
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    transient volatile Supervisor supervisor;

    @ObjectClassDefinition(name = "Anole metrics", description = "What GET /metrics tells.")
    @interface Config {
        @AttributeDefinition(name = "Most endpoints",
                description = "Publishers, subscriptions and so on of one bus that are told one by one, 0 to 100000; all are in its totals.",
                min = "0", max = "100000")
        int endpoints_max() default 1000;
    }

    @Activate
    public MetricsServlet(@Reference SafetyGate gate, Config config) {
        int most = Math.max(0, Math.min(100_000, config.endpoints_max()));
        List.of(new JvmMemoryMetrics(), collections, new JvmThreadMetrics(), new ClassLoaderMetrics(), new ProcessorMetrics(),
                new FileDescriptorMetrics(), new UptimeMetrics()).forEach(binder -> binder.bindTo(registry));
        Gauge.builder("anole.emergency.stops", gate, present -> present.stops().size())
                .description("Emergency stops that hold, this runtime's and those of others").register(registry);
        registry.getPrometheusRegistry().register(new BusMetrics(() -> buses, most));
        registry.getPrometheusRegistry().register(new ProcessMetrics(() -> Optional.ofNullable(supervisor)));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!Door.isOwn(request)) {
            Door.answer(response, 421, TYPE, "this host name is not served: use localhost\n");
        } else if (!turns.tryAcquire()) {
            response.setHeader("Retry-After", "1");
            Door.answer(response, 503, TYPE, "others are being answered: ask again\n");
        } else {
            try {
                Door.answer(response, 200, TYPE, registry.scrape(TYPE));
            } finally {
                turns.release();
            }
        }
    }

    @Deactivate
    void stop() {
        collections.close();
        registry.close();
    }
}
