package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs as processes of the distribution. */
class ExecIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    private Robot robot(String configurations) throws Exception {
        Path home = directory.resolve("home");
        Files.createDirectories(home.resolve("etc"));
        Path sleeper = directory.resolve("sleeper");
        Files.copy(Path.of("/bin/sleep"), sleeper);
        Files.setPosixFilePermissions(sleeper, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(home.resolve("etc/programs.json"), configurations.replace("SLEEPER", sleeper + " 300"));
        return Robot.start(home, "--features", "core,exec");
    }

    private long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().command().map(command -> command.startsWith(directory.toString())).orElse(false))
                .count();
    }

    private static String log(Robot robot) throws Exception {
        return Files.readString(robot.home().resolve("log/anole.log"));
    }

    // roslaunch gives its nodes sessions of their own: a killed runtime must not leave them driving
    @Test
    void aKilledRuntimeLeavesNoOrphan() throws Exception {
        try (Robot robot = robot("""
                {
                  "io.anole.process.exec~launch": {
                    "command": ["sh", "-c", "setsid SLEEPER & (setsid sh -c 'SLEEPER &'); SLEEPER & echo up; SLEEPER"],
                    "ready.line": "up"
                  },
                  "io.anole.process.exec~stubborn": {
                    "command": ["sh", "-c", "trap '' TERM HUP INT; SLEEPER & SLEEPER"],
                    "process.stopSeconds:Double": 2.0
                  }
                }
                """).awaitReady()) {
            await().atMost(SOON).until(this::sleepers, running -> running == 6);
            assertThat(robot.cli("process", "info", "launch").out()).contains("runs as pid");

            robot.kill();

            await().atMost(SOON).until(this::sleepers, running -> running == 0);
        }
    }

    @Test
    void anOrderlyStopEndsThemAndTheirOutputIsInTheLog() throws Exception {
        try (Robot robot = robot("""
                {
                  "io.anole.process.exec~driver": {
                    "command": ["sh", "-c", "trap 'echo parked; exit 0' TERM; echo \\"hello from $ROLE\\"; SLEEPER & wait"],
                    "environment": ["ROLE=the driver"],
                    "ready.line": "hello"
                  }
                }
                """).awaitReady()) {
            assertThat(robot.cli("process", "restart", "driver").out()).startsWith("driver is active: runs as pid ");
            assertThat(log(robot)).contains("driver: hello from the driver");

            assertThat(robot.stop()).isZero();

            assertThat(sleepers()).isZero();
            assertThat(log(robot)).contains("driver: parked");
        }
    }

    // bad input: a program that is not there
    @Test
    void wrongSettingsAreOneLine() throws Exception {
        try (Robot robot = robot("{\"io.anole.process.exec~driver\": {\"command\": [\"bin/driver\"]}}")) {
            String line = "command: " + robot.home().resolve("bin/driver") + " is not there, or no file";
            robot.awaitLine(each -> each.equals("WARN  Processes: process 'driver' failed: " + line));
            Robot.Result start = robot.cli("process", "start", "driver");
            assertThat(start.code()).isNotZero();
            assertThat(start.err()).hasLineCount(1).contains("process 'driver' does not start: " + line);
            assertThat(robot.output()).noneMatch(each -> each.startsWith("\tat "));
        }
    }
}
