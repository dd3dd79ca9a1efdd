package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's processes as they are, on a ROS 1 graph whose master runs inside: by configuration alone, with no ROS installed. */
class Ros1IT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int MANY = 50;
    /** Tells what it hears, and when asked which nodes there are. */
    private static final String NODE = """
            import sys, rospy, rosgraph
            from geometry_msgs.msg import Twist
            rospy.init_node('listener', disable_signals=True)
            rospy.Subscriber('/cmd_vel', Twist, lambda m: print('twist %s %s\\n' % (m.linear.x, m.angular.z), end=''))
            for line in sys.stdin:
                state = rosgraph.Master('/listener').getSystemState()
                print('publishers', *dict(state[0]).get('/cmd_vel', []))
                print('nodes', *sorted({node for kind in state for name, nodes in kind for node in nodes}))
            """;

    @TempDir
    private Path temp;

    @Test
    void theDemoRunsOnAMasterOfItsOwn() throws Exception {
        int port = FreePort.next();
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
            assertThat(robot.cli("doctor").out()).contains("at http://127.0.0.1:" + port + "/ answers (as configured)");
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
            postsReachANodeInPython(robot, port);
        }
    }

    /** FR-01, FR-02, FR-05: a POST comes to a node of rospy as the exact Twist, and however many come at once, one node sends them. */
    private void postsReachANodeInPython(Robot robot, int port) throws Exception {
        Path heard = temp.resolve("heard");
        ProcessBuilder builder = new ProcessBuilder("/usr/bin/python3", "-u", "-c", NODE).redirectErrorStream(true)
                .redirectOutput(heard.toFile());
        builder.environment().putAll(Map.of("ROS_MASTER_URI", "http://127.0.0.1:" + port + "/", "ROS_IP", "127.0.0.1",
                "ROS_HOME", temp.resolve("ros").toString()));
        Process node = builder.start();
        try (Writer asking = node.outputWriter()) {
            await().atMost(BOUND).until(() -> {
                robot.post("/teleop", "left");
                return lines(heard).contains("twist 0.0 1.0");
            });
            assertThat(robot.post("/teleop", "fly").statusCode()).isEqualTo(400);
            List<CompletableFuture<Integer>> answers = IntStream.range(0, MANY).mapToObj(i -> posted(robot, "forward")).toList();
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
            }
            await().atMost(BOUND).untilAsserted(() -> assertThat(lines(heard)).filteredOn("twist 0.5 0.0"::equals).hasSize(MANY));
            asking.write("who?\n");
            asking.flush();
            await().atMost(BOUND).until(() -> lines(heard).stream().anyMatch(line -> line.startsWith("nodes")));
            assertThat(lines(heard)).filteredOn(line -> line.startsWith("publishers")).singleElement().asString()
                    .matches("publishers /anole_\\w+");
            assertThat(lines(heard)).filteredOn(line -> line.startsWith("nodes")).singleElement().asString()
                    .matches("nodes /anole_\\w+ /listener");
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    private static CompletableFuture<Integer> posted(Robot robot, String command) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        new Thread(() -> {
            try {
                answer.complete(robot.post("/teleop", command).statusCode());
            } catch (IOException | InterruptedException e) {
                answer.completeExceptionally(e);
            }
        }).start();
        return answer;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    private static double x(Robot robot) throws Exception {
        Robot.Result echo = robot.cli("topic", "echo", "/odom", "--field", "pose.pose.position.x", "-n", "1");
        assertThat(echo.code()).as(echo.err()).isZero();
        return Double.parseDouble(echo.out().lines().findFirst().orElseThrow());
    }
}
