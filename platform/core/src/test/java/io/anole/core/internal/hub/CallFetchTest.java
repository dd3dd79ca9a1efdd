package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.Fetchable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link's answer that is fetched by the thread that waits for it (G6). */
class CallFetchTest extends LocalBus {
    private static final Message ANSWER = new Message(Name.of("/near"), "", Map.of(), 7, "", 0, 0, Message.NEVER);

    private final Near near = new Near();
    private Runnable brings = () -> { };
    private Call<Message, Integer> call;

    /** What a link has returned. */
    private final class Near extends CompletableFuture<Message> implements Fetchable {
        private final AtomicInteger fetches = new AtomicInteger();
        private final AtomicLong limit = new AtomicLong();

        @Override
        public void fetch(long most) {
            fetches.incrementAndGet();
            limit.set(most);
            brings.run();
        }
    }

    private final class Asker implements Call.Asker<Message, Integer> {
        @Override
        public Integer convert(Message answer) {
            return (Integer) answer.body();
        }

        @Override
        public BusException timedOut() {
            return new Timeout("too late");
        }

        @Override
        public BusException over() {
            return null;
        }

        @Override
        public Dispatcher dispatcher() {
            return hub.dispatcher();
        }

        @Override
        public void count(Throwable failure) {
            // not looked at
        }
    }

    @BeforeEach
    void ask() {
        call = new Call<>(new Asker(), System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS));
        call.from((CompletionStage<Message>) near);
        near.whenComplete(call);
    }

    @Test
    void whoWaitsIsToldOnItsOwnThread() throws Exception {
        brings = () -> near.complete(ANSWER);
        CompletableFuture<Thread> teller = call.thenApply(answer -> Thread.currentThread());
        assertThat(near.fetches).hasValue(0);
        assertThat(call.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(teller).isCompletedWithValue(Thread.currentThread());
        assertThat(near.limit.get()).isBetween(1L, TimeUnit.SECONDS.toNanos(SECONDS));
    }

    @Test
    void whatCanNotBeFetchedIsWaitedFor() throws Exception {
        FutureTask<Integer> first = new FutureTask<>(call::join);
        FutureTask<Integer> second = new FutureTask<>(call::get);
        for (FutureTask<Integer> task : List.of(first, second)) {
            Thread thread = new Thread(task, "waits");
            thread.setDaemon(true);
            thread.start();
            eventually().until(() -> thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING);
        }
        assertThat(near.fetches).hasValue(1);
        near.complete(ANSWER);
        assertThat(first.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(second.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(7);
    }

    /** Who has given up waiting may wait again, and is told what is decided meanwhile. */
    @Test
    void waitingEndsInTimeByInterruptsAndByTimeOuts() throws Exception {
        assertThatThrownBy(() -> call.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> call.get()).isInstanceOf(InterruptedException.class);
        brings = () -> call.fail(new Timeout("too late"));
        assertThatThrownBy(() -> call.get(SECONDS, TimeUnit.SECONDS)).hasCauseInstanceOf(Timeout.class);
        assertThat(near.fetches).hasValue(3);
    }
}
