package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Design section 5: what the manifest of a new version says, before the old one stops. */
class StateSchemasTest {
    /** As bnd writes it. */
    private static final String CAPABILITIES = "osgi.service;objectClass:List<String>=\"io.anole.process.HandOver,"
            + "io.anole.process.ManagedProcess\";uses:=\"io.anole.process\",io.anole.process.state;component=\"p.One\";"
            + "state.accepts:List<Long>=\"1,2\";state.version:Long=2,io.anole.process.state;component=\"p.Two\";"
            + "state.accepts:List<Long>=3;state.version:Long=3,io.anole.process;component=\"p.One\";io.anole.process=one,"
            + "io.anole.process;component=\"p.Two\";io.anole.process=two,io.anole.process;component=\"p.Three\";"
            + "io.anole.process=three";

    private static StateSchemas schemas(String capabilities) {
        return StateSchemas.of(Map.of("Provide-Capability", capabilities));
    }

    @Test
    void each_process_takes_what_its_component_accepts() {
        StateSchemas schemas = schemas(CAPABILITIES);
        assertThat(schemas.refusal("one", "p.Former", 1)).isEmpty();
        assertThat(schemas.refusal("one", "p.Former", 2)).isEmpty();
        assertThat(schemas.refusal("one", "p.Former", 3)).hasValueSatisfying(line -> assertThat(line)
                .startsWith("process 'one' has a state of version 3 to hand over, and the new version takes [1, 2] only"));
        assertThat(schemas.refusal("two", "p.Former", 3)).isEmpty();
        assertThat(schemas.refusal("two", "p.Former", 1)).isPresent();
    }

    @Test
    void a_process_with_a_name_by_configuration_is_known_by_its_component() {
        assertThat(schemas(CAPABILITIES).refusal("left-arm", "p.Two", 3)).isEmpty();
        assertThat(schemas(CAPABILITIES).refusal("left-arm", "p.Two", 1)).isPresent();
    }

    @Test
    void one_that_says_nothing_takes_version_1() {
        assertThat(schemas(CAPABILITIES).refusal("three", "p.Three", 1)).isEmpty();
        assertThat(schemas(CAPABILITIES).refusal("three", "p.Three", 2)).isPresent();
        assertThat(StateSchemas.of(Map.of()).refusal("any", "p.Any", 1)).isEmpty();
        assertThat(StateSchemas.of(Map.of()).refusal("any", "p.Any", 2)).isPresent();
    }

    @Test
    void what_no_annotation_has_made_is_refused_in_one_line() {
        assertThatIllegalArgumentException().isThrownBy(() -> schemas("io.anole.process.state;component=p.A;state.accepts=new"))
                .withMessage("Provide-Capability: state.accepts 'new' are not whole numbers; build the bundle with @StateSchema");
    }
}
