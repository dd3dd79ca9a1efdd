package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often a process is restarted by its policy, and when. */
class RestartsTest {
    private static final long SHORT = Duration.ofSeconds(1).toNanos();
    private static final long LONG = Duration.ofSeconds(11).toNanos();

    private final Restarts restarts = new Restarts();

    private static Spec spec(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("process.name", "driver"));
        properties.putAll(more);
        return Spec.of(properties::get, 30);
    }

    @Test
    void without_a_delay_they_come_at_once_and_no_more_than_the_intensity() {
        Spec spec = spec(Map.of());
        for (int i = 0; i < 3; i++) {
            assertThat(restarts.another(spec, SHORT)).isZero();
            assertThat(restarts.waiting()).isFalse();
        }
        assertThat(restarts.another(spec, SHORT)).isNull();
        assertThat(restarts.count()).isEqualTo(3);
    }

    @Test
    void the_delay_doubles_up_to_the_longest_and_begins_anew_after_a_life_of_a_period() {
        Spec spec = spec(Map.of("process.restart.delaySeconds", 2, "process.restart.maxDelaySeconds", 5,
                "process.restart.intensity", 100));
        assertThat(restarts.another(spec, SHORT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(restarts.waiting()).isTrue();
        assertThat(restarts.another(spec, SHORT)).isEqualTo(Duration.ofSeconds(4));
        assertThat(restarts.another(spec, SHORT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(restarts.another(spec, SHORT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(restarts.another(spec, LONG)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void a_start_by_command_waits_for_nothing_and_forgets_what_was() {
        Spec spec = spec(Map.of("process.restart.delaySeconds", 100, "process.restart.maxDelaySeconds", 1000,
                "process.restart.intensity", 1));
        restarts.another(spec, SHORT);
        assertThat(restarts.another(spec, SHORT)).isNull();

        restarts.forget();

        assertThat(restarts.waiting()).isFalse();
        assertThat(restarts.another(spec, SHORT)).isEqualTo(Duration.ofSeconds(100));
    }
}
