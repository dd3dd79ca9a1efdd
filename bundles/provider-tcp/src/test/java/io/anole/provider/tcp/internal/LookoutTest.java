package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

/** The loop looks for a moment before it sleeps, as long as that helps. */
class LookoutTest {
    private long now = 42;
    private int ready;
    private int looks;
    private final Lookout lookout = new Lookout(() -> now);

    private int ask(boolean hasTasks) throws Exception {
        return lookout.calculateStrategy(() -> {
            looks++;
            return ready;
        }, hasTasks);
    }

    /** Nothing comes until it sleeps; how often it looked. */
    private int inVain() throws Exception {
        int before = looks;
        while (ask(false) != SelectStrategy.SELECT) {
            now += Lookout.MOMENT_NANOS / 4;
        }
        return looks - before;
    }

    @Test
    void looksForAMomentBeforeItSleeps() throws Exception {
        assertThat(ask(false)).isZero();
        now += Lookout.MOMENT_NANOS - 1;
        assertThat(ask(false)).isZero();
        now += 1;
        assertThat(ask(false)).isEqualTo(SelectStrategy.SELECT);
    }

    @Test
    void takesWhatCameMeanwhileAndThenHasAnotherMoment() throws Exception {
        ask(false);
        now += Lookout.MOMENT_NANOS - 1;
        ready = 2;
        assertThat(ask(false)).isEqualTo(2);
        ready = 0;
        assertThat(ask(false)).isZero();
        now += Lookout.MOMENT_NANOS - 1;
        assertThat(ask(false)).isZero();
    }

    @Test
    void doesNotSleepWhileThereAreTasks() throws Exception {
        now += 10 * Lookout.MOMENT_NANOS;
        for (int i = 0; i < 1_000; i++) {
            assertThat(ask(true)).isZero();
        }
    }

    @Test
    void looksTheMoreSeldomTheMoreOftenThatWasInVain() throws Exception {
        int tries = 0;
        for (int i = 0; i < 10_000; i++) {
            tries += inVain() > 0 ? 1 : 0;
        }
        assertThat(tries).isBetween(10_000 >> Lookout.MOST_VAIN, (10_000 >> Lookout.MOST_VAIN) + Lookout.MOST_VAIN + 1);
    }

    @Test
    void looksEachTimeAgainOnceItHelped() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            inVain();
        }
        while (ask(false) == SelectStrategy.SELECT) {
            now++;
        }
        ready = 1;
        assertThat(ask(false)).isEqualTo(1);
        ready = 0;
        assertThat(ask(false)).as("it looks and does not sleep").isZero();
    }

    @Test
    void tasksThatCameWhileItLookedAreHelpToo() throws Exception {
        inVain();
        while (ask(false) == SelectStrategy.SELECT) {
            now++;
        }
        ask(true);
        assertThat(ask(false)).as("it looks and does not sleep").isZero();
    }
}
