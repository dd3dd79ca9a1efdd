package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the event loop looks around before it sleeps. */
class LookoutTest {
    private final AtomicInteger looks = new AtomicInteger();
    private final Lookout lookout = new Lookout(() -> false);
    private int there;

    @BeforeEach
    void moreThanOneProcessor() {
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    }

    private int turn() throws Exception {
        looks.set(0);
        return lookout.calculateStrategy(() -> {
            looks.incrementAndGet();
            return there;
        }, false);
    }

    @Test
    void itSleepsWhenNothingIsExpected() throws Exception {
        assertThat(turn()).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).hasValue(0);
    }

    @Test
    void itLooksOnceForEachAnswerAsLongAsThatHelps() throws Exception {
        there = 1;
        lookout.expect();
        assertThat(turn()).isEqualTo(1);
        assertThat(turn()).isEqualTo(SelectStrategy.SELECT);

        there = 0;
        for (int rest : new int[] {1, 3, 7}) {
            lookout.expect();
            assertThat(turn()).isEqualTo(SelectStrategy.SELECT);
            assertThat(looks.get()).isPositive();
            for (int i = 0; i < rest; i++) {
                lookout.expect();
                turn();
                assertThat(looks).hasValue(0);
            }
        }
    }

    @Test
    void whatOthersLeaveItToDoComesFirst() throws Exception {
        Lookout busy = new Lookout(() -> true);
        busy.expect();
        assertThat(busy.calculateStrategy(() -> 0, false)).isZero();
    }
}
