package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo robot as Prometheus sees it, with the feature installed while it runs. */
class MetricsIT {
    @TempDir
    private Path temp;

    @Test
    void aRunningRobotIsScraped() throws Exception {
        try (Robot robot = Robot.start(temp.resolve("home"), "--features", "core,http,demo", "--port", "0").awaitReady()) {
            assertThat(robot.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(robot.cli("feature", "install", "metrics").err()).isEmpty();

            await().atMost(Duration.ofSeconds(30)).until(() -> robot.get("/metrics").statusCode() == 200);
            String first = robot.get("/metrics").body();
            assertThat(first).contains("anole_process_state{process=\"simulator\",state=\"active\"} 1.0")
                    .contains("anole_bus_up{bus=\"main\",provider=\"local\"} 1.0")
                    .containsPattern("anole_endpoint_sent_total\\{bus=\"main\",kind=\"publisher\",name=\"/odom\",owner=\"[^\"]+\"} [1-9]");
            double before = cycles(first);
            await().atMost(Duration.ofSeconds(30)).until(() -> cycles(robot.get("/metrics").body()) > before);

            assertThat(robot.cli("feature", "remove", "metrics").err()).isEmpty();
            assertThat(robot.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(robot.cli("doctor").code()).isZero();
        }
    }

    private static double cycles(String text) {
        return text.lines().filter(line -> line.startsWith("anole_process_cycles_total{process=\"simulator\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).findFirst().orElseThrow();
    }
}
