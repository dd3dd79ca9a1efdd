package io.anole.process.exec.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs under the watchdog. Each test's programs carry the name of its directory, by which they are found. */
class ProgramTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path home;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<Program> programs = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Program program : programs) {
            program.end();
            program.kill().get(10, TimeUnit.SECONDS);
        }
    }

    private Program start(Map<String, Object> more, String... command) throws Exception {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("command", command);
        Program program = Program.start(Settings.of(SettingsTest.config(properties), home, System.getenv("PATH")).launch("test"),
                output::add);
        programs.add(program);
        return program;
    }

    private Program shell(Map<String, Object> more, String script) throws Exception {
        return start(more, "sh", "-c", script);
    }

    /** A command that runs for a while and is known by this test's directory. */
    private String sleeper() throws Exception {
        Path link = home.resolve("sleeper");
        if (!Files.exists(link)) {
            Files.copy(Path.of("/bin/sleep"), link);
            assertThat(link.toFile().setExecutable(true)).isTrue();
        }
        return link + " 300";
    }

    private long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().command().map(command -> command.startsWith(home.toString())).orElse(false)).count();
    }

    private void awaitSleepers(int number) {
        await().atMost(SOON).until(this::sleepers, left -> left == number);
    }

    private static void over(Program program) throws Exception {
        program.over().get(10, TimeUnit.SECONDS);
    }

    @Test
    void it_runs_where_and_with_what_it_is_told_and_its_exit_code_is_known() throws Exception {
        Program program = start(Map.of("environment", new String[] {"LASER=front left"}), "sh", "-c",
                "echo \"$LASER in $PWD\" >&2; printf 'no newline %s' \"$1\"; cat; exit 3", "me", "two words");

        assertThat(program.exited().get(10, TimeUnit.SECONDS)).isEqualTo(3);
        over(program);
        assertThat(output).containsExactly("front left in " + home.toRealPath(), "no newline two words");
    }

    @Test
    void an_end_by_a_signal_is_told_as_such() throws Exception {
        Program program = shell(Map.of(), "kill -SEGV $$");

        int status = program.exited().get(10, TimeUnit.SECONDS);
        assertThat(Exits.text(status)).isEqualTo("exit code 139 (signal SEGV, segmentation fault)");
        assertThat(output).as("what the shell thinks of it").isEmpty();
    }

    @Test
    void it_is_asked_to_end_with_its_whole_group() throws Exception {
        Program program = shell(Map.of(), "trap 'echo bye; exit 0' TERM; " + sleeper() + " & " + sleeper() + " & wait");
        awaitSleepers(2);

        program.end();

        over(program);
        assertThat(sleepers()).isZero();
        assertThat(output).containsExactly("bye");
        assertThat(program.exited()).isCompletedWithValue(0);
    }

    @Test
    void what_takes_no_notice_is_killed_after_the_bound() throws Exception {
        Program program = shell(Map.of("process.stopSeconds", 2.0), "trap '' TERM; " + sleeper() + " & " + sleeper());
        awaitSleepers(2);
        long begin = System.nanoTime();

        program.end();

        over(program);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(950), Duration.ofSeconds(5));
        assertThat(sleepers()).isZero();
        assertThat(program.exited()).isCompletedWithValue(137);
    }

    // roslaunch gives each node a session of its own; a daemon forks twice
    @Test
    void grandchildren_that_leave_the_session_are_found() throws Exception {
        Program program = shell(Map.of(), "setsid " + sleeper() + " & (setsid sh -c '" + sleeper() + " &'); wait");
        awaitSleepers(2);

        program.end();

        over(program);
        assertThat(sleepers()).isZero();
    }

    @Test
    void grandchildren_with_an_empty_environment_are_found_by_their_session() throws Exception {
        Program program = shell(Map.of("process.stopSeconds", 1.0), "trap '' TERM; env -i " + sleeper() + " & exit 0");

        over(program);

        assertThat(program.exited()).isCompletedWithValue(0);
        assertThat(sleepers()).as("it has ended by itself, and left one behind").isZero();
    }

    @Test
    void it_can_be_killed_without_waiting() throws Exception {
        Program program = shell(Map.of(), "trap '' TERM; " + sleeper());
        awaitSleepers(1);
        program.end();

        program.kill().get(10, TimeUnit.SECONDS);

        over(program);
        assertThat(sleepers()).isZero();
    }

    @Test
    void nothing_is_left_if_its_watchdog_is_killed() throws Exception {
        Program program = shell(Map.of("process.stopSeconds", 1.0), "trap '' TERM; setsid " + sleeper() + " & " + sleeper());
        awaitSleepers(2);

        ProcessHandle.of(program.pid().get(10, TimeUnit.SECONDS)).orElseThrow().parent().orElseThrow().destroyForcibly();

        awaitSleepers(0);
        over(program);
        assertThat(program.exited()).isCompletedWithValue(Program.UNKNOWN);
        assertThat(output).isEmpty();
    }

    // ros2 launch; what a shell has in its background ignores SIGINT, and a Python program there for ever
    @Test
    void it_can_be_asked_by_an_interrupt() throws Exception {
        Program program = shell(Map.of("stop.signal", "INT"), "trap 'echo interrupted; exit 7' INT; " + sleeper() + " & wait");
        awaitSleepers(1);

        program.end();

        over(program);
        assertThat(program.exited()).isCompletedWithValue(7);
        assertThat(output).containsExactly("interrupted");
    }
}
