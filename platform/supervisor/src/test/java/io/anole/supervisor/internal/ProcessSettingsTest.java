package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessSettingsTest {
    private static ProcessSettings settings() {
        return new ProcessSettings(Set.of("io.anole.process.hello", "io.anole.process.exec")::contains, "io.anole.process.exec"::equals);
    }

    private static List<String> problems(Map<String, Object> properties) {
        return settings().problems("io.anole.process.hello", properties);
    }

    @Test
    void what_the_supervisor_would_refuse_is_told_in_its_own_words() {
        assertThat(problems(Map.of("process.frequency.hz", "fast"))).containsExactly("process.frequency.hz: 'fast' is not a number");
        assertThat(problems(Map.of("process.queue", 0))).containsExactly("process.queue: 0 is not within 1.0 and 1048576.0");
        assertThat(problems(Map.of("process.name", "No Name"))).singleElement().asString().startsWith("process.name: 'No Name' is no name");
        assertThat(problems(Map.of("process.mode", "aside"))).containsExactly(
                "process.mode: 'aside' is neither 'thread' nor 'forked'");
    }

    @Test
    void a_process_that_is_named_by_its_configuration_needs_a_legal_name_there() {
        assertThat(settings().problems("io.anole.process.exec~Upper", Map.of("command", "true"))).singleElement().asString()
                .startsWith("process.name: 'Upper' is no name of a process");
        assertThat(settings().problems("io.anole.process.exec~Upper", Map.of("process.name", "lower"))).isEmpty();
        assertThat(settings().problems("io.anole.process.exec~lidar", Map.of("command", "true"))).isEmpty();
        assertThat(settings().problems("io.anole.process.hello~Upper", Map.of("speed", 1))).isEmpty();
    }

    @Test
    void a_forked_process_has_the_same_settings_and_its_own() {
        assertThat(problems(Map.of("process.mode", "forked", "process.forked.heapMB", 256, "process.forked.options", "-Xint"))).isEmpty();
        assertThat(problems(Map.of("process.mode", "forked", "process.frequency.hz", 0))).containsExactly(
                "process.frequency.hz: 0 is not above 0 and at most 1000.0");
    }

    @Test
    void a_misspelt_key_is_told_with_those_there_are() {
        assertThat(problems(Map.of("process.frequncy.hz", 10, "process.queue", 10))).singleElement().asString()
                .startsWith("process.frequncy.hz is no key of a process; there are process.autostart, process.bus, ")
                .contains("process.forked.heapMB", "process.frequency.hz", "process.restart.onLifeError", "process.state.accepts");
    }

    @Test
    void what_is_right_or_none_of_its_concern_is_let_pass() {
        assertThat(problems(Map.of("speed", "fast"))).isEmpty();
        assertThat(problems(Map.of())).isEmpty();
        assertThat(problems(Map.of("process.frequency.hz", "12.5", "process.restart.policy", "permanent", "process.depends",
                new String[] {"lidar"}, "speed", "fast"))).isEmpty();
    }

    @Test
    void keys_of_processes_are_known_where_a_process_is_configured_and_nowhere_else() {
        assertThat(settings().knows("io.anole.process.hello", "process.mode")).isTrue();
        assertThat(settings().knows("io.anole.process.exec~lidar", "process.forked.heapMB")).isTrue();
        assertThat(settings().knows("io.anole.process.hello", "speed")).isFalse();
        assertThat(settings().knows("io.anole.supervisor", "process.mode")).isFalse();
    }
}
