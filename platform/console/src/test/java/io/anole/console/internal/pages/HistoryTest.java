package io.anole.console.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.console.internal.pages.History.Kept;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private int reading;

    private void read(Kept kept, int times) {
        for (int i = 0; i < times; i++) {
            reading++;
            kept.read();
        }
    }

    private static List<Double> first(Kept kept, String name) {
        return kept.of(name).orElseThrow().get(0);
    }

    @Test
    void theLatestReadingsAreKeptWithWhatWasMissing() {
        Kept kept = new Kept(readings -> {
            if (reading < 400 || reading > 410) {
                readings.put("arm", reading, -reading);
            }
        }, closed -> { });
        read(kept, 2);
        assertThat(first(kept, "arm")).hasSize(300).endsWith(Double.NaN, 1.0, 2.0);
        assertThat(kept.of("leg")).isEmpty();
        read(kept, 448);
        List<Double> values = first(kept, "arm");
        assertThat(values).hasSize(300).startsWith(151.0, 152.0).endsWith(449.0, 450.0);
        assertThat(values.subList(248, 262)).containsExactly(399.0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
                Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 411.0, 412.0);
        assertThat(kept.of("arm").orElseThrow().get(1)).endsWith(-450.0);
    }

    @Test
    void whatIsGoneIsForgottenAfterItsLastReadingAndThereIsAnEndToWhatIsKept() {
        Kept kept = new Kept(readings -> {
            if (reading <= 10) {
                for (int i = 0; i < 2 * History.MOST; i++) {
                    readings.put("arm" + i, i, 0);
                }
            }
        }, closed -> { });
        read(kept, 309);
        assertThat(first(kept, "arm" + (History.MOST - 1))).startsWith(History.MOST - 1.0, Double.NaN).endsWith(Double.NaN);
        assertThat(kept.of("arm" + History.MOST)).isEmpty();
        read(kept, 1);
        assertThat(kept.of("arm0")).isEmpty();
    }
}
