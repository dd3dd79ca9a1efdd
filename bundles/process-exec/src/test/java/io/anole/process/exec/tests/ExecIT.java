package io.anole.process.exec.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** Programs by configuration, run by the supervisor. */
class ExecIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    @TempDir
    Path home;
    private final List<Configuration> made = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        configurations.getFactoryConfiguration("io.anole.bus", "main", "?")
                .updateIfDifferent(new Hashtable<>(Map.of("provider", "local")));
    }

    @AfterEach
    void close() throws Exception {
        supervisor.release();
        for (Configuration configuration : made) {
            configuration.delete();
        }
        await().atMost(SOON).until(() -> supervisor.processes().isEmpty());
        assertThat(sleepers()).as("what a test has left behind").isZero();
    }

    private Configuration program(String name, Map<String, Object> more, String... command) throws Exception {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("command", command);
        properties.putIfAbsent("directory", home.toString());
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.process.exec", name, "?");
        configuration.update(new Hashtable<>(properties));
        made.add(configuration);
        return configuration;
    }

    private void script(String name, Map<String, Object> more, String script) throws Exception {
        program(name, more, "sh", "-c", script);
    }

    private ProcessInfo state(String name, State state) {
        await().atMost(SOON).until(() -> supervisor.process(name).map(ProcessInfo::state).orElse(null), state::equals);
        return supervisor.process(name).orElseThrow();
    }

    private ProcessInfo reason(String name, String reason) {
        await().atMost(SOON).until(() -> supervisor.process(name).map(ProcessInfo::reason).orElse(""),
                text -> text.contains(reason));
        return supervisor.process(name).orElseThrow();
    }

    private String sleeper() throws Exception {
        Path copy = home.resolve("sleeper");
        if (!Files.exists(copy)) {
            Files.copy(Path.of("/bin/sleep"), copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
        }
        return copy + " 300";
    }

    private long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().command().map(command -> command.startsWith(home.toString())).orElse(false)).count();
    }

    @Test
    void a_program_runs_until_it_is_stopped_with_all_it_has_started() throws Exception {
        script("driver", Map.of(), sleeper() + " & (setsid " + sleeper() + " &); " + sleeper());

        ProcessInfo info = state("driver", State.ACTIVE);
        assertThat(info.reason()).matches("runs as pid \\d+");
        await().atMost(SOON).until(() -> sleepers() == 3);
        long pid = Long.parseLong(info.reason().replaceAll("\\D", ""));
        assertThat(ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow()).endsWith("sh");

        assertThat(supervisor.stop("driver")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(sleepers()).isZero();
        assertThat(supervisor.restart("driver")).succeedsWithin(SOON).extracting(ProcessInfo::births).isEqualTo(2L);
        await().atMost(SOON).until(() -> sleepers() == 3);
    }

    // never a blocked activation
    @Test
    void it_starts_until_it_is_ready_and_nobody_waits_but_who_needs_it() throws Exception {
        script("lidar", Map.of("ready.line", "scanning at \\d+ Hz"), "while [ ! -e go ]; do sleep 0.02; done; "
                + "echo 'lidar: scanning at 40 Hz' >&2; " + sleeper());
        program("mapper", Map.of("process.depends", "lidar"), "sleep", "300");
        program("camera", Map.of(), "sleep", "300");

        state("camera", State.ACTIVE);
        ProcessInfo starting = reason("lidar", "waits for a line that matches 'scanning at \\d+ Hz'");
        assertThat(starting.state()).isEqualTo(State.ACTIVATING);
        assertThat(reason("mapper", "waits for process 'lidar', which starts as pid").state()).isEqualTo(State.INACTIVE);

        Files.createFile(home.resolve("go"));

        assertThat(state("lidar", State.ACTIVE).births()).isEqualTo(1);
        state("mapper", State.ACTIVE);
    }

    @Test
    void a_stop_does_not_wait_for_readiness() throws Exception {
        script("lidar", Map.of("ready.line", "never"), sleeper());
        reason("lidar", "waits for");

        ProcessInfo info = supervisor.stop("lidar").get(5, TimeUnit.SECONDS);

        assertThat(info.state()).isEqualTo(State.INACTIVE);
        assertThat(info.reason()).isEqualTo("stopped");
        assertThat(sleepers()).isZero();
    }

    @Test
    void one_that_does_not_become_ready_is_ended_and_says_what_was_missing() throws Exception {
        script("lidar", Map.of("ready.line", "^ready$", "ready.seconds", 0.5, "process.restart.policy", "TEMPORARY"),
                "echo almost ready; " + sleeper());

        ProcessInfo info = state("lidar", State.FINALIZED);

        assertThat(info.reason()).matches("not ready within 0\\.5 s: starts as pid \\d+: waits for a line that matches '\\^ready\\$'"
                + "; its last line: almost ready");
        assertThat(sleepers()).isZero();
        assertThat(supervisor.start("lidar")).failsWithin(SOON).withThrowableThat()
                .withMessageContaining("process 'lidar' does not start: not ready within 0.5 s");
    }

    @Test
    void a_port_shows_that_it_is_ready_unless_somebody_else_has_it() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
            program("core", Map.of("ready.tcp", Integer.toString(port), "process.restart.policy", "TEMPORARY"), "sleep", "300");
            assertThat(state("core", State.FINALIZED).reason())
                    .isEqualTo("it does not start: something else listens on 127.0.0.1:" + port + " already");
        }
        CompletableFuture<ProcessInfo> started = supervisor.start("core");
        reason("core", "waits for a connection to 127.0.0.1:" + port);
        assertThat(started).isNotDone();
        try (ServerSocket mine = new ServerSocket(port, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThat(started).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.ACTIVE);
        }
    }

    @Test
    void a_file_shows_that_it_is_ready_if_it_is_a_new_one() throws Exception {
        Path file = Files.writeString(home.resolve("driver.pid"), "left by the last run");
        program("driver", Map.of("ready.file", "driver.pid"), "sleep", "300");
        reason("driver", "waits for a new " + file);
        assertThat(state("driver", State.ACTIVATING).births()).isZero();

        Files.delete(file);
        Files.writeString(file, "4711");

        state("driver", State.ACTIVE);
    }

    // PC-05, restart policies by exit code
    @Test
    void an_exit_code_other_than_0_is_a_failure_and_the_budget_is_kept() throws Exception {
        script("driver", Map.of("process.restart.intensity", 2), "echo one more >> runs; echo 'no /dev/ttyUSB0' >&2; exit 3");

        ProcessInfo info = state("driver", State.FINALIZED);

        assertThat(info.reason()).isEqualTo("exit code 3; its last line: no /dev/ttyUSB0; not restarted again after 2 times "
                + "within 10.0 s");
        assertThat(info.restarts()).isEqualTo(2);
        assertThat(Files.readAllLines(home.resolve("runs"))).hasSize(3);
    }

    @Test
    void exit_code_0_is_an_end_that_only_a_permanent_program_comes_back_from() throws Exception {
        script("once", Map.of(), "echo done > once");
        script("again", Map.of("process.restart.policy", "PERMANENT", "process.restart.intensity", 1), "echo done >> again");

        assertThat(reason("once", "ended").state()).isEqualTo(State.INACTIVE);
        assertThat(reason("once", "ended").reason()).isEqualTo("ended: exit code 0");
        assertThat(state("again", State.FINALIZED).reason()).startsWith("ended: exit code 0; not restarted again after 1 times");
        assertThat(Files.readAllLines(home.resolve("again"))).hasSize(2);
    }

    @Test
    void one_that_is_killed_comes_back() throws Exception {
        script("driver", Map.of(), "setsid " + sleeper() + " & " + sleeper());
        long pid = Long.parseLong(state("driver", State.ACTIVE).reason().replaceAll("\\D", ""));
        await().atMost(SOON).until(() -> sleepers() == 2);

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        await().atMost(SOON).until(() -> supervisor.process("driver").orElseThrow().births() == 2);
        await().atMost(SOON).until(() -> sleepers() == 2);
        assertThat(state("driver", State.ACTIVE).restarts()).isEqualTo(1);
    }

    @Test
    void a_stubborn_one_is_killed_in_time_and_a_second_stop_does_not_wait_for_that() throws Exception {
        script("stubborn", Map.of("process.stopSeconds", 1.0), "trap '' TERM; setsid " + sleeper() + " & " + sleeper());
        state("stubborn", State.ACTIVE);
        await().atMost(SOON).until(() -> sleepers() == 2);
        assertThat(supervisor.stop("stubborn")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(sleepers()).isZero();

        script("patient", Map.of("process.stopSeconds", 60.0), "trap '' TERM; " + sleeper() + " & " + sleeper());
        state("patient", State.ACTIVE);
        await().atMost(SOON).until(() -> sleepers() == 2);
        CompletableFuture<ProcessInfo> first = supervisor.stop("patient");
        state("patient", State.DEACTIVATING);
        assertThat(supervisor.stop("patient")).succeedsWithin(SOON).extracting(ProcessInfo::state).isEqualTo(State.INACTIVE);
        assertThat(first).succeedsWithin(SOON);
        assertThat(sleepers()).isZero();
    }

    @Test
    void an_emergency_stop_ends_it_too() throws Exception {
        script("driver", Map.of(), sleeper());
        script("starting", Map.of("ready.line", "never"), sleeper());
        state("driver", State.ACTIVE);
        await().atMost(SOON).until(() -> sleepers() == 2);

        assertThat(supervisor.emergencyStop("test")).succeedsWithin(SOON);

        assertThat(sleepers()).isZero();
        assertThat(state("driver", State.INACTIVE).reason()).isEqualTo("emergency stop: test");
    }

    @Test
    void wrong_settings_are_told_in_one_line_and_not_tried_again_until_they_are_mended() throws Exception {
        Configuration configuration = program("driver", Map.of("process.restart.policy", "PERMANENT"), "robot-driver-9");

        ProcessInfo info = state("driver", State.FINALIZED);
        assertThat(info.reason()).startsWith("command: 'robot-driver-9' is not on the PATH ");
        assertThat(info.restarts()).isZero();

        configuration.update(new Hashtable<>(Map.of("command", new String[] {"sleep", "300"}, "directory", home.toString())));
        state("driver", State.ACTIVE);
    }

    @Test
    void a_new_configuration_is_a_new_program() throws Exception {
        Configuration configuration = program("driver", Map.of(), "sleep", "300");
        ProcessInfo before = state("driver", State.ACTIVE);

        configuration.update(new Hashtable<>(Map.of("command", new String[] {"sleep", "301"}, "directory", home.toString())));

        await().atMost(SOON).until(() -> supervisor.process("driver").map(ProcessInfo::births).orElse(0L) == 1
                && !supervisor.process("driver").orElseThrow().reason().equals(before.reason()));
        state("driver", State.ACTIVE);
        assertThat(ProcessHandle.of(Long.parseLong(before.reason().replaceAll("\\D", "")))).isEmpty();
    }
}
