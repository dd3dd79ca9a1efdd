package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told in one clear line at the place where it is wrong, and the robot goes on as before. */
class BadInputIT {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private static Path temp;
    private static Robot robot;

    @BeforeAll
    static void start() throws Exception {
        robot = Robot.start(temp.resolve("home"), "--features", "core,http,console,demo", "--port", "0").awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        robot.close();
    }

    @AfterEach
    void theRobotGoesOnAsBefore() throws Exception {
        for (String process : new String[] {"simulator", "teleop", "hello"}) {
            assertThat(robot.cli("process", "info", process, "--json").out()).contains("\"state\":\"active\"")
                    .contains("\"births\":1");
        }
        assertThat(robot.post("/teleop", "stop").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws Exception {
        Path text = Files.writeString(temp.resolve("big.txt"), "x".repeat(10 << 20));
        Process curl = new ProcessBuilder("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20",
                "--data-binary", "@" + text, robot.url().resolve("/teleop").toString()).start();
        assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("413");
        Path json = Files.writeString(temp.resolve("big.json"), "\"" + "x".repeat(17 << 20) + "\"");
        Robot.Result result = robot.cliFrom(json, "topic", "pub", "/note", "-");
        assertThat(result.code()).isNotZero();
        assertThat(result.err().lines().filter(line -> line.startsWith("anole"))).singleElement().asString()
                .contains("bytes are more than 16777216");
    }

    @Test
    void malformedJsonIsShownWithItsPlace() throws Exception {
        Robot.Result result = robot.cli("topic", "pub", "/cmd_vel", "{\"linear\": {\"x\": }}");
        assertThat(result.code()).isNotZero();
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).containsPattern("column \\d+");
    }

    @Test
    void anIllegalNameIsRefusedWithItsReason() throws Exception {
        for (String name : new String[] {"/größe", "/a//b", "/a b", "/" + "x".repeat(600)}) {
            Robot.Result result = robot.cli("topic", "pub", name, "1");
            assertThat(result.code()).as(name).isNotZero();
            assertThat(result.err().lines()).as(name).hasSize(1);
            assertThat(result.err()).contains("illegal name");
        }
    }

    @Test
    void aProcessThatFailsInItsBirthSaysWhy() throws Exception {
        deploy("birth");
        // It is taken back, and its file says why.
        await().atMost(BOUND).untilAsserted(
                () -> assertThat(robot.cli("bundle", "list").out()).contains("the arm is not connected (birth)"));
        assertThat(robot.cli("bundle", "history").out()).contains("the arm is not connected (birth)");
        assertThat(robot.output()).anyMatch(line -> line.contains("test.birth") && line.contains("the arm is not connected (birth)"));
        remove("birth");
    }

    @Test
    void aProcessThatFailsInItsLifeIsCountedAndGoesOn() throws Exception {
        deploy("life");
        awaitListed("life");
        await().atMost(BOUND).until(() -> info("life").contains("the arm is not connected (life)"));
        assertThat(info("life")).contains("\"state\":\"active\"");
        remove("life");
    }

    @Test
    void aProcessThatFailsInItsDeathDiesAllTheSame() throws Exception {
        deploy("death");
        awaitListed("death");
        await().atMost(BOUND).until(() -> info("death").contains("\"state\":\"active\""));
        assertThat(robot.cli("process", "stop", "death").out() + info("death")).contains("the arm is not connected (death)");
        remove("death");
    }

    private static void deploy(String where) throws Exception {
        byte[] jar = new TestJar("test." + where).header("Import-Package", "io.anole.process,org.osgi.framework")
                .header("Fails", where)
                .process(FailingProcess.class, "<property name=\"process.name\" type=\"String\" value=\"" + where + "\"/>")
                .bytes();
        Files.write(temp.resolve("home/deploy/" + where + ".jar"), jar);
    }

    private static void awaitListed(String where) {
        await().atMost(BOUND).until(() -> robot.cli("process", "list").out().contains(where));
    }

    private static void remove(String where) throws Exception {
        Files.delete(temp.resolve("home/deploy/" + where + ".jar"));
        await().atMost(BOUND).until(() -> !robot.cli("process", "list").out().contains(where));
    }

    private static String info(String process) throws Exception {
        return robot.cli("process", "info", process, "--json").out();
    }
}
