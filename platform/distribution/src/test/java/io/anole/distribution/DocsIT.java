package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that the documentation shows does what it shows, one after the other, on the demo robot. */
class DocsIT {
    private static final Path DOCS = Path.of(System.getProperty("anole.docs"));
    private static final String PROMPT = "    $ ";
    private static final Pattern KEY = Pattern.compile("\"(\\w+)\":");
    /** For commands that go on until Ctrl-C. */
    private static final int MOST_SECONDS = 8;

    private static final Pattern CROSSED = Pattern.compile("\"passed\": ?(\\d+)");
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    /** What the window of a deploy is for is tested elsewhere; here it would only be waited for. */
    @BeforeEach
    void shortWindow() throws Exception {
        Path home = Files.createDirectory(temp.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(Files.createDirectory(home.resolve("etc")).resolve("deployer.json"),
                "{\"io.anole.deployer\": {\"window.ms\": 50}}");
    }

    /** What shall hold after the commands, at last. */
    private interface Check {
        void check(Robot robot) throws Exception;
    }

    /** A command as it is shown, whether it is shown failing, and the line that is shown after it. */
    private record Shown(String line, boolean fails, String answer) {
    }

    @Test
    void theCommandsOfTheCommandLineManualWork() throws Exception {
        List<Shown> commands = commands(DOCS.resolve("cli.md"));
        assertThat(commands).hasSizeGreaterThan(20);
        run(commands, "core,http,console,demo");
    }

    @Test
    void theCommandsOfTheGuideToDeploysWork() throws Exception {
        List<Shown> commands = commands(DOCS.resolve("deploy.md"));
        assertThat(commands).hasSizeGreaterThan(5);
        run(commands, "core,http,demo");
    }

    @Test
    void theCommandsOfTheGuideToTheGatewayWork() throws Exception {
        Path manual = DOCS.resolve("gateway.md");
        String text = Files.readString(manual);
        Path etc = Files.createDirectories(temp.resolve("home/etc"));
        Files.writeString(etc.resolve("gateway.json"), text.substring(text.indexOf("    {\n"), text.indexOf("\n    }\n") + 6));
        // In place of the admin's token that some of the commands would have to send.
        Files.writeString(etc.resolve("access.json"), "{\"io.anole.access\": {\"local.role\": \"admin\"}}");
        List<Shown> commands = commands(manual);
        assertThat(commands).hasSizeGreaterThan(20);
        run(commands, "core,http,demo,gateway");
    }

    @Test
    void theCommandsOfTheGuideToBridgesWork() throws Exception {
        bridged(DOCS.resolve("bridge.md"), "# Bridges", "## Lines", "core,http,demo,mqtt,broker");
    }

    @Test
    void theCommandsThatBridgeRosToMqttWork() throws Exception {
        bridged(DOCS.resolve("providers/ros1.md"), "## Bridge two topics to MQTT", "## Settings",
                "core,http,demo,ros1,ros1-master,mqtt,broker");
    }

    /** A part of a manual with its configuration, on ports that are free. */
    private void bridged(Path manual, String begin, String end, String features) throws Exception {
        String mqtt = String.valueOf(FreePort.next());
        String master = String.valueOf(FreePort.next());
        String all = Files.readString(manual);
        String text = all.substring(all.indexOf(begin), all.indexOf(end)).replace("1883", mqtt).replace("\"ros1\"}",
                "\"ros1\", \"master\": \"http://127.0.0.1:" + master + "/\", \"host\": \"127.0.0.1\"}");
        Path etc = Files.createDirectories(temp.resolve("home/etc"));
        Files.writeString(etc.resolve("cloud.json"), text.substring(text.indexOf("    {\n"), text.indexOf("\n    }\n") + 6));
        Files.writeString(etc.resolve("ports.json"), "{\"io.anole.broker.mqtt\": {\"port:Integer\": " + mqtt
                + "}, \"io.anole.ros1.master\": {\"port:Integer\": " + master + "}}");
        List<Shown> commands = commands(text.lines().toList());
        assertThat(commands).hasSizeGreaterThan(3);
        run(commands, features, robot -> {
            // the first lines of both manuals are those of odometry and commands; one was published
            Robot.Result listed = robot.cli("bridge", "list", "--json");
            assertThat(CROSSED.matcher(listed.out()).results().limit(2).map(found -> found.group(1))).as(listed.out()).hasSize(2)
                    .doesNotContain("0");
        });
    }

    private void run(List<Shown> commands, String features) throws Exception {
        run(commands, features, robot -> { });
    }

    private void run(List<Shown> commands, String features, Check after) throws Exception {
        Files.createSymbolicLink(temp.resolve("anole"), Robot.DISTRIBUTION.resolve("bin/anole"));
        Files.write(temp.resolve("guest.jar"), new TestJar("guest").bytes());
        Files.write(temp.resolve("guest-2.jar"), new TestJar("guest").header("Bundle-Version", "2.0.0").bytes());
        Files.write(temp.resolve("guest-3.jar"), new TestJar("guest").header("Bundle-Version", "3.0.0")
                .header("Import-Package", "gripper.api").bytes());
        try (Robot robot = Robot.start(temp.resolve("home"), "--features", features, "--port", "0").awaitReady()) {
            for (Shown command : commands) {
                run(robot, command);
            }
            await().atMost(BOUND).untilAsserted(() -> after.check(robot));
        }
    }

    private static List<Shown> commands(Path manual) throws Exception {
        return commands(Files.readAllLines(manual));
    }

    private static List<Shown> commands(List<String> lines) {
        List<Shown> commands = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(PROMPT)) {
                String next = i + 1 < lines.size() ? lines.get(i + 1) : "";
                commands.add(new Shown(lines.get(i).strip().substring(2), next.startsWith("    anole "), next.strip()));
            }
        }
        return commands;
    }

    private void run(Robot robot, Shown command) throws Exception {
        Path said = temp.resolve("said");
        String line = command.line().replace("http://127.0.0.1:8080", robot.url().toString().replaceFirst("/$", ""));
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + line).directory(temp.toFile())
                .redirectErrorStream(true).redirectOutput(said.toFile()).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("ANOLE_HOME", robot.home().toString());
        Process process = builder.start();
        if (process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            assertThat(process.exitValue() != 0).as("%s said: %s", command.line(), Files.readString(said))
                    .isEqualTo(command.fails());
            if (command.answer().startsWith("{")) {
                assertThat(Files.readString(said)).contains(KEY.matcher(command.answer()).results().map(MatchResult::group).toList());
            }
        } else {
            process.destroy();
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("%s ends when told to", command.line()).isTrue();
            assertThat(Files.readString(said)).as(command.line()).doesNotContain("anole ");
        }
    }
}
