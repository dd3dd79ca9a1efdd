package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Registration;
import io.anole.bus.provider.Capabilities.Ability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Services: G6, G7. */
abstract class CallContract extends Contract {
    /** Longer than any test: whoever waits for it has hung. */
    private static final Duration FOREVER = Duration.ofMinutes(30);

    CallContract(ProviderContract subject) {
        super(subject);
    }

    @BeforeEach
    void needsRequests() {
        if (refused(Ability.REQUEST, () -> here.caller(name("a"), Integer.class, Integer.class).call(1))) {
            throw new TestAbortedException("REQUEST is refused, as stated");
        }
    }

    private Registration serveDouble(Bus bus, String child) {
        return bus.serve(name(child), Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedStage(2 * body));
    }

    private Caller<Integer, Integer> caller(Bus bus, String child) {
        return bus.caller(name(child), Integer.class, Integer.class);
    }

    /** G6. */
    @Test
    void each_call_gets_its_own_answer() {
        ready(serveDouble(here, "double"));
        Caller<Integer, Integer> caller = caller(there, "double");
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(caller.call(i, FOREVER));
        }

        for (int i = 0; i < answers.size(); i++) {
            assertThat(done(answers.get(i))).isEqualTo(2 * i);
        }
    }

    /** G6: answers come in the order in which they are ready (AS-01, AS-03). */
    @Test
    void an_answer_given_later_holds_up_nobody() {
        Map<Integer, CompletableFuture<Integer>> open = new ConcurrentHashMap<>();
        ready(here.serve(name("a"), Integer.class, Integer.class,
                (body, request) -> open.computeIfAbsent(body, k -> new CompletableFuture<>())));
        Caller<Integer, Integer> caller = caller(there, "a");
        CompletableFuture<Integer> first = caller.call(1, FOREVER);
        CompletableFuture<Integer> second = caller.call(2, FOREVER);
        patiently().until(() -> open.size() == 2);

        open.get(2).complete(20);
        assertThat(done(second)).isEqualTo(20);
        assertThat(first).isNotDone();
        open.get(1).complete(10);
        assertThat(done(first)).isEqualTo(10);
    }

    /** G6, PY-14, B-PS-5: what a handler throws reaches the caller, by name, and the service goes on. */
    @Test
    void what_a_service_throws_reaches_the_caller() {
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            if (body == 1) {
                throw new IllegalStateException("the gripper is stuck");
            }
            return body == 2 ? CompletableFuture.failedStage(new IOException("no contact"))
                    : CompletableFuture.completedStage(body);
        }));
        Caller<Integer, Integer> caller = caller(there, "a");

        assertThat(failure(caller.call(1))).isInstanceOfSatisfying(BusException.RemoteError.class, error -> {
            assertThat(error.type()).isEqualTo("java.lang.IllegalStateException");
            assertThat(error.getMessage()).contains("the gripper is stuck");
            assertThat(error.trace()).contains("IllegalStateException");
        });
        assertThat(failure(caller.call(2))).isInstanceOfSatisfying(BusException.RemoteError.class, error -> {
            assertThat(error.type()).isEqualTo("java.io.IOException");
            assertThat(error.getMessage()).contains("no contact");
        });
        assertThat(done(caller.call(3))).isEqualTo(3);
    }

    /** G6: fast, not after the time-out. */
    @Test
    void nobody_there_is_told_at_once() {
        assertThat(failure(caller(there, "nobody").call(1, FOREVER))).isInstanceOf(BusException.NoProvider.class)
                .hasMessageContaining(name("nobody"));
    }

    /** G6: and a late reply is no answer to the next call. */
    @Test
    void silence_is_a_timeout_and_a_late_reply_is_dropped() {
        Map<Integer, CompletableFuture<Integer>> open = new ConcurrentHashMap<>();
        ready(here.serve(name("a"), Integer.class, Integer.class,
                (body, request) -> open.computeIfAbsent(body, k -> new CompletableFuture<>())));
        Caller<Integer, Integer> caller = caller(there, "a");

        patiently().until(() -> {
            assertThat(failure(caller.call(1, Duration.ofMillis(200)))).isInstanceOf(BusException.Timeout.class);
            return open.containsKey(1);
        });
        CompletableFuture<Integer> next = caller.call(2, FOREVER);
        patiently().until(() -> open.containsKey(2));
        open.get(1).complete(-1);
        open.get(2).complete(20);
        assertThat(done(next)).isEqualTo(20);
    }

    /** G6: who was told that there is no answer is not served behind its back; the link says with the request until when it is waited for. */
    @Test
    void what_nobody_waits_for_any_more_is_not_begun() throws InterruptedException {
        CountDownLatch gate = gate();
        CountDownLatch entered = new CountDownLatch(1);
        Set<Integer> begun = ConcurrentHashMap.newKeySet();
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            begun.add(body);
            entered.countDown();
            gate.await();
            return CompletableFuture.completedStage(body);
        }));
        Caller<Integer, Integer> caller = caller(there, "a");
        CompletableFuture<Integer> first = caller.call(1, FOREVER);
        assertThat(entered.await(patience.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(failure(caller.call(2, Duration.ofMillis(200)))).isInstanceOf(BusException.Timeout.class);
        long over = System.nanoTime() + Duration.ofMillis(200).toNanos();
        CompletableFuture<Integer> third = caller.call(3, FOREVER);
        patiently().until(() -> System.nanoTime() - over > 0);
        gate.countDown();

        assertThat(done(first)).isEqualTo(1);
        assertThat(done(third)).isEqualTo(3);
        done(caller.call(4, FOREVER));
        assertThat(begun).containsExactlyInAnyOrder(1, 3, 4);
    }

    /** G6: a time-out that races with the answer gives one or the other, never nothing. */
    @Test
    void a_call_always_completes() {
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> CompletableFuture.supplyAsync(
                () -> body, CompletableFuture.delayedExecutor(body % 10, TimeUnit.MILLISECONDS))));
        Caller<Integer, Integer> caller = caller(there, "a");
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        AtomicInteger completions = new AtomicInteger();
        for (int i = 0; i < 300; i++) {
            CompletableFuture<Integer> call = caller.call(i, Duration.ofMillis(5));
            call.whenComplete((value, failure) -> completions.incrementAndGet());
            calls.add(call);
        }

        for (int i = 0; i < calls.size(); i++) {
            try {
                assertThat(done(calls.get(i))).isEqualTo(i);
            } catch (BusException.Timeout late) {
                assertThat(late).hasMessageContaining(name("a"));
            }
        }
        patiently().until(() -> completions.get() == 300);
    }

    /** G6: what is beyond the service's buffer is rejected, the rest is answered. */
    @Test
    void a_service_that_is_full_rejects() {
        CountDownLatch gate = gate();
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            gate.await();
            return CompletableFuture.completedStage(body);
        }));
        Caller<Integer, Integer> caller = caller(there, "a");
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            calls.add(caller.call(i, FOREVER));
        }
        patiently().until(() -> calls.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        gate.countDown();

        int answered = 0;
        for (int i = 0; i < calls.size(); i++) {
            try {
                assertThat(done(calls.get(i))).isEqualTo(i);
                answered++;
            } catch (BusException.Rejected full) {
                assertThat(full).hasMessageContaining(name("a"));
            }
        }
        assertThat(answered).isBetween(1, 1499);
    }

    /** G6: a slow service blocks neither another one nor its caller (PY-15, B-PY-10). */
    @Test
    void a_slow_service_delays_only_itself() {
        CountDownLatch gate = gate();
        ready(here.serve(name("slow"), Integer.class, Integer.class, (body, request) -> {
            gate.await();
            return CompletableFuture.completedStage(body);
        }));
        ready(serveDouble(here, "double"));
        CompletableFuture<Integer> slow = caller(there, "slow").call(1, FOREVER);
        Caller<Integer, Integer> caller = caller(there, "double");
        for (int i = 0; i < 50; i++) {
            assertThat(done(caller.call(i))).isEqualTo(2 * i);
        }

        assertThat(slow).isNotDone();
        gate.countDown();
        assertThat(done(slow)).isEqualTo(1);
    }

    /** G6: completes where blocking is allowed. */
    @Test
    void what_follows_an_answer_may_block() {
        CountDownLatch gate = gate();
        ready(here.serve(name("double"), Integer.class, Integer.class, (body, request) -> {
            gate.await();
            return CompletableFuture.completedStage(2 * body);
        }));
        Caller<Integer, Integer> caller = caller(there, "double");

        CompletableFuture<Integer> chain = caller.call(1, FOREVER).thenApply(two -> caller.call(two).join());
        gate.countDown();
        assertThat(done(chain)).isEqualTo(4);
    }

    /** G6, AS-04. */
    @Test
    void closing_the_caller_ends_its_calls() {
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> new CompletableFuture<>()));
        Caller<Integer, Integer> caller = caller(there, "a");
        CompletableFuture<Integer> call = caller.call(1, FOREVER);
        caller.close();
        caller.close();

        assertThat(failure(call)).isInstanceOf(BusException.Closed.class);
        assertThat(failure(caller.call(2, FOREVER))).isInstanceOf(BusException.Closed.class);
    }

    /** G6, AS-04: also when its bundle stops. */
    @Test
    void stopping_the_participant_ends_its_calls() {
        ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> new CompletableFuture<>()));
        var participant = closing(busThere.participant());
        CompletableFuture<Integer> call = caller(participant.bus(), "a").call(1, FOREVER);
        participant.close();

        assertThat(failure(call)).isInstanceOf(BusException.Closed.class);
    }

    /** G6, PY-17: who waits for a service that ends is told. */
    @Test
    void closing_the_service_ends_the_calls_that_wait_for_it() {
        CountDownLatch asked = new CountDownLatch(1);
        Registration service = ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            asked.countDown();
            return new CompletableFuture<>();
        }));
        CompletableFuture<Integer> call = caller(there, "a").call(1, FOREVER);
        patiently().until(() -> asked.getCount() == 0);
        service.close();

        assertThat(failure(call)).isInstanceOf(BusException.class);
        assertThat(failure(caller(there, "a").call(2, FOREVER))).isInstanceOf(BusException.NoProvider.class);
    }

    /** G7. */
    @Test
    void a_second_service_of_the_same_name_is_a_conflict() {
        if (!subject.capabilities().can(Ability.EXCLUSIVE_SERVE)) {
            subject.notAsked("EXCLUSIVE_SERVE: refused, as stated");
            throw new TestAbortedException("EXCLUSIVE_SERVE is refused, as stated");
        }
        ready(here.serve(name("a"), Integer.class, String.class,
                (body, request) -> CompletableFuture.completedStage("first")));
        for (Bus bus : List.of(here, closing(busHere.participant()).bus(), there)) {
            Registration second = bus.serve(name("a"), Integer.class, String.class,
                    (body, request) -> CompletableFuture.completedStage("second"));
            assertThat(failure(second.ready())).isInstanceOf(BusException.Conflict.class)
                    .hasMessageContaining(name("a"));
            second.close();
        }

        for (Bus bus : List.of(here, there)) {
            assertThat(done(bus.caller(name("a"), Integer.class, String.class).call(1))).isEqualTo("first");
        }
    }

    /** G7: free as soon as the owner closes. */
    @Test
    void a_closed_service_frees_its_name() {
        for (int i = 0; i < 10; i++) {
            serveAsSoonAsFree(i % 2 == 0 ? here : there).close();
        }
        serveAsSoonAsFree(there);

        assertThat(done(caller(here, "a").call(21))).isEqualTo(42);
    }

    /** The news that a name is free may still be on its way to the other side. */
    private Registration serveAsSoonAsFree(Bus bus) {
        AtomicReference<Registration> held = new AtomicReference<>();
        patiently().until(() -> {
            Registration service = serveDouble(bus, "a");
            try {
                held.set(ready(service));
                return true;
            } catch (BusException.Conflict notYet) {
                service.close();
                return false;
            }
        });
        return held.get();
    }

    /** G7: or stops. */
    @Test
    void a_stopped_participant_frees_its_names() {
        var participant = closing(busThere.participant());
        ready(serveDouble(participant.bus(), "a"));
        participant.close();

        patiently().untilAsserted(() -> assertThat(failure(caller(here, "a").call(1, FOREVER)))
                .isInstanceOf(BusException.NoProvider.class));
        serveAsSoonAsFree(here);
        assertThat(done(caller(there, "a").call(21))).isEqualTo(42);
    }

    /** G3. */
    @RepeatedTest(20)
    void a_service_that_is_ready_is_found_by_everybody() {
        ready(serveDouble(here, "a"));

        assertThat(done(caller(there, "a").call(1))).isEqualTo(2);
    }

    /** G12. */
    @Test
    void after_close_no_request_is_handled() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        Registration service = ready(here.serve(name("a"), Integer.class, Integer.class, (body, request) -> {
            inside.incrementAndGet();
            Thread.onSpinWait();
            handled.incrementAndGet();
            inside.decrementAndGet();
            return CompletableFuture.completedStage(body);
        }));
        Caller<Integer, Integer> caller = caller(there, "a");
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        CompletableFuture<Void> calling = start(() -> {
            for (int i = 0; i < 500; i++) {
                calls.add(caller.call(i, FOREVER));
            }
        });
        patiently().until(() -> handled.get() > 10);
        service.close();
        assertThat(inside).hasValue(0);
        int atClose = handled.get();
        done(calling);

        for (CompletableFuture<Integer> call : calls) {
            patiently().until(call::isDone);
        }
        assertThat(handled).hasValue(atClose);
    }

    /** G13. */
    @Test
    void the_source_of_a_request_tells_who_asked() {
        ready(here.serve(name("who"), Object.class, String.class,
                (body, request) -> CompletableFuture.completedStage(request.source())));
        var participant = closing(busThere.participant());

        assertThat(done(participant.bus().caller(name("who"), Object.class, String.class).call(null)))
                .contains(participant.bundle().getSymbolicName());
    }
}
