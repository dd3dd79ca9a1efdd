package io.anole.metrics.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.core.SafetyGate;
import io.anole.types.diagnostic.DiagnosticArray;
import io.anole.types.diagnostic.DiagnosticStatus;
import io.anole.types.diagnostic.KeyValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What a Prometheus server would scrape, from the real web server. */
class MetricsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 10_000)
    SafetyGate gate;
    private Configuration configuration;
    private Bus bus;

    @BeforeEach
    void open() throws Exception {
        configuration = configurations.getFactoryConfiguration("io.anole.bus", "main", "?");
        configuration.update(new Hashtable<>(Map.of("provider", "local")));
        await().atMost(SOON).until(() -> context.getServiceReference(Bus.class) != null);
        bus = context.getService(context.getServiceReference(Bus.class));
        await().atMost(SOON).until(this::scrape, text -> text.contains("anole_bus_up{bus=\"main\",provider=\"local\"} 1.0"));
    }

    @AfterEach
    void close() throws Exception {
        gate.reset(true).get();
        configuration.delete();
        await().atMost(SOON).until(() -> context.getServiceReference(Bus.class) == null);
    }

    private int port() {
        ServiceReference<HttpServiceRuntime> runtime = context.getServiceReference(HttpServiceRuntime.class);
        return Integer.parseInt(String.valueOf(runtime.getProperty("org.osgi.service.http.port")));
    }

    private String get(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write(("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String scrape() throws IOException {
        return get("localhost:" + port());
    }

    /** Of all lines of a metric that name something, or -1. */
    private static double value(String text, String metric, String name) {
        return text.lines().filter(line -> line.startsWith(metric + "{") && line.contains("\"" + name + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).reduce(Double::sum).orElse(-1);
    }

    @Test
    void whatABusCountsIsTold() throws Exception {
        String hostile = "/say/\"quote\\{}";
        Registration plain = bus.subscribe("/a", String.class, text -> { });
        Registration odd = bus.subscribe(hostile, String.class, text -> {
            throw new IllegalStateException("on purpose");
        });
        plain.ready().toCompletableFuture().get();
        odd.ready().toCompletableFuture().get();
        for (int i = 0; i < 3; i++) {
            bus.publisher("/a", String.class).publish("x").toCompletableFuture().get();
        }
        bus.publisher(hostile, String.class).publish("x").toCompletableFuture().get();

        String text = await().atMost(SOON).until(this::scrape,
                now -> value(now, "anole_endpoint_handled_total", "/a") == 3 && value(now, "anole_bus_failed_total", "main") == 1);
        assertThat(text).startsWith("HTTP/1.1 200").contains("text/plain; version=0.0.4");
        // three publishers of one owner are one line
        assertThat(text).containsPattern("anole_endpoint_sent_total\\{bus=\"main\",kind=\"publisher\",name=\"/a\",owner=\"[^\"]+\"} 3\\.0");
        assertThat(text).contains("name=\"/say/\\\"quote\\\\{}\"");
        assertThat(text).contains("anole_bus_endpoints_omitted{bus=\"main\"} 0.0");
        assertThat(text).contains("jvm_memory_used_bytes", "process_files_open_files", "jvm_threads_live_threads");
        plain.close();
        odd.close();
    }

    @Test
    void endpointsBeyondTheMostAreOnlyInTheTotals() throws Exception {
        Configuration most = configurations.getConfiguration("io.anole.metrics", "?");
        most.update(new Hashtable<>(Map.of("endpoints.max", 1)));
        try (Registration one = bus.subscribe("/a", String.class, text -> { });
                Registration two = bus.subscribe("/b", String.class, text -> { })) {
            String text = await().atMost(SOON).until(this::scrape,
                    now -> now.matches("(?s).*anole_bus_endpoints_omitted\\{bus=\"main\"} [1-9].*"));
            assertThat(text.lines().filter(line -> line.startsWith("anole_endpoint_waiting{"))).hasSize(1);
        } finally {
            most.delete();
        }
    }

    @Test
    void anEmergencyStopIsTold() throws Exception {
        assertThat(scrape()).contains("anole_emergency_stops 0.0");
        gate.stop("smoke");
        assertThat(scrape()).contains("anole_emergency_stops 1.0");
    }

    private static DiagnosticStatus status(DiagnosticArray told, String name) {
        return told == null ? null : told.status().stream().filter(status -> status.name().equals(name)).findFirst().orElse(null);
    }

    @Test
    void howBusesProcessesAndHealthAreIsToldOnDiagnostics() throws Exception {
        Configuration buses = configurations.getConfiguration("io.anole.diagnostics", "?");
        buses.update(new Hashtable<>(Map.of("buses", new String[] {"main"})));
        Configuration beat = configurations.getConfiguration("beat", "?");
        beat.update(new Hashtable<>());
        AtomicReference<DiagnosticArray> last = new AtomicReference<>();
        BlockingQueue<DiagnosticStatus> links = new LinkedBlockingQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        try (Registration told = bus.subscribe("/diagnostics", DiagnosticArray.class, array -> {
                    last.set(array);
                    links.add(status(array, "anole: bus main"));
                });
                Registration full = bus.subscribe("/full", Integer.class, Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 1),
                        (number, message) -> go.await())) {
            await().atMost(SOON).until(() -> status(last.get(), "anole: process beat") != null
                    && status(last.get(), "anole: health processes") != null);
            assertThat(status(last.get(), "anole: emergency stop").level()).isEqualTo(DiagnosticStatus.OK);
            assertThat(status(last.get(), "anole: health processes").message()).isEqualTo("OK");
            assertThat(status(last.get(), "anole: process beat")).satisfies(status -> {
                assertThat(status.level()).isEqualTo(DiagnosticStatus.OK);
                assertThat(status.message()).startsWith("active");
                assertThat(status.hardware_id()).isEqualTo("testbed");
                assertThat(status.values()).extracting(KeyValue::key).contains("rate_hz", "frequency_hz", "jitter_ms", "errors");
            });
            assertThat(links.take()).satisfies(status -> {
                assertThat(status.message()).startsWith("up");
                assertThat(status.values()).contains(new KeyValue("provider", "local"));
            });
            for (int i = 0; i < 10; i++) {
                bus.publisher("/full", Integer.class).publish(i);
            }
            await().atMost(SOON).until(() -> links.poll(20, TimeUnit.SECONDS), status -> status.level() == DiagnosticStatus.WARN
                    && status.message().contains("messages dropped just now"));
            await().atMost(SOON).until(() -> links.poll(20, TimeUnit.SECONDS), status -> status.level() == DiagnosticStatus.OK);
            go.countDown();
        } finally {
            beat.delete();
            buses.delete();
        }
    }

    // DNS rebinding
    @Test
    void aNameThatIsNotOursIsRefused() throws Exception {
        assertThat(get("evil.example")).startsWith("HTTP/1.1 421").doesNotContain("anole_bus");
        assertThat(get("127.0.0.1.evil.example")).startsWith("HTTP/1.1 421");
        assertThat(get("127.0.0.1")).startsWith("HTTP/1.1 200");
    }

    @Test
    void manyScrapersAreAnsweredOrSentAway() throws Exception {
        ExecutorService scrapers = Executors.newFixedThreadPool(16);
        try {
            Callable<String> one = this::scrape;
            List<Future<String>> all = scrapers.invokeAll(java.util.Collections.nCopies(64, one));
            int answered = 0;
            for (Future<String> each : all) {
                String text = each.get();
                assertThat(text).containsPattern("^HTTP/1.1 (200|503)");
                answered += text.startsWith("HTTP/1.1 200") ? 1 : 0;
            }
            assertThat(answered).isPositive();
            assertThat(scrape()).startsWith("HTTP/1.1 200");
        } finally {
            scrapers.shutdownNow();
        }
    }
}
