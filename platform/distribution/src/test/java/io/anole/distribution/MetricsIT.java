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

            // what is wrong is told to a probe, and nothing more; the former configuration makes it well again
            assertThat(robot.get("/health/live").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(30)).until(() -> robot.get("/health/ready").statusCode() == 200);
            assertThat(robot.cli("config", "set", "io.anole.bus~lab", "provider=nowhere").err()).isEmpty();
            await().atMost(Duration.ofSeconds(30)).until(() -> robot.get("/health/ready").statusCode() == 503);
            assertThat(robot.get("/health").body()).contains("{\"name\":\"components\",\"status\":\"TEMPORARILY_UNAVAILABLE\"}")
                    .doesNotContain("nowhere");
            assertThat(robot.get("/health/live").statusCode()).isEqualTo(200);
            String newest = robot.cli("config", "snapshots").out().lines().reduce((one, next) -> next).orElseThrow().strip();
            assertThat(newest).contains("command line: io.anole.bus~lab provider");
            long former = Long.parseLong(newest.split(" ")[0]) - 1;
            assertThat(robot.cli("config", "restore", String.valueOf(former)).out()).contains("provider: nowhere -> -");
            await().atMost(Duration.ofSeconds(30)).until(() -> robot.get("/health/ready").statusCode() == 200);

            assertThat(robot.cli("feature", "remove", "metrics").err()).isEmpty();
            assertThat(robot.get("/health").statusCode()).isEqualTo(404);
            assertThat(robot.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(robot.cli("doctor").code()).isZero();
        }
    }

    private static double cycles(String text) {
        return text.lines().filter(line -> line.startsWith("anole_process_cycles_total{process=\"simulator\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).findFirst().orElseThrow();
    }
}
