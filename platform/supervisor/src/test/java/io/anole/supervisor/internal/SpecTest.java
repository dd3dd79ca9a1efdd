package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anole.process.Restart;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PC-01 to PC-06: what can be configured, and what is said of what can't. */
class SpecTest {
    private static Spec spec(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("process.name", "one"));
        properties.putAll(more);
        return Spec.of(properties::get, 30);
    }

    @Test
    void the_defaults_are_those_of_the_annotations() throws Exception {
        Spec spec = spec(Map.of());
        assertThat(spec.hz()).isEqualTo(30);
        assertThat(spec.depends()).isEmpty();
        assertThat(spec.autostart()).isEqualTo(
                io.anole.process.Supervision.class.getMethod("autostart").getDefaultValue());
        assertThat(spec.bus()).isEqualTo(io.anole.process.Supervision.class.getMethod("bus").getDefaultValue());
        assertThat(spec.queue()).isEqualTo(io.anole.process.Supervision.class.getMethod("queue").getDefaultValue());
        assertThat(spec.finishes()).isEqualTo(io.anole.process.Supervision.class.getMethod("finishes").getDefaultValue());
        assertThat(spec.stop().toMillis() / 1000.0).isEqualTo(
                io.anole.process.Supervision.class.getMethod("stopSeconds").getDefaultValue());
        assertThat(spec.policy()).isEqualTo(Restart.class.getMethod("policy").getDefaultValue());
        assertThat(spec.intensity()).isEqualTo(Restart.class.getMethod("intensity").getDefaultValue());
        assertThat(spec.period().toMillis() / 1000.0).isEqualTo(Restart.class.getMethod("periodSeconds").getDefaultValue());
        assertThat(spec.onLifeError()).isEqualTo(Restart.class.getMethod("onLifeError").getDefaultValue());
        assertThat(spec.stateVersion()).isEqualTo(1);
        assertThat(spec.stateAccepts()).containsExactly(1);
    }

    @Test
    void versions_of_a_state_are_numbers_in_whatever_DS_makes_of_them() {
        assertThat(spec(Map.of("process.state.version", 3)).stateAccepts()).containsExactly(3);
        assertThat(spec(Map.of("process.state.accepts", new Integer[] {1, 2})).stateAccepts()).containsExactly(1, 2);
        assertThat(spec(Map.of("process.state.accepts", new int[] {4})).stateAccepts()).containsExactly(4);
        assertThat(spec(Map.of("process.state.accepts", 5)).stateAccepts()).containsExactly(5);
        assertThatIllegalArgumentException().isThrownBy(() -> spec(Map.of("process.state.accepts", "new")))
                .withMessage("process.state.accepts: [new] are not all whole numbers");
    }

    @Test
    void numbers_and_lists_are_read_in_every_form_that_configurations_have() {
        Spec spec = spec(Map.of("process.frequency.hz", "0.2", "process.queue", 7L, "process.depends", List.of("b", "a", "b"),
                "process.stopSeconds", 3, "process.autostart", "FALSE", "process.restart.policy", "permanent"));
        assertThat(spec.hz()).isEqualTo(0.2);
        assertThat(spec.queue()).isEqualTo(7);
        assertThat(spec.depends()).containsExactly("b", "a");
        assertThat(spec.stop()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.autostart()).isFalse();
        assertThat(spec.policy()).isEqualTo(Restart.Policy.PERMANENT);
        assertThat(spec(Map.of("process.depends", "b")).depends()).containsExactly("b");
        assertThat(spec(Map.of("process.depends", new String[] {"b", ""})).depends()).containsExactly("b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            process.name               | Loud    | process.name: 'Loud' is no name of a process
            process.name               | a/b     | process.name: 'a/b' is no name of a process
            process.frequency.hz       | 0       | process.frequency.hz: 0 is not above 0 and at most 1000.0
            process.frequency.hz       | 1001    | process.frequency.hz: 1001 is not above 0 and at most 1000.0
            process.frequency.hz       | NaN     | process.frequency.hz: NaN is not above 0
            process.queue              | 0       | process.queue: 0 is not within 1.0 and 1048576.0
            process.queue              | big     | process.queue: 'big' is not a number
            process.stopSeconds        | -1      | process.stopSeconds: -1 is not within 0.1 and 3600.0
            process.autostart          | maybe   | process.autostart: 'maybe' is neither true nor false
            process.depends            | a b     | process.depends: 'a b' is no name of a process
            process.restart.policy     | forever | process.restart.policy: 'forever' is none of [PERMANENT, TRANSIENT, TEMPORARY]
            process.restart.onLifeError| explode | process.restart.onLifeError: 'explode' is none of [CONTINUE, FAIL]
            process.mode               | fork    | process.mode: 'fork' is neither 'thread' nor 'forked'
            process.mode               | forked  | process.mode: 'forked' needs the feature children
            """)
    void what_makes_no_sense_is_named(String key, String value, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> spec(Map.of(key, value))).withMessageStartingWith(message);
    }

    @Test
    void a_factory_configuration_names_its_process_unless_it_says_otherwise() {
        assertThat(Spec.of(Map.of("service.pid", "io.anole.process.exec~lidar")::get, 30).name()).isEqualTo("lidar");
        assertThat(spec(Map.of("service.pid", "io.anole.process.exec~lidar")).name()).isEqualTo("one");
        assertThatIllegalArgumentException().isThrownBy(() -> Spec.of(Map.of("service.pid", "probe~Big One")::get, 30))
                .withMessageStartingWith("process.name: 'Big One' is no name of a process");
        assertThatIllegalArgumentException().isThrownBy(() -> Spec.of(Map.of("service.pid", "probe")::get, 30))
                .withMessageStartingWith("process.name is missing");
    }

    @Test
    void a_component_without_a_name_is_told_how_to_get_one() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spec.of(key -> null, 30))
                .withMessage("process.name is missing: annotate the component with @ProcessName");
    }
}
