package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Caller;
import io.anole.bus.Qos;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a call in the ways a future has (AS-01 to AS-05); the answer is given when somebody already waits. */
class CallWaitTest extends LocalBus {
    private final CompletableFuture<Integer> answer = new CompletableFuture<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private Caller<Integer, Integer> caller;
    private CompletableFuture<Integer> call;

    @BeforeEach
    void ask() throws Exception {
        bus.serve("/later", Integer.class, Integer.class, (body, request) -> {
            asked.countDown();
            return answer;
        });
        caller = bus.caller("/later", Integer.class, Integer.class);
        call = caller.call(1, Duration.ofSeconds(SECONDS));
        await(asked);
    }

    private Thread waiting(FutureTask<?> task) {
        Thread thread = new Thread(task, "waits");
        thread.setDaemon(true);
        thread.start();
        eventually().until(() -> thread.getState() == Thread.State.TIMED_WAITING
                || thread.getState() == Thread.State.WAITING);
        return thread;
    }

    @Test
    void allWhoWaitAreAnswered() throws Exception {
        FutureTask<Integer> first = new FutureTask<>(call::join);
        waiting(first);
        FutureTask<Integer> second = new FutureTask<>(call::get);
        waiting(second);

        answer.complete(7);

        assertThat(first.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(second.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(7);
    }

    @Test
    void whoWaitsNeedsNoOtherThread() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Hub single = new Hub(new HubConfig("single", "robot", "local", Duration.ofSeconds(SECONDS), Duration.ofSeconds(1), 16,
                64, 1, 1, false, 64), new RecordShapes());
        try {
            single.open(new LocalProvider(), "local", Map.of());
            ParticipantBus own = single.view("tester", null);
            own.serve("/there", Integer.class, Integer.class, Runnable::run, (body, request) -> answer);
            own.subscribe("/busy", Integer.class, Qos.DEFAULT, (body, message) -> {
                busy.countDown();
                await(go);
            });
            own.publisher("/busy", Integer.class).publish(1);
            await(busy);
            Caller<Integer, Integer> there = own.caller("/there", Integer.class, Integer.class);
            FutureTask<Integer> task = new FutureTask<>(() -> there.call(1).join());
            waiting(task);

            answer.complete(7);

            assertThat(task.get(SECONDS / 2, TimeUnit.SECONDS)).isEqualTo(7);
        } finally {
            go.countDown();
            single.close();
        }
    }

    @Test
    void whoGivesUpLeavesTheFutureToOthers() throws Exception {
        assertThatThrownBy(() -> call.get(10, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = waiting(new FutureTask<>(() -> {
            try {
                return call.get();
            } catch (InterruptedException e) {
                thrown.set(e);
                throw e;
            } finally {
                ended.countDown();
            }
        }));
        thread.interrupt();
        await(ended);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(call).isNotDone();

        answer.complete(7);

        assertThat(join(call.copy())).isEqualTo(7);
    }

    @Test
    void joinIsNotInterruptedButKeepsTheInterrupt() throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(() -> call.join() == 7 && Thread.currentThread().isInterrupted());
        waiting(task).interrupt();

        answer.complete(7);

        assertThat(task.get(SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWaitsSeesThatTheFutureWasCompletedByHand() throws Exception {
        FutureTask<Integer> task = new FutureTask<>(call::join);
        waiting(task);

        call.complete(8);

        assertThat(task.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(8);
    }

    @Test
    void whoWaitsHearsOfErrors() {
        FutureTask<Integer> task = new FutureTask<>(call::join);
        waiting(task);

        caller.close();

        assertThatThrownBy(() -> task.get(SECONDS, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(Closed.class);
    }
}
