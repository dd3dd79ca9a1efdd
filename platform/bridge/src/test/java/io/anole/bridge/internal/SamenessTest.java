package io.anole.bridge.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamenessTest {
    @Test
    void oneValueIsKeptInDifferentWays() {
        assertThat(Sameness.of(Map.of("a", 1L, "b", List.of(1, 2)), Map.of("b", new long[] {1, 2}, "a", 1.0))).isTrue();
        assertThat(Sameness.of(new byte[] {1, 2, 3}, "AQID")).isTrue();
        assertThat(Sameness.of("AQID", new byte[] {1, 2, 3})).isTrue();
        assertThat(Sameness.of(Double.NaN, "NaN")).isTrue();
        assertThat(Sameness.of(Arrays.asList(1, null), new Object[] {1L, null})).isTrue();
    }

    @Test
    void othersDiffer() {
        assertThat(Sameness.of(null, false)).isFalse();
        assertThat(Sameness.of(0, false)).isFalse();
        assertThat(Sameness.of("", null)).isFalse();
        assertThat(Sameness.of(1, "1")).isFalse();
        assertThat(Sameness.of(Long.MAX_VALUE, Long.MAX_VALUE - 1)).isFalse();
        assertThat(Sameness.of(0.5, 0)).isFalse();
        assertThat(Sameness.of(Map.of("a", 1), Map.of("b", 1))).isFalse();
        assertThat(Sameness.of(List.of(1, 2), List.of(1))).isFalse();
        assertThat(Sameness.of(new byte[] {1}, new byte[] {2})).isFalse();
    }
}
