package io.anole.console.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.console.tests.Door.Answer;
import io.anole.core.SafetyGate;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** The page "Processes", with the real supervisor behind it. */
class ProcessesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PAGE = "/anole-processes";

    private final BundleContext context = FrameworkUtil.getBundle(ProcessesIT.class).getBundleContext();
    private final Door door = new Door(context);
    @InjectService(timeout = 20_000)
    Supervisor supervisor;
    @InjectService(timeout = 20_000)
    SafetyGate gate;
    @InjectService
    ConfigurationAdmin configurations;
    private List<Configuration> made;

    @BeforeEach
    void open() throws IOException {
        Configuration bus = configurations.getFactoryConfiguration("io.anole.bus", "main", "?");
        bus.update(FrameworkUtil.asDictionary(Map.of("provider", "local")));
        made = List.of(process("pump"), process("valve", "pump"), bus);
        await().atMost(SOON).until(() -> supervisor.process("valve").filter(info -> info.state() == State.ACTIVE).isPresent()
                && state().contains("\"missing\":[]"));
    }

    private Configuration process(String name, String... depends) throws IOException {
        Configuration configuration = configurations.getFactoryConfiguration(Pump.PID, name, "?");
        configuration.update(FrameworkUtil.asDictionary(
                Map.of("process.name", name, "process.frequency.hz", 20.0, "process.depends", depends)));
        return configuration;
    }

    @AfterEach
    void close() throws Exception {
        supervisor.release();
        for (Configuration configuration : made) {
            configuration.delete();
        }
        await().atMost(SOON).until(() -> supervisor.processes().stream().noneMatch(info -> info.state() == State.ACTIVE));
    }

    private ProcessInfo info(String name) {
        return supervisor.process(name).orElseThrow();
    }

    private String state() throws IOException {
        return door.send("GET", PAGE + "/state.json", door.asAdmin()).body();
    }

    private Answer post(String action, String form) throws IOException {
        return door.send("POST", PAGE + "/" + action, door.asAdmin(), form);
    }

    @Test
    void itTellsWhatTheSupervisorTells() throws IOException {
        assertThat(state()).contains("\"emergency\":\"\"").containsPattern("\"name\":\"pump\",\"state\":\"active\",\"reason\":\"[^\"]*\","
                + "\"last_error\":\"\",\"bundle\":\"io.anole.console.tests [^\"]*\",\"frequency\":20.0,\"rate\":[0-9.]+,"
                + "\"cycles\":[0-9]+,\"missed\":[0-9]+,\"errors\":0,\"restarts\":0,\"mail\":0,\"dropped\":0,\"depends\":\\[]")
                .contains("\"depends\":[\"pump\"],\"jitter\":");
    }

    @Test
    void aProcessIsStoppedStartedAndRestarted() throws IOException {
        assertThat(post("stop", "name=pump")).extracting(Answer::status, Answer::body).containsExactly(200, "pump is inactive: stopped\n");
        assertThat(info("pump").state()).isEqualTo(State.INACTIVE);
        assertThat(info("valve").state()).isEqualTo(State.INACTIVE);
        assertThat(state()).contains("\"name\":\"pump\",\"state\":\"inactive\"");
        assertThat(post("start", "name=valve")).extracting(Answer::status, Answer::body).containsExactly(200, "valve is active\n");
        assertThat(info("pump").state()).isEqualTo(State.ACTIVE);
        long births = info("pump").births();
        assertThat(post("restart", "name=pump").status()).isEqualTo(200);
        assertThat(info("pump").births()).isEqualTo(births + 1);
    }

    @Test
    void whatIsRefusedIsToldInOneLine() throws Exception {
        assertThat(post("stop", "name=nobody")).extracting(Answer::status, Answer::body)
                .containsExactly(404, "there is no process 'nobody'\n");
        assertThat(post("explode", "name=pump").status()).isEqualTo(404);
        assertThat(post("move", "name=nobody&to=child").status()).isEqualTo(404);
        assertThat(post("move", "name=pump&to=moon").status()).isEqualTo(400);
        // no feature "children" here
        assertThat(post("move", "name=pump&to=child").status()).isEqualTo(409);
        assertThat(info("pump").state()).isEqualTo(State.ACTIVE);
        supervisor.emergencyStop("smoke").get(20, TimeUnit.SECONDS);
        assertThat(state()).contains("\"emergency\":\"smoke\"");
        assertThat(post("start", "name=pump")).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.body()).contains("smoke").hasLineCount(1).doesNotContain("Exception");
        });
        assertThat(post("release", "").status()).isEqualTo(200);
        assertThat(post("start", "name=pump").status()).isEqualTo(200);
        gate.reset(false).get(20, TimeUnit.SECONDS);
    }
}
