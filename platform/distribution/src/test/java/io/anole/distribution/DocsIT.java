package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that the documentation shows does what it shows, one after the other, on the demo robot. */
class DocsIT {
    private static final Path DOCS = Path.of(System.getProperty("anole.docs"));
    private static final String PROMPT = "    $ ./anole ";
    /** For commands that go on until Ctrl-C. */
    private static final int MOST_SECONDS = 8;

    @TempDir
    private Path temp;

    /** A command as it is shown, and whether it is shown failing. */
    private record Shown(String line, boolean fails) {
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
                boolean fails = i + 1 < lines.size() && lines.get(i + 1).startsWith("    anole ");
                commands.add(new Shown(lines.get(i).strip().substring(2), fails));
            }
        }
        return commands;
    }

    private void run(Robot robot, Shown command) throws Exception {
        Path said = temp.resolve("said");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + command.line()).directory(temp.toFile())
                .redirectErrorStream(true).redirectOutput(said.toFile()).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("ANOLE_HOME", robot.home().toString());
        Process process = builder.start();
        if (process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            assertThat(process.exitValue() != 0).as("%s said: %s", command.line(), Files.readString(said))
                    .isEqualTo(command.fails());
        } else {
            process.destroy();
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("%s ends when told to", command.line()).isTrue();
            assertThat(Files.readString(said)).as(command.line()).doesNotContain("anole ");
        }
    }
}
