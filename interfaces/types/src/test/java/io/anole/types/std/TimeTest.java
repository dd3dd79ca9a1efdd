package io.anole.types.std;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Test;

class TimeTest {
    @Test
    void isTheInstantItWasMadeOf() {
        Instant instant = Instant.parse("2026-11-21T12:00:00.000000007Z");

        assertThat(Time.of(instant)).isEqualTo(new Time(1_795_262_400L, 7));
        assertThat(Time.of(instant).instant()).isEqualTo(instant);
        assertThat(Time.ofNanos(1_795_262_400_000_000_007L)).isEqualTo(Time.of(instant));
        assertThat(Time.parse("2026-11-21T12:00:00.000000007Z")).isEqualTo(Time.of(instant));
    }

    // PY-22
    @Test
    void nowIsTheWallClock() {
        Instant before = Instant.now();

        Instant now = Time.parse("now").instant();

        assertThat(now).isBetween(before, Instant.now());
    }

    @Test
    void refusesWhatIsNoTime() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Time(-1, 0)).withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Time(1L << 32, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Time(0, 1_000_000_000));
        assertThatThrownBy(() -> Time.parse("soon")).isInstanceOf(DateTimeParseException.class);
    }

    @Test
    void aSpanKeepsItsSign() {
        Duration before = Duration.ofMillis(-1500);

        assertThat(Span.of(before)).isEqualTo(new Span(-1, -500_000_000));
        assertThat(Span.of(before).duration()).isEqualTo(before);
        assertThat(Span.of(Duration.ofMillis(1500))).isEqualTo(new Span(1, 500_000_000));
    }
}
