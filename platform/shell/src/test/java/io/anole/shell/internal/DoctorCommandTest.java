package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private static String why(Map<Drop, Long> dropped) {
        return DoctorCommand.why(new Counters(0, 0, 0, 0, 0, dropped));
    }

    @Test
    void eachReasonThatThereWasIsExplained() {
        assertThat(why(Map.of(Drop.STOPPED, 2L, Drop.OVERFLOW, 1L, Drop.EXPIRED, 0L)))
                .isEqualTo("overflow: a subscriber was too slow for its buffer; stopped: an emergency stop held");
        String all = why(Arrays.stream(Drop.values()).collect(Collectors.toMap(Function.identity(), reason -> 1L)));
        assertThat(all.split("; ")).hasSize(Drop.values().length).doesNotHaveDuplicates();
    }
}
