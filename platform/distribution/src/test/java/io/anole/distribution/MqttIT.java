package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's processes as they are, with the bus over a broker instead of inside the JVM: by configuration alone. */
class MqttIT {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    /** The embedded broker, and a Mosquitto that anybody may run. */
    @ParameterizedTest
    @ValueSource(strings = {"embedded", "mosquitto"})
    void helloAndTeleopWorkOverABroker(String kind) throws Exception {
        boolean embedded = kind.equals("embedded");
        Mosquitto broker = embedded ? null : Mosquitto.start(temp);
        int port = embedded ? FreePort.next() : broker.port();
        Path etc = Files.createDirectories(temp.resolve("home/etc"));
        Files.writeString(etc.resolve("bus.json"), """
                {
                  "io.anole.bus~main": {"provider": "mqtt", "url": "tcp://127.0.0.1:%1$d"},
                  "io.anole.broker.mqtt": {"port": %1$d}
                }
                """.formatted(port));
        String features = "core,http,console,demo,mqtt" + (embedded ? ",broker" : "");
        try (Robot robot = Robot.start(temp.resolve("home"), "--features", features, "--port", "0").awaitReady()) {
            assertThat(robot.cli("bus", "list").out()).containsPattern("main +up +mqtt");
            double before = x(robot);
            await().atMost(BOUND).until(() -> {
                assertThat(robot.post("/teleop", "forward").statusCode()).isEqualTo(200);
                return x(robot) > before + 0.05;
            });
            await().atMost(BOUND).until(() -> log(robot).contains("main said: Hello hello"));
            assertThat(Mosquitto.heard(port, "odom")).startsWith("{\"header\":").contains("\"child_frame_id\"");
        } finally {
            if (broker != null) {
                broker.close();
            }
        }
    }

    private static double x(Robot robot) throws Exception {
        Robot.Result echo = robot.cli("topic", "echo", "/odom", "--field", "pose.pose.position.x", "-n", "1");
        assertThat(echo.code()).as(echo.err()).isZero();
        return Double.parseDouble(echo.out().lines().findFirst().orElseThrow());
    }

    private static String log(Robot robot) throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(robot.home().resolve("log"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
