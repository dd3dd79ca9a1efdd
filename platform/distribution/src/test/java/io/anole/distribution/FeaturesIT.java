package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features that come and go while a robot runs. */
class FeaturesIT {
    @TempDir
    Path directory;

    private Robot core() throws Exception {
        return Robot.start(directory.resolve("home"), "--features", "core", "--port", "0").awaitReady();
    }

    private static List<String> bundles(Robot robot) throws IOException, InterruptedException {
        Robot.Result list = robot.cli("bundle", "list");
        assertThat(list.code()).as(list.err()).isZero();
        return list.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    @Test
    void touchesOnlyWhatBelongsToTheFeature() throws Exception {
        try (Robot robot = core()) {
            List<String> before = bundles(robot);

            assertThat(robot.cli("feature", "install", "http").err()).isEmpty();
            List<String> with = bundles(robot);
            assertThat(with).containsAll(before).anyMatch(line -> line.matches("\\d+ active .*http\\.jetty.*"));
            assertThat(robot.cli("feature", "install", "console").err()).isEmpty();

            Robot.Result needed = robot.cli("feature", "remove", "http");
            assertThat(needed.code()).isNotZero();
            assertThat(needed.err()).contains("feature console requires feature http: remove console first");

            assertThat(robot.cli("feature", "remove", "console").err()).isEmpty();
            assertThat(bundles(robot)).isEqualTo(with);
            assertThat(robot.cli("feature", "remove", "http").err()).isEmpty();
            assertThat(bundles(robot)).isEqualTo(before);
            // Felix' EventAdmin goes with the console, and says so if it is just telling of that.
            assertThat(robot.output()).filteredOn(line -> !line.startsWith("WARNING: EventAdmin: Event Task Processing Interrupted"))
                    .noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
        }
    }

    @Test
    void aFailedInstallLeavesEverythingAsItWas() throws Exception {
        Path unresolved = new TestJar("importer").header("Import-Package", "org.nowhere").feature(directory, "");
        Path hollow = new TestJar("hollow").header("Bundle-Activator", "no.Such").feature(directory,
                ", \"configurations\": {\"io.anole.bus~extra\": {\"provider\": \"local\"}}");
        try (Robot robot = core()) {
            List<String> before = bundles(robot);
            String buses = robot.cli("bus", "list").out();

            Robot.Result missing = robot.cli("feature", "install", unresolved.toString());
            assertThat(missing.code()).isNotZero();
            assertThat(missing.err()).contains("bundle importer can't be resolved: package org.nowhere is missing");

            Robot.Result failed = robot.cli("feature", "install", hollow.toString());
            assertThat(failed.code()).isNotZero();
            assertThat(failed.err()).contains("feature hollow can't be started").contains("no.Such");

            Path other = Files.writeString(directory.resolve("core.json"), "{\"id\": \"x:core:1\"}");
            assertThat(robot.cli("feature", "install", other.toString()).err())
                    .contains("another feature core is installed");
            Robot.Result unknown = robot.cli("feature", "install", "nope");
            assertThat(unknown.code()).isEqualTo(4);
            assertThat(unknown.err()).contains("there is no feature 'nope'").hasLineCount(1);
            assertThat(robot.cli("feature", "install", directory.resolve("nope.json").toString()).code()).isEqualTo(4);
            assertThat(robot.cli("feature", "remove", "core").err()).contains("can't be removed");
            assertThat(bundles(robot)).isEqualTo(before);
            await().untilAsserted(() -> assertThat(robot.cli("bus", "list").out()).isEqualTo(buses));
            assertThat(robot.cli("feature", "list").out()).doesNotContain("hollow").doesNotContain("importer");
        }
    }

    /** Its commands need no scope, what goes wrong is a line, and the robot goes on when nobody types any more. */
    @Test
    void theGogoShellRunsTheSameCommands() throws Exception {
        try (Robot robot = Robot.start(directory.resolve("home"), "--port", "0", "--features", "core,gogo")) {
            robot.awaitLine(line -> line.contains("READY in "));
            robot.type("bus list\n");
            robot.awaitLine(line -> line.startsWith("main  up    local"));
            robot.type("anole:topic info /nowhere\n");
            robot.awaitLine(line -> line.contains("nobody publishes or subscribes to /nowhere"));
            robot.type("nonsense\n");
            robot.awaitLine(line -> line.contains("nonsense"));
            robot.hangUp();
            robot.awaitLine(line -> line.contains("gosh: stopping shell"));
            assertThat(robot.cli("bus", "list").code()).isZero();
            assertThat(robot.output()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    @Test
    void configurationsComeAndGoWithTheirFeature() throws Exception {
        Path feature = Files.writeString(directory.resolve("second.json"), "{\"id\": \"x:second:1\", \"configurations\":"
                + " {\"io.anole.bus~second\": {\"provider\": \"local\"}}}");
        try (Robot robot = core()) {
            assertThat(robot.cli("feature", "install", feature.toString()).err()).isEmpty();
            await().untilAsserted(() -> assertThat(robot.cli("bus", "list").out()).contains("second"));
            assertThat(robot.cli("feature", "remove", "second").err()).isEmpty();
            await().untilAsserted(() -> assertThat(robot.cli("bus", "list").out()).doesNotContain("second"));
        }
    }

    /** Nor is a bus moved from nowhere to nowhere without a word. */
    @Test
    void theProviderOfABusIsNotTakenAwayByTheWay() throws Exception {
        try (Robot robot = core()) {
            assertThat(robot.cli("feature", "install", "mqtt").code()).isZero();
            assertThat(robot.cli("feature", "install", "tcp").code()).isZero();
            String socket = "unix:" + directory.resolve("router");
            assertThat(robot.cli("bus", "swap", "main", "tcp", "mode=router", "listen=" + socket).err()).contains("moving bus");
            Robot.Result refused = robot.cli("feature", "remove", "tcp");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("bus 'main' is on a provider that goes with feature tcp: move it first").hasLineCount(1);
            assertThat(robot.cli("feature", "remove", "mqtt").code()).isZero();
            assertThat(robot.cli("feature", "install", "mqtt").code()).isZero();

            assertThat(robot.cli("feature", "remove", "tcp", "--force").code()).isZero();
            await().untilAsserted(() -> assertThat(robot.cli("bus", "list").out())
                    .containsPattern("main +down +tcp .*its provider 'tcp' went away"));
            assertThat(robot.cli("doctor").out()).contains("anole feature install tcp");
            Robot.Result moved = robot.cli("bus", "swap", "main", "mqtt", "url=tcp://127.0.0.1:" + FreePort.next());
            assertThat(moved.code()).isEqualTo(1);
            assertThat(moved.err()).contains("bus 'main' is on 'mqtt' now, and that is down: ");
            long begin = System.nanoTime();
            Robot.Result echo = robot.cli("topic", "echo", "/nope", "--timeout", "0.3");
            assertThat(echo.code()).isEqualTo(5);
            assertThat(echo.err()).isEqualTo("anole topic echo: subscribing to /nope: no answer within 0.3 s\n");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            assertThat(robot.cli("topic", "info", "/nope").err()).contains("bus 'main' did not tell its state within 5 s; it is down: ")
                    .hasLineCount(1);
            assertThat(robot.cli("bus", "swap", "main", "local").code()).isZero();
        }
    }

    @Test
    void installedFeaturesAreThereAfterARestart() throws Exception {
        try (Robot robot = core()) {
            assertThat(robot.cli("feature", "install", "http").err()).isEmpty();
            robot.kill();
        }
        try (Robot robot = core()) {
            assertThat(robot.url()).hasScheme("http");
            assertThat(robot.cli("feature", "remove", "http").err()).isEmpty();
            assertThat(robot.stop()).isZero();
        }
        try (Robot robot = core()) {
            assertThat(robot.cli("feature", "list").out().lines().filter(line -> line.contains("installed")))
                    .hasSize(1);
        }
    }
}
