package io.anole.core.internal.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.core.SafetyGate.Trip;
import io.anole.core.SafetyGate.Trip.What;
import java.time.Instant;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class TripsTest {
    /** A rule that trips all the time does not make anybody forget who pressed the emergency stop. */
    @Test
    void theLatestAreKeptAndStopsAmongThem() {
        Trips trips = new Trips();
        trips.stop(What.STOPPED, "", "admin", "smoke");
        for (int i = 1; i <= 1000; i++) {
            trips.rule(What.SILENCE, "main", "/cmd_vel", "drive", "number " + i, 1);
        }
        assertThat(trips.latest()).hasSize(1 + Trips.MOST).isSortedAccordingTo(Comparator.comparing(Trip::at, Comparator.<Instant>reverseOrder()));
        assertThat(trips.latest()).extracting(Trip::by).containsOnlyOnce("admin");
        assertThat(trips.latest()).extracting(Trip::why).contains("number 1000", "number 937", "smoke").doesNotContain("number 936");
    }
}
