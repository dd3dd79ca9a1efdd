package io.anole.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told of keys, as an annotation type has it. */
class DescribedKeysTest {
    @interface PigeonKeys {
        String url() default "pigeon://loft";

        String ring();

        int presence_ms() default 2000;

        boolean next__of$_$kin$$_$int() default false;
    }

    private static final DescribedKeys DESCRIBED = DescribedKeys.of(PigeonKeys.class);

    @Test
    void namesOfMethodsAreMappedToKeysAsOsgiDoes() {
        assertThat(DESCRIBED.names()).isEqualTo(Set.of("url", "ring", "presence.ms", "next_of-kin$.int"));
    }

    @Test
    void whatMustBeSetHasNoDefault() {
        assertThat(DESCRIBED.defaults()).isEqualTo(
                Map.of("url", "pigeon://loft", "presence.ms", 2000, "next_of-kin$.int", false));
    }
}
