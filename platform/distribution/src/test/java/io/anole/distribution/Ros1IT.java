package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's processes as they are, on a ROS 1 graph whose master runs inside: by configuration alone, with no ROS installed. */
class Ros1IT {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    @Test
    void theDemoRunsOnAMasterOfItsOwn() throws Exception {
        int port = Mosquitto.freePort();
        Path etc = Files.createDirectories(temp.resolve("home/etc"));
        Files.writeString(etc.resolve("ros.json"), """
                {
                  "io.anole.bus~main": {"provider": "ros1", "master": "http://127.0.0.1:%1$d/", "host": "127.0.0.1"},
                  "io.anole.ros1.master": {"port:Integer": %1$d}
                }
                """.formatted(port));
        try (Robot robot = Robot.start(temp.resolve("home"), "--features", "core,http,demo,ros1,ros1-master", "--port", "0")
                .awaitReady()) {
            assertThat(robot.cli("bus", "list").out()).containsPattern("main +up +ros1");
            assertThat(robot.cli("doctor").out()).contains("bus 'main': the master of ROS noetic at http://127.0.0.1:" + port
                    + "/ answers (as configured)");
            double before = x(robot);
            await().atMost(BOUND).until(() -> {
                assertThat(robot.post("/teleop", "forward").statusCode()).isEqualTo(200);
                return x(robot) > before + 0.05;
            });
            assertThat(robot.cli("topic", "list").out()).contains("/odom", "/cmd_vel");
            Robot.Result published = robot.cli("topic", "pub", "--once", "/cmd_vel", "geometry_msgs/Twist", "{\"linear\": {\"x\": 0.1}}");
            assertThat(published.err()).isEmpty();
            assertThat(published.code()).isZero();
            assertThat(robot.cli("param", "set", "/arm/speed", "0.5").err()).isEmpty();
            assertThat(robot.cli("param", "get", "/arm/speed").out()).contains("0.5");
            assertThat(robot.cli("param", "list").out()).contains("/arm/speed", "/rosdistro");
        }
    }

    private static double x(Robot robot) throws Exception {
        Robot.Result echo = robot.cli("topic", "echo", "/odom", "--field", "pose.pose.position.x", "-n", "1");
        assertThat(echo.code()).as(echo.err()).isZero();
        return Double.parseDouble(echo.out().lines().findFirst().orElseThrow());
    }
}
