package io.anole.bus.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

    // G11: soon at first, then ever more seldom, up to the bound; never all at the same time
    @Test
    void itDoublesUpToTheBound() {
        int[] most = {50, 100, 200, 400, 800, 1000, 1000};
        for (int failures = 0; failures < most.length; failures++) {
            int n = failures;
            var waits = IntStream.range(0, 500).mapToObj(i -> BACKOFF.after(n)).collect(Collectors.toSet());
            Duration bound = Duration.ofMillis(most[n]);
            assertThat(waits).allMatch(wait -> wait.compareTo(bound) <= 0 && wait.compareTo(bound.multipliedBy(7).dividedBy(10)) >= 0)
                    .hasSizeGreaterThan(100);
        }
    }

    @Test
    void manyFailuresAreNotTooMany() {
        assertThat(BACKOFF.after(Integer.MAX_VALUE)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(1));
        Backoff slow = new Backoff(Duration.ofHours(1), Duration.ofDays(365));
        assertThat(slow.after(63)).isBetween(Duration.ofDays(255), Duration.ofDays(365));
    }

    @Test
    void itIsConfigured() {
        assertThat(of(Map.of())).isEqualTo(BACKOFF);
        assertThat(of(Map.of("reconnect.min.ms", "5000"))).isEqualTo(new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(5)));
        assertThat(of(Map.of("reconnect.min.ms", 10L, "reconnect.max.ms", 20L))).isEqualTo(
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(20)));
        assertThatThrownBy(() -> of(Map.of("reconnect.max.ms", 49))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus 'main': reconnect.max.ms: 49 is not within 50 and 3600000");
        assertThatThrownBy(() -> of(Map.of("reconnect.min.ms", 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Backoff of(Map<String, Object> properties) {
        return Backoff.of(new LinkConfig("main", "robot", properties), BACKOFF);
    }
}
