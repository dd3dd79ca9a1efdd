package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bus of a driving robot is moved from provider to provider, as its owner would. */
class SwapIT {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    @Test
    void aRobotIsMovedToABrokerAndBackWhileItDrives() throws Exception {
        try (Mosquitto broker = Mosquitto.start(Files.createDirectory(temp.resolve("broker")));
                Robot robot = Robot.start(temp.resolve("home"), "--features", "core,http,console,demo,mqtt", "--port", "0")
                        .awaitReady()) {
            drives(robot);
            Robot.Result moved = robot.cli("bus", "swap", "main", "mqtt", "url=" + broker.url());
            assertThat(moved.err()).contains("moving bus 'main' from 'local' to 'mqtt'");
            assertThat(moved.out()).contains("connect").contains("0 expired, 0 lost");
            assertThat(moved.code()).isZero();
            assertThat(robot.cli("bus", "list").out()).containsPattern("main +up +mqtt");
            drives(robot);
            assertThat(Mosquitto.heard(broker.port(), "odom")).contains("\"child_frame_id\"");
            // No process was born again, and each goes on with what it had.
            assertThat(robot.cli("process", "info", "simulator").out()).containsPattern("births: +1\\b");

            assertThat(robot.cli("bus", "swap", "main", "local").code()).isZero();
            drives(robot);
            assertThat(robot.cli("process", "info", "simulator").out()).containsPattern("births: +1\\b");
            // Asked for twice, done twice: writing it into the configuration moves nothing.
            assertThat(robot.cli("bus", "swaps").out().lines()).hasSize(3).allMatch(line -> !line.contains("aborted"));
        }
    }

    /** What can't be done is one line, and changes nothing; what was done is kept over a restart. */
    @Test
    void aSwapThatCantBeDoneChangesNothingAndOneThatIsDoneIsKept() throws Exception {
        String[] options = {"--features", "core,http,console,demo,mqtt", "--port", "0"};
        // long for a broker that is there; where there is none it is waited for in full
        Files.writeString(Files.createDirectories(temp.resolve("home/etc")).resolve("swap.json"),
                "{\"io.anole.bus~main\": {\"provider\": \"local\", \"swap.open.ms\": 4000}}");
        try (Mosquitto broker = Mosquitto.start(Files.createDirectory(temp.resolve("broker")))) {
            try (Robot robot = Robot.start(temp.resolve("home"), options).awaitReady()) {
                refused(robot, 1, "bus 'main' stays on 'local': the new link did not come up within 4000 ms", "swap", "main", "mqtt",
                        "url=tcp://127.0.0.1:" + FreePort.next());
                refused(robot, 4, "there is no provider of kind 'nats' for bus 'main'; there are [local, mqtt]", "swap", "main", "nats");
                refused(robot, 2, "'http://x' is no broker address", "swap", "main", "mqtt", "url=http://x");
                refused(robot, 4, "no bus 'none'", "swap", "none", "mqtt");
                drives(robot);
                assertThat(robot.cli("bus", "swap", "main", "mqtt", "url=" + broker.url()).code()).isZero();
                assertThat(robot.stop()).isZero();
            }
            try (Robot robot = Robot.start(temp.resolve("home"), options).awaitReady()) {
                assertThat(robot.cli("bus", "list").out()).containsPattern("main +up +mqtt");
                drives(robot);
            }
        }
    }

    private static void refused(Robot robot, int code, String why, String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "bus";
        System.arraycopy(words, 0, all, 1, words.length);
        Robot.Result result = robot.cli(all);
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        assertThat(result.err()).contains(why).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private static void drives(Robot robot) throws Exception {
        double before = x(robot);
        await().atMost(BOUND).until(() -> {
            assertThat(robot.post("/teleop", "forward").statusCode()).isEqualTo(200);
            return x(robot) > before + 0.02;
        });
        robot.post("/teleop", "stop");
    }

    private static double x(Robot robot) throws Exception {
        Robot.Result echo = robot.cli("topic", "echo", "/odom", "--field", "pose.pose.position.x", "-n", "1");
        assertThat(echo.code()).as(echo.err()).isZero();
        return Double.parseDouble(echo.out().lines().findFirst().orElseThrow());
    }
}
