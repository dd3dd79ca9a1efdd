package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    /** Longer while messages come together, to a limit; soon short again once they come alone. */
    @Test
    void followsTheTraffic() {
        int shortest = pace.after(0);
        int before = shortest;
        for (int i = 0; i < 3; i++) {
            int now = pace.after(2);
            assertThat(now).isGreaterThan(before);
            before = now;
        }
        for (int i = 0; i < 10; i++) {
            before = pace.after(1000);
        }
        assertThat(before).isEqualTo(pace.after(1000)).isLessThan(10_000);
        for (int i = 0; i < 10; i++) {
            before = pace.after(1);
        }
        assertThat(before).isEqualTo(shortest);
    }
}
