package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PC-05: processes in JVMs of their own, by configuration alone, bundles unchanged. */
class ForkedIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern PID = Pattern.compile("runs as pid (\\d+)");
    private static final String HELLO = "{\"id\": \"test:hello:osgifeature:1\", "
            + "\"bundles\": [{\"id\": \"io.anole:anole-process-hello:0.1.0\"}]}";

    @TempDir
    Path directory;

    private Robot robot(String feature, String process) throws Exception {
        return robot(feature, process, "\"provider\": \"tcp\", \"mode\": \"router\", \"listen\": \"unix:"
                + directory.resolve("main.sock") + "\"");
    }

    private Robot robot(String feature, String process, String bus) throws Exception {
        Path etc = Files.createDirectories(directory.resolve("home/etc"));
        Files.writeString(etc.resolve("test.json"), "{\"io.anole.bus~main\": {" + bus + "}, " + process + "}");
        return Robot.start(directory.resolve("home"), "--features", "core,tcp,children," + feature);
    }

    private String hello() throws Exception {
        return Files.writeString(directory.resolve("hello.json"), HELLO).toString();
    }

    private static String info(Robot robot, String process) throws Exception {
        return robot.cli("process", "info", process).out();
    }

    private static long pid(Robot robot, String process) throws Exception {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> PID.matcher(info(robot, process)).find());
        Matcher matcher = PID.matcher(info(robot, process));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** What the child's hello has heard from main, which is in the parent. */
    private static long greetings(Robot robot) throws Exception {
        try (var lines = Files.lines(robot.home().resolve("log/anole.log"))) {
            return lines.filter(line -> line.contains("hello: INFO  Hello: main said: ")).count();
        }
    }

    private static void awaitGreetings(Robot robot, long number) {
        await().atMost(SOON).until(() -> greetings(robot) >= number);
    }

    @Test
    void aProcessInAChildTalksAsBeforeAndComesBackWhenItIsKilled() throws Exception {
        try (Robot robot = robot(hello(),
                "\"io.anole.process.hello\": {\"process.mode\": \"forked\", \"process.frequency.hz:Double\": 5.0}").awaitReady()) {
            long child = pid(robot, "hello");
            assertThat(ProcessHandle.of(child).orElseThrow().info().command().orElseThrow()).endsWith("/java");
            awaitGreetings(robot, 3);

            ProcessHandle.of(child).orElseThrow().destroyForcibly();

            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> pid(robot, "hello") != child);
            awaitGreetings(robot, greetings(robot) + 3);
            assertThat(info(robot, "hello")).contains("restarts: 1").contains("state: active");
            assertThat(info(robot, "main")).contains("restarts: 0");

            long second = pid(robot, "hello");
            assertThat(robot.cli("process", "stop", "hello").out()).isEqualTo("hello is inactive: stopped\n");
            assertThat(ProcessHandle.of(second)).isEmpty();
            assertThat(robot.cli("process", "start", "hello").out()).startsWith("hello is active: runs as pid ");
        }
    }

    @Test
    void aKilledParentLeavesNoChild() throws Exception {
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\"}").awaitReady()) {
            long child = pid(robot, "hello");

            robot.kill();

            await().atMost(SOON).until(() -> ProcessHandle.of(child).isEmpty());
        }
    }

    @Test
    void aChildThatRunsOutOfMemoryHurtsNobodyElseAndIsToldInOneLine() throws Exception {
        Path feature = new TestJar("glutton").header("Import-Package", "io.anole.process")
                .process(GluttonProcess.class, "<property name=\"process.name\" type=\"String\" value=\"glutton\"/>")
                .feature(directory, "");
        try (Robot robot = robot(feature + "," + hello(), "\"glutton\": {\"process.mode\": \"forked\", "
                + "\"process.forked.heapMB:Integer\": 32, \"process.frequency.hz:Double\": 100.0, "
                + "\"process.restart.policy\": \"TEMPORARY\"}")) {
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                    .until(() -> info(robot, "glutton").contains("finalized"));
            assertThat(info(robot, "glutton")).contains("reason: exit code 3; its last line: Terminating due to "
                    + "java.lang.OutOfMemoryError: Java heap space\n");
            assertThat(info(robot, "hello")).contains("state: active");
        }
    }

    @Test
    void aBirthThatFailsInAChildIsToldAsItIs() throws Exception {
        Path feature = new TestJar("failing").header("Import-Package", "io.anole.process")
                .process(FailingProcess.class, "<property name=\"process.name\" type=\"String\" value=\"failing\"/>"
                        + "<property name=\"where\" type=\"String\" value=\"birth\"/>")
                .feature(directory, "");
        try (Robot robot = robot(feature.toString(), "\"failing\": {\"process.mode\": \"forked\", "
                + "\"process.restart.policy\": \"TEMPORARY\"}")) {
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                    .until(() -> info(robot, "failing").contains("finalized"));
            assertThat(info(robot, "failing")).contains("exit code 3 before it was ready; its last line: ");
        }
    }

    @Test
    void aBusWithoutAWireIsToldInOneLine() throws Exception {
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\"}", "\"provider\": \"local\"")
                .awaitReady()) {
            robot.awaitLine(line -> line.equals("ERROR Children: process 'hello' can't run in a JVM of its own: bus 'main' is "
                    + "inside this JVM; give it a provider with a wire, such as \"provider\": \"tcp\", \"mode\": \"router\""));
            assertThat(info(robot, "hello")).contains("state: unconfigured").contains("'forked' needs the feature children");
        }
    }
}
