package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Caller;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Kind;
import io.anole.core.ParticipantBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calling and serving. */
class CallTest extends LocalBus {
    private static final Duration LONG = Duration.ofSeconds(SECONDS);

    record Sum(int a, int b) {
    }

    record Pair(int a, int b) {
    }

    private Caller<Integer, Integer> caller(String service) {
        return bus.caller(service, Integer.class, Integer.class);
    }

    private Registration echo(String service) {
        return bus.serve(service, Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(body));
    }

    private static void failsWith(CompletableFuture<?> future, Class<? extends BusException> kind, String... texts) {
        assertThatThrownBy(() -> future.copy().orTimeout(SECONDS, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(kind)
                .satisfies(error -> assertThat(List.of(texts)).allSatisfy(text -> assertThat(error).hasMessageContaining(text)));
    }

    /** G6: the answer; null is one. */
    @Test
    void aCallIsAnswered() {
        bus.serve("/sum", Sum.class, Integer.class,
                (sum, request) -> CompletableFuture.completedFuture(sum == null ? null : sum.a() + sum.b()));
        assertThat(join(bus.caller("/sum", Sum.class, Integer.class).call(new Sum(1, 2)))).isEqualTo(3);
        assertThat(join(bus.caller("/sum", Pair.class, Integer.class).call(new Pair(3, 4)))).isEqualTo(7);
        assertThat(join(bus.caller("/sum", Sum.class, Integer.class).call(null))).isNull();
        assertThat(endpoint(Kind.SERVICE, "/sum").counters()).satisfies(counters -> {
            assertThat(counters.received()).isEqualTo(3);
            assertThat(counters.handled()).isEqualTo(3);
            assertThat(counters.sent()).isEqualTo(3);
        });
    }

    /** G6: NoProvider comes at once, not after the time-out. */
    @Test
    void nobodyThereIsToldAtOnce() {
        CompletableFuture<Integer> call = caller("/none").call(1, LONG);
        assertThat(call).isCompletedExceptionally();
        failsWith(call, NoProvider.class, "'/none'", "'main'");
    }

    /** G6: a time-out fails the call once; a late answer changes nothing. */
    @Test
    void aCallTimesOut() throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        bus.serve("/slow", Integer.class, Integer.class, (body, request) -> {
            asked.countDown();
            return answer;
        });
        AtomicInteger completions = new AtomicInteger();
        long start = System.nanoTime();
        CompletableFuture<Integer> call;
        int calls = 0;
        do { // on a halting machine one may be over before it is begun
            call = caller("/slow").call(1, Duration.ofMillis(50));
            calls++;
            call.whenComplete((result, error) -> completions.incrementAndGet());
            failsWith(call, Timeout.class, "'/slow'");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50L * calls));
        } while (asked.getCount() > 0);
        answer.complete(2);
        assertThat(join(caller("/slow").call(1, LONG))).isEqualTo(2);
        failsWith(call, Timeout.class);
        int all = calls;
        eventually().until(() -> completions.get() == all);
    }

    /** G6: who was told that there is no answer in time is not served afterwards; who comes after it is. */
    @Test
    void aCallerThatHasGivenUpIsNotServed() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Integer> begun = new CopyOnWriteArrayList<>();
        bus.serve("/busy", Integer.class, Integer.class, (body, request) -> {
            begun.add(body);
            entered.countDown();
            go.await();
            return CompletableFuture.completedFuture(body);
        });
        CompletableFuture<Integer> first = caller("/busy").call(1, LONG);
        await(entered);
        failsWith(caller("/busy").call(2, Duration.ofMillis(50)), Timeout.class, "'/busy'");
        CompletableFuture<Integer> third = caller("/busy").call(3, LONG);
        go.countDown();
        assertThat(join(first)).isEqualTo(1);
        assertThat(join(third)).isEqualTo(3);
        assertThat(begun).containsExactly(1, 3);
    }

    /** The default time-out is the bus's. */
    @Test
    void theDefaultTimeoutIsConfigured() {
        bus.serve("/never", Integer.class, Integer.class, (body, request) -> new CompletableFuture<>());
        long start = System.nanoTime();
        failsWith(caller("/never").call(1), Timeout.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThatThrownBy(() -> caller("/never").call(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> caller("/never").call(1, Duration.ofHours(2))).isInstanceOf(IllegalArgumentException.class);
    }

    /** G6, B-PS-5: an error of the handler, thrown or given later, reaches the caller as what it was. */
    @Test
    void theHandlersErrorReachesTheCaller() {
        bus.serve("/bad", Integer.class, Integer.class, (body, request) -> switch (body) {
            case 0 -> throw new IllegalStateException("thrown");
            case 1 -> CompletableFuture.failedFuture(new java.io.IOException("given"));
            case 2 -> null;
            default -> CompletableFuture.supplyAsync(() -> {
                throw new UnsupportedOperationException("later");
            });
        });
        Caller<Integer, Integer> caller = caller("/bad");
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Integer> call = caller.call(i, LONG);
            String type = List.of("java.lang.IllegalStateException", "java.io.IOException", "java.lang.IllegalStateException",
                    "java.lang.UnsupportedOperationException").get(i);
            String message = List.of("thrown", "given", "null", "later").get(i);
            failsWith(call, RemoteError.class, message);
            call.handle((result, error) -> assertThat((RemoteError) error).satisfies(remote -> {
                assertThat(remote.type()).isEqualTo(type);
                assertThat(remote.trace()).contains(type);
            })).join();
        }
        assertThat(endpoint(Kind.SERVICE, "/bad").counters().failed()).isEqualTo(4);
        assertThat(endpoint(Kind.CALLER, "/bad").counters().failed()).isEqualTo(4);
    }

    /** A request or an answer of the wrong shape fails that call, in words. */
    @Test
    void theWrongShapeFailsTheCall() {
        bus.serve("/sum", Sum.class, Sum.class, (sum, request) -> CompletableFuture.completedFuture(sum));
        failsWith(bus.caller("/sum", String.class, Sum.class).call("text", LONG), RemoteError.class);
        failsWith(bus.caller("/sum", Sum.class, Integer.class).call(new Sum(1, 2), LONG), BadShape.class);
    }

    /** G6: a full service refuses at once and goes on with what it has. */
    @Test
    void aFullServiceRefuses() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bus.serve("/busy", Integer.class, Integer.class, (body, request) -> {
            entered.countDown();
            go.await();
            return CompletableFuture.completedFuture(body);
        });
        Caller<Integer, Integer> caller = caller("/busy");
        List<CompletableFuture<Integer>> calls = new ArrayList<>(List.of(caller.call(0, LONG)));
        await(entered);
        for (int i = 1; i <= 64; i++) {
            calls.add(caller.call(i, LONG));
        }
        failsWith(caller.call(65, LONG), Rejected.class, "64 requests");
        go.countDown();
        for (int i = 0; i <= 64; i++) {
            assertThat(join(calls.get(i))).isEqualTo(i);
        }
    }

    /** G7: one server per name; the name is free as soon as it closes. */
    @Test
    void aNameIsServedByOne() {
        Registration first = echo("/one");
        join(first.ready());
        Registration second = echo("/one");
        assertThatThrownBy(() -> join(second.ready())).hasCauseInstanceOf(Conflict.class).hasMessageContaining("'/one'");
        second.close();
        assertThat(join(caller("/one").call(1))).isEqualTo(1);
        first.close();
        failsWith(caller("/one").call(1), NoProvider.class);
        join(echo("/one").ready());
    }

    /** A service that closes tells those who still wait. */
    @Test
    void requestsThatWaitAreToldWhenTheServiceCloses() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Registration service = bus.serve("/busy", Integer.class, Integer.class, (body, request) -> {
            entered.countDown();
            go.await();
            return CompletableFuture.completedFuture(body);
        });
        CompletableFuture<Integer> first = caller("/busy").call(1, LONG);
        await(entered);
        CompletableFuture<Integer> second = caller("/busy").call(2, LONG);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(service::close);
        eventually().until(() -> caller("/busy").call(3, LONG).isCompletedExceptionally());
        go.countDown();
        join(closing);
        assertThat(join(first)).isEqualTo(1);
        failsWith(second, NoProvider.class, "closed before it answered");
    }

    /** G6, AS-04: what is under way when a caller, its view or the bus closes fails with Closed, once. */
    @Test
    void callsUnderWayEndWithTheirOwner() {
        bus.serve("/never", Integer.class, Integer.class, (body, request) -> new CompletableFuture<>());
        Caller<Integer, Integer> caller = caller("/never");
        ParticipantBus process = hub.view("process", null);
        List<CompletableFuture<Integer>> calls = List.of(caller.call(1, LONG),
                process.caller("/never", Integer.class, Integer.class).call(2, LONG), caller("/never").call(3, LONG));
        AtomicInteger completions = new AtomicInteger();
        calls.forEach(call -> call.whenComplete((result, error) -> completions.incrementAndGet()));
        caller.close();
        failsWith(calls.get(0), Closed.class);
        failsWith(caller.call(1, LONG), Closed.class);
        process.close();
        failsWith(calls.get(1), Closed.class);
        assertThat(calls.get(2)).isNotDone();
        hub.close();
        failsWith(calls.get(2), Closed.class);
        eventually().until(() -> completions.get() == 3);
    }

    /** AS-01: two calls of 300 ms overlap. */
    @Test
    void callsOverlap() {
        Executor later = CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);
        bus.serve("/wait", Integer.class, Integer.class, (body, request) -> CompletableFuture.supplyAsync(() -> body, later));
        long start = System.nanoTime();
        CompletableFuture<Integer> one = caller("/wait").call(1, LONG);
        CompletableFuture<Integer> two = caller("/wait").call(2, LONG);
        assertThat(join(one) + join(two)).isEqualTo(3);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(590));
    }

    /** AS-02, AS-03: waiting gives the order of waiting; callbacks the order of completion, failures among them. */
    @Test
    void bothWaysOfWaitingWork() {
        CompletableFuture<Integer> slow = new CompletableFuture<>();
        bus.serve("/wait", Integer.class, Integer.class,
                (body, request) -> body == 1 ? slow : CompletableFuture.failedFuture(new IllegalStateException("fast")));
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Integer> one = caller("/wait").call(1, LONG);
        CompletableFuture<Integer> two = caller("/wait").call(2, LONG);
        CompletableFuture<?> heardOne = one.whenComplete((result, error) -> order.add("one " + result));
        CompletableFuture<?> heardTwo = two.handle((result, error) -> order.add("two " + error.getMessage()));
        join(heardTwo);
        slow.complete(1);
        join(heardOne);
        assertThat(order).containsExactly("two fast", "one 1");
    }

    /** G4: futures complete where blocking is allowed: neither on the service's thread nor in the way of other answers. */
    @Test
    void aCallbackMayBlockOnTheNextCall() {
        ExecutorService lane = Executors.newSingleThreadExecutor(task -> new Thread(task, "service-lane"));
        try (ParticipantBus process = hub.view("process", lane)) {
            process.serve("/echo", Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(body));
            Caller<Integer, Integer> caller = caller("/echo");
            List<CompletableFuture<String>> chains = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                chains.add(caller.call(i, LONG).thenApply(first -> {
                    int second = caller.call(first + 1, LONG).join();
                    return Thread.currentThread().getName() + " " + second;
                }));
            }
            for (int i = 0; i < 20; i++) {
                // A call that was answered before its callback was attached calls back on this thread.
                assertThat(join(chains.get(i))).doesNotStartWith("service-lane").endsWith(" " + (i + 1));
            }
        } finally {
            lane.shutdown();
        }
    }
}
