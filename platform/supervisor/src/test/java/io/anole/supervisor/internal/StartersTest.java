package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StartersTest {
    private static final ProcessInfo BORN = new ProcessInfo("driver", State.ACTIVE, "", "", "", 30, 0, 0, 0, 1, 0, 0, 0, 0, 0,
            List.of(), List.of(), "", 0, 0, false, Optional.empty());

    private final Starters starters = new Starters("driver");
    /** What the workers are to do. */
    private final Queue<Runnable> work = new ArrayDeque<>();

    private void work() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    @Test
    void all_that_wait_are_told_of_the_birth_by_the_workers() {
        CompletableFuture<ProcessInfo> one = starters.add();
        CompletableFuture<ProcessInfo> other = starters.add();

        starters.succeed(BORN, work::add);

        assertThat(one).isNotDone();
        assertThat(other).isNotDone();
        work();
        assertThat(one).isCompletedWithValue(BORN);
        assertThat(other).isCompletedWithValue(BORN);
    }

    @Test
    void all_that_wait_are_told_by_the_workers_why_there_is_no_birth() {
        CompletableFuture<ProcessInfo> one = starters.add();

        starters.fail("its component is gone", work::add);

        assertThat(one).isNotDone();
        work();
        assertThat(one).isCompletedExceptionally();
        assertThat(one.handle((info, error) -> error).join()).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("process 'driver' does not start: its component is gone");
    }

    @Test
    void who_asks_again_waits_for_what_comes_of_that() {
        starters.add();
        starters.fail("it waits for bus 'main'", work::add);
        CompletableFuture<ProcessInfo> again = starters.add();

        work();
        assertThat(again).isNotDone();

        starters.succeed(BORN, work::add);
        assertThat(work).hasSize(1);
        work();
        assertThat(again).isCompletedWithValue(BORN);
    }
}
