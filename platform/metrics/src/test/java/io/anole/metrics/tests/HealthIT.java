package io.anole.metrics.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What a probe would ask, from the real web server. */
class HealthIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    private Configuration probe;
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void open() throws Exception {
        probe = configurations.getConfiguration("io.anole.health.probe", "?");
        probe.update(new Hashtable<>(Map.of("timeout.ms", 300, "kept.ms", 0)));
        await().atMost(SOON).until(() -> get("/health/ready", "localhost"),
                text -> text.startsWith("HTTP/1.1 200") && text.contains("\"components\"") && text.contains("\"processes\""));
    }

    @AfterEach
    void close() throws Exception {
        end.countDown();
        probe.delete();
    }

    private String get(String path, String host) throws IOException {
        ServiceReference<HttpServiceRuntime> runtime = context.getServiceReference(HttpServiceRuntime.class);
        if (runtime == null) {
            return "";
        }
        int port = Integer.parseInt(String.valueOf(runtime.getProperty("org.osgi.service.http.port")));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private ServiceRegistration<HealthCheck> check(String name, String tag, HealthCheck check) {
        return context.registerService(HealthCheck.class, check,
                new Hashtable<>(Map.of(HealthCheck.NAME, name, HealthCheck.TAGS, new String[] {"mine", tag})));
    }

    @Test
    void aHealthyRobotLivesAndIsReady() throws Exception {
        assertThat(get("/health/live", "localhost")).startsWith("HTTP/1.1 200").contains("application/json")
                .endsWith("{\"status\":\"OK\",\"checks\":[{\"name\":\"threads\",\"status\":\"OK\"}]}\n");
        assertThat(get("/health/ready", "127.0.0.1:8080")).startsWith("HTTP/1.1 200")
                .endsWith("[{\"name\":\"components\",\"status\":\"OK\"},{\"name\":\"processes\",\"status\":\"OK\"}]}\n");
        assertThat(get("/health", "localhost")).startsWith("HTTP/1.1 200").contains("\"threads\"", "\"components\"");
    }

    @Test
    void whatIsBadIsNamedAndItsWordsStayInside() throws Exception {
        ServiceRegistration<HealthCheck> bad = check("arm \"<b>", "systemready",
                () -> new Result(Status.CRITICAL, "password s3cret was refused"));
        ServiceRegistration<HealthCheck> warns = check("battery", "systemready", () -> new Result(Status.WARN, "half empty"));
        String text = get("/health/ready", "localhost");
        assertThat(text).startsWith("HTTP/1.1 503").contains("{\"status\":\"CRITICAL\"")
                .contains("{\"name\":\"arm __b_\",\"status\":\"CRITICAL\"}").doesNotContain("s3cret");
        assertThat(get("/health/live", "localhost")).startsWith("HTTP/1.1 200");
        bad.unregister();
        assertThat(get("/health/ready", "localhost")).startsWith("HTTP/1.1 200").contains("{\"status\":\"WARN\"");
        warns.unregister();
        ServiceRegistration<HealthCheck> broken = check("broken", "systemalive", () -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(get("/health/live", "localhost")).startsWith("HTTP/1.1 503").contains("HEALTH_CHECK_ERROR")
                .doesNotContain("on purpose");
        broken.unregister();
    }

    @Test
    void aCheckThatHangsIsBadAndAskedOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ServiceRegistration<HealthCheck> hanging = check("stuck", "systemalive", () -> {
            asked.incrementAndGet();
            try {
                end.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Result(Status.OK, "at last");
        });
        for (int i = 0; i < 3; i++) {
            assertThat(get("/health/live", "localhost")).startsWith("HTTP/1.1 503")
                    .contains("{\"name\":\"stuck\",\"status\":\"TEMPORARILY_UNAVAILABLE\"}", "{\"name\":\"threads\",\"status\":\"OK\"}");
        }
        assertThat(asked).hasValue(1);
        end.countDown();
        await().atMost(SOON).until(() -> get("/health/live", "localhost").startsWith("HTTP/1.1 200"));
        hanging.unregister();
    }

    // DNS rebinding
    @Test
    void aNameThatIsNotOursIsRefused() throws Exception {
        assertThat(get("/health", "evil.example")).startsWith("HTTP/1.1 421").doesNotContain("components");
    }
}
