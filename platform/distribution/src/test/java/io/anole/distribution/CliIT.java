package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.distribution.Robot.Result;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of the demo robot. */
class CliIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    private static Path temp;
    private static Robot robot;

    @BeforeAll
    static void start() throws Exception {
        robot = Robot.start(temp.resolve("home"), "--features", "core,demo", "--port", "0").awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        robot.close();
    }

    private static Result done(String... words) throws Exception {
        Result result = robot.cli(words);
        assertThat(result.code()).as("%s %s", result.out(), result.err()).isZero();
        return result;
    }

    @Test
    void topicsOfTheRobotAreThereWithTheirTypes() throws Exception {
        await().atMost(BOUND).untilAsserted(() -> assertThat(done("topic", "list").out().lines())
                .anyMatch(line -> line.matches("/odom +nav_msgs/Odometry +1 +\\d+"))
                .anyMatch(line -> line.matches("/cmd_vel +geometry_msgs/Twist +\\d+ +1")));
        assertThat(done("topic", "info", "/odom").out()).contains("type: nav_msgs/Odometry", "x: float64", "simulator");
        assertThat(done("topic", "hz", "/odom", "--times", "1").out()).startsWith("average rate: ");
        assertThat(done("topic", "bw", "/scan", "--times", "1").out()).contains("B/s  mean: ");
    }

    @Test
    void aPublishedCommandMovesTheRobot() throws Exception {
        done("service", "call", "/simulator/reset");
        double before = x();
        done("topic", "pub", "/cmd_vel", "geometry_msgs/Twist", "{\"linear\":{\"x\":0.5}}", "--qos", "command",
                "--rate",
                "20", "--times", "20");
        assertThat(x()).isGreaterThan(before + 0.1);
    }

    private static double x() throws Exception {
        return Double.parseDouble(done("topic", "echo", "/odom", "--once", "--timeout", "10", "--field",
                "pose.pose.position.x").out().strip());
    }

    @Test
    void messagesAreReadFromTheStandardInput() throws Exception {
        Process echo = command("topic", "echo", "/note", "--once", "--timeout", "20").start();
        try (BufferedReader heard = echo.inputReader()) {
            await().atMost(BOUND).until(() -> done("topic", "list", "-v").out().contains("/note"));
            Process pub = command("topic", "pub", "/note", "-").start();
            pub.getOutputStream().write("{\"data\":\"from a file\"}\n".getBytes(StandardCharsets.UTF_8));
            pub.getOutputStream().close();
            assertThat(pub.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(pub.exitValue()).isZero();
            assertThat(heard.readLine()).isEqualTo("data: from a file");
        }
    }

    private static ProcessBuilder command(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = Robot.DISTRIBUTION.resolve("bin/anole").toString();
        System.arraycopy(words, 0, command, 1, words.length);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ANOLE_HOME", robot.home().toString());
        return builder;
    }

    /** Ctrl-C ends the command in the runtime too: nothing of it is left there. */
    @Test
    void aKilledClientLeavesNothingBehind() throws Exception {
        Process echo = command("topic", "echo", "/battery").start();
        try (BufferedReader heard = echo.inputReader()) {
            assertThat(heard.readLine()).isNotNull();
            assertThat(done("topic", "list", "-v").out()).containsPattern("/battery.* cli-\\d+ on ");
            echo.destroy();
            await().atMost(BOUND).until(() -> !done("topic", "list", "-v").out().contains("cli-"));
        }
    }

    @Test
    void severalClientsAreServedAtOnce() throws Exception {
        Process first = command("topic", "echo", "/odom").start();
        Process second = command("topic", "echo", "/scan", "--json").start();
        try (BufferedReader one = first.inputReader(); BufferedReader two = second.inputReader()) {
            assertThat(one.readLine()).isNotNull();
            assertThat(two.readLine()).startsWith("{");
            done("bus", "list");
        } finally {
            first.destroy();
            second.destroy();
        }
    }

    @Test
    void processesAreStoppedStartedAndHeldInAnEmergency() throws Exception {
        assertThat(done("process", "stop", "hello").out()).startsWith("hello is inactive");
        assertThat(done("process", "start", "hello").out()).isEqualTo("hello is active\n");
        assertThat(done("process", "restart", "hello").out()).isEqualTo("hello is active\n");

        done("process", "stop", "--all", "--emergency", "smoke");
        try {
            assertThat(done("process", "list").out()).startsWith("EMERGENCY STOP: smoke");
            Result refused = robot.cli("process", "start", "hello");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("emergency stop: smoke").hasLineCount(1);
            Result sick = robot.cli("doctor");
            assertThat(sick.code()).isEqualTo(1);
            assertThat(sick.out()).contains("EMERGENCY STOP: smoke", "do:  when it is safe");
            assertThat(done("process", "release").err()).contains("still held: anole estop reset");
            assertThat(done("estop", "status").out()).startsWith("EMERGENCY STOP: smoke");
        } finally {
            done("process", "release");
            done("estop", "reset");
            done("process", "start", "hello", "main", "simulator", "teleop", "timer");
        }
        assertThat(done("process", "list").out()).doesNotContain("EMERGENCY");
        Result unknown = robot.cli("process", "stop", "nobody");
        assertThat(unknown.code()).isEqualTo(4);
        assertThat(unknown.err()).contains("there is no process 'nobody'; there are: ", "simulator").hasLineCount(1);
    }

    @Test
    void bundlesAreDeployedReplacedAndRemoved() throws Exception {
        Path jar = Files.write(temp.resolve("guest.jar"), new TestJar("guest").bytes());
        assertThat(done("bundle", "deploy", jar.toString()).out()).isEqualTo("guest.jar (guest 1.0.0): deployed\n");
        assertThat(done("bundle", "list").out()).containsPattern("active +guest +1\\.0\\.0 +guest\\.jar");
        assertThat(done("bundle", "deploy", jar.toString()).out()).startsWith("guest.jar (guest 1.0.0): deployed");

        Files.write(jar, new TestJar("guest").header("Bundle-Version", "1.1.0").bytes());
        assertThat(done("bundle", "info", "guest").out()).contains("version: 1.0.0", "former: none");
        assertThat(done("bundle", "deploy", jar.toString()).out()).isEqualTo("guest.jar (guest 1.1.0): deployed, was 1.0.0\n");
        assertThat(done("bundle", "info", "guest.jar").out()).contains("name: guest", "version: 1.1.0", "deployed_from: guest.jar", "former: 1.0.0");
        assertThat(done("bundle", "info", "guest", "--json").out()).contains("\"former\":[\"1.0.0\"]");

        Files.write(jar, new TestJar("guest").header("Bundle-Version", "2.0.0").header("Import-Package", "no.such.api")
                .bytes());
        Result refused = robot.cli("bundle", "deploy", jar.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("no.such.api", "guest 1.1.0 runs on").hasLineCount(1);
        assertThat(done("bundle", "list").out()).containsPattern("active +guest +1\\.1\\.0");

        assertThat(done("bundle", "rollback", "guest.jar").out()).isEqualTo("guest.jar (guest 1.0.0): rolled back from 1.1.0\n");
        assertThat(done("bundle", "rollback", "guest").out()).isEqualTo("guest.jar (guest 1.1.0): rolled back from 1.0.0\n");

        assertThat(done("bundle", "remove", "guest.jar").out()).isEqualTo("removed guest.jar\n");
        assertThat(done("bundle", "list").out()).doesNotContain("guest");
        assertThat(robot.cli("bundle", "remove", "guest").code()).isEqualTo(4);
        Result gone = robot.cli("bundle", "rollback", "guest");
        assertThat(gone.code()).isEqualTo(4);
        assertThat(gone.err()).isEqualTo("anole bundle rollback: no bundle 'guest' is deployed; see anole bundle list\n");
        Result unknown = robot.cli("bundle", "info", "guest");
        assertThat(unknown.code()).isEqualTo(4);
        assertThat(unknown.err()).isEqualTo("anole bundle info: there is no bundle 'guest'; see anole bundle list\n");
        assertThat(done("bundle", "info", "io.anole.core").out()).contains("state: active", "former: none");
        Result ours = robot.cli("bundle", "remove", "io.anole.core");
        assertThat(ours.code()).isEqualTo(4);
        assertThat(ours.err()).contains("it comes with a feature");

        Files.writeString(jar, "no jar");
        Result broken = robot.cli("bundle", "deploy", jar.toString());
        assertThat(broken.code()).isEqualTo(1);
        assertThat(broken.err()).contains("guest.jar: it is no whole jar").hasLineCount(1);
        assertThat(robot.cli("bundle", "deploy", temp.resolve("none.jar").toString()).code()).isEqualTo(4);
    }

    @Test
    void aHealthyRobotHasNothingForTheDoctor() throws Exception {
        await().atMost(BOUND).untilAsserted(() -> assertThat(done("doctor").out()).contains("ok      java",
                "ok      ready   all components that were asked for are active", "main is up")
                .doesNotContain("problem"));
    }

    @Test
    void theSocketIsItsOwnersAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(robot.home().resolve("run/cli.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsWrongOnTheCommandLineIsSaidInAWord() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of("topc list", "there is no command 'topc'; did you mean topic",
                "topic ecko /odom", "there is no command 'ecko'; did you mean echo",
                "topic echo", "NAME",
                "topic list --buss main", "'--buss' is not understood here; did you mean --bus",
                "topic pub /cmd_vel {\"linear\":} --once", "VALUE is no JSON: column 11").entrySet()) {
            Result result = robot.cli(wrong.getKey().split(" "));
            assertThat(result.code()).as(wrong.getKey()).isEqualTo(2);
            assertThat(result.err()).as(wrong.getKey()).contains(wrong.getValue()).doesNotContain("\tat ");
        }
    }

    @Test
    void withoutARobotItSaysHowToStartOne() throws Exception {
        String told = "no Anole is running in %1$s: start one with ./anole run --home %1$s (or demo instead of run)\n"
                .formatted(temp.resolve("nowhere"));
        for (Map.Entry<String, String> line : Map.of("topic list", "", "topc list",
                "there is no command 'topc' (see ./anole --help), unless a bundle brings it, and ").entrySet()) {
            ProcessBuilder builder = command(line.getKey().split(" "));
            builder.environment().put("ANOLE_HOME", temp.resolve("nowhere").toString());
            Process process = builder.start();
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("anole: " + line.getValue() + told);
            assertThat(process.waitFor()).isEqualTo(3);
        }
    }

    @Test
    void aPluralIsToldToBeOneAlsoWithoutARobot() throws Exception {
        for (Map.Entry<String, String> plural : Map.of("topics list", "'topics'; did you mean topic list?",
                "processes list", "'processes'; did you mean process list?", "buses", "'buses'; did you mean bus?").entrySet()) {
            ProcessBuilder builder = command(plural.getKey().split(" "));
            builder.environment().put("ANOLE_HOME", temp.resolve("nowhere").toString());
            Process process = builder.start();
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("anole: there is no command " + plural.getValue() + "\n");
            assertThat(process.waitFor()).isEqualTo(2);
        }
    }

    /** The fastest of ten: what it costs, not what else this machine does. */
    @Test
    void anAnswerTakesLessThanHalfASecond() throws Exception {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long begin = System.nanoTime();
            done("topic", "list");
            fastest = Math.min(fastest, System.nanoTime() - begin);
        }
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(500));
    }
}
