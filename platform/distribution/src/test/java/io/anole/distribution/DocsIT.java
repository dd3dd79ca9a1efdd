package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that the documentation shows does what it shows, one after the other, on the demo robot. */
class DocsIT {
    private static final Path DOCS = Path.of(System.getProperty("anole.docs"));
    private static final String PROMPT = "    $ ";
    private static final Pattern KEY = Pattern.compile("\"(\\w+)\":");
    /** For commands that go on until Ctrl-C. */
    private static final int MOST_SECONDS = 8;

    @TempDir
    private Path temp;

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

    private void run(List<Shown> commands, String features) throws Exception {
        Files.createSymbolicLink(temp.resolve("anole"), Robot.DISTRIBUTION.resolve("bin/anole"));
        Files.write(temp.resolve("guest.jar"), new TestJar("guest").bytes());
        Files.write(temp.resolve("guest-2.jar"), new TestJar("guest").header("Bundle-Version", "2.0.0").bytes());
        Files.write(temp.resolve("guest-3.jar"), new TestJar("guest").header("Bundle-Version", "3.0.0")
                .header("Import-Package", "gripper.api").bytes());
        try (Robot robot = Robot.start(temp.resolve("home"), "--features", features, "--port", "0").awaitReady()) {
            for (Shown command : commands) {
                run(robot, command);
            }
        }
    }

    private static List<Shown> commands(Path manual) throws Exception {
        List<String> lines = Files.readAllLines(manual);
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
