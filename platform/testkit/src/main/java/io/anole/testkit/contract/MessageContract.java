package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Endpoint;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.provider.Capabilities.Ability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Topics: G1 to G5, G12, G13. */
abstract class MessageContract extends Contract {
    private static final int MANY = 1000;

    MessageContract(ProviderContract subject) {
        super(subject);
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** G1, G2. */
    @Test
    void a_thousand_messages_back_to_back_arrive_once_and_in_order() {
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);

        List<CompletionStage<Void>> accepted = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            accepted.add(publisher.publish(i));
        }

        assertThat(heard.await(MANY)).isEqualTo(upTo(MANY));
        accepted.forEach(this::done);
        List<Message> messages = heard.messages();
        assertThat(messages.stream().map(Message::source).distinct()).hasSize(1);
        long first = messages.get(0).sequence();
        assertThat(messages.stream().map(message -> (int) (message.sequence() - first)).toList()).isEqualTo(upTo(MANY));
    }

    /** G1. */
    @Test
    void each_publisher_and_each_name_keeps_its_own_order() {
        Map<String, List<Integer>> heard = new HashMap<>();
        AtomicInteger count = new AtomicInteger();
        for (String topic : List.of("a", "b")) {
            ready(here.subscribe(name(topic), String.class, Qos.DEFAULT, (body, message) -> {
                String[] parts = body.split(" ");
                synchronized (heard) {
                    heard.computeIfAbsent(topic + parts[0], k -> new ArrayList<>()).add(Integer.parseInt(parts[1]));
                }
                count.incrementAndGet();
            }));
        }

        List<CompletableFuture<Void>> work = new ArrayList<>();
        for (String who : List.of("one", "two")) {
            work.add(start(() -> {
                Publisher<String> a = there.publisher(name("a"), String.class);
                Publisher<String> b = there.publisher(name("b"), String.class);
                for (int i = 0; i < 200; i++) {
                    a.publish(who + " " + i);
                    b.publish(who + " " + i);
                }
            }));
        }
        work.forEach(this::done);
        patiently().until(() -> count.get() == 800);

        assertThat(heard).hasSize(4);
        heard.values().forEach(numbers -> assertThat(numbers).isEqualTo(upTo(200)));
    }

    /** G2. */
    @Test
    void every_subscription_hears_every_message() {
        List<Heard<Integer>> all = List.of(hear(here, name("a"), Integer.class, Qos.DEFAULT),
                hear(here, name("a"), Integer.class, Qos.DEFAULT), hear(there, name("a"), Integer.class, Qos.DEFAULT));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < 100; i++) {
            publisher.publish(i);
        }

        all.forEach(heard -> assertThat(heard.await(100)).isEqualTo(upTo(100)));
    }

    /** G2: two patterns of one participant that both match are two subscriptions, and each hears a message once. */
    @Test
    void overlapping_patterns_hear_a_message_once_each() {
        if (refused(Ability.PATTERNS, () -> here.subscribe(name("*"), Integer.class, body -> { }).ready())) {
            return;
        }
        Heard<Integer> exact = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Heard<Integer> one = hear(here, name("*"), Integer.class, Qos.DEFAULT);
        Heard<Integer> rest = hear(here, root + "/**", Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < 100; i++) {
            publisher.publish(i);
        }

        for (Heard<Integer> heard : List.of(exact, one, rest)) {
            assertThat(heard.await(100)).isEqualTo(upTo(100));
        }
        done(publisher.publish(100));
        for (Heard<Integer> heard : List.of(exact, one, rest)) {
            assertThat(heard.await(101)).isEqualTo(upTo(101));
        }
    }

    @Test
    void patterns_match_what_they_say() {
        if (refused(Ability.PATTERNS, () -> here.subscribe(name("*"), String.class, body -> { }).ready())) {
            return;
        }
        Map<String, List<String>> expected = Map.of(
                "*", List.of("x", "y"),
                "x/*", List.of("x/1", "x/2"),
                "*/1", List.of("x/1", "y/1"),
                "x/**", List.of("x", "x/1", "x/2", "x/1/deep"),
                "*/*/deep", List.of("x/1/deep"));
        Map<String, Heard<String>> heard = new HashMap<>();
        expected.keySet().forEach(p -> heard.put(p, hear(here, name(p), String.class, Qos.DEFAULT)));
        Heard<String> all = hear(here, root + "/**", String.class, Qos.DEFAULT);

        List<String> names = List.of("x", "y", "x/1", "x/2", "y/1", "x/1/deep", "xx", "X");
        names.forEach(n -> done(there.publisher(name(n), String.class).publish(n)));

        assertThat(all.await(names.size())).containsExactlyInAnyOrderElementsOf(names);
        expected.forEach((pattern, matching) -> {
            List<String> wanted = new ArrayList<>(matching);
            if (pattern.equals("*")) {
                wanted.addAll(List.of("xx", "X"));
            }
            assertThat(heard.get(pattern).await(wanted.size())).as(pattern).containsExactlyInAnyOrderElementsOf(wanted);
        });
    }

    /** PY-10. */
    @Test
    void a_name_with_and_without_leading_slash_is_the_same() {
        Heard<String> heard = hear(here, name("a").substring(1), String.class, Qos.DEFAULT);
        done(there.publisher(name("a"), String.class).publish("same"));

        assertThat(heard.await(1)).containsExactly("same");
        assertThat(heard.messages().get(0).name().toString()).isEqualTo(name("a"));
    }

    /** PY-10: refused, not mangled. */
    @Test
    void a_name_beyond_ascii_is_refused() {
        assertThatThrownBy(() -> here.publisher(name("caf\u00e9"), String.class))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("U+00E9");
        assertThatThrownBy(() -> here.subscribe(name("caf\u00e9"), String.class, body -> { }))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void headers_type_name_and_time_travel() {
        Heard<Object> heard = hear(here, name("a"), Object.class, Qos.DEFAULT);
        long before = System.currentTimeMillis();
        done(there.publisher(name("a"), Sample.class).publish(Sample.EXAMPLE, Map.of("unit", "m/s", "empty", "")));
        heard.await(1);

        Message message = heard.messages().get(0);
        assertThat(message.name().toString()).isEqualTo(name("a"));
        assertThat(message.headers()).containsEntry("unit", "m/s").containsEntry("empty", "");
        assertThat(message.type()).isEqualTo("tck/Sample");
        assertThat(message.time() / 1_000_000).isBetween(before - 1000, System.currentTimeMillis() + 1000);
    }

    /** G2. */
    @Test
    void best_effort_messages_arrive_in_order_or_are_dropped_but_never_doubled() {
        Qos qos = Qos.DEFAULT.reliability(Reliability.BEST_EFFORT).buffer(Overflow.DROP_OLDEST, 1024);
        if (refused(Ability.BEST_EFFORT, () -> there.publisher(name("a"), Integer.class, qos).publish(0))) {
            return;
        }
        Heard<Integer> heard = hear(here, name("a"), Integer.class, qos);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class, qos);
        AtomicInteger next = new AtomicInteger();
        patiently().until(() -> {
            publisher.publish(next.getAndIncrement());
            return heard.bodies().size() >= 50;
        });

        assertThat(heard.bodies()).isSorted().doesNotHaveDuplicates();
    }

    /** G3, with a publisher that never pauses and subscriptions that come at any moment. */
    @RepeatedTest(10)
    void what_is_published_after_ready_is_heard() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        closing(() -> over.set(true));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        int pause = random.nextInt(200_000);
        CompletableFuture<Void> publishing = start(() -> {
            while (!over.get()) {
                done(publisher.publish(begun.incrementAndGet()));
                long until = System.nanoTime() + pause;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
        });

        for (int round = 0; round < 5; round++) {
            int start = begun.get() + random.nextInt(20);
            patiently().until(() -> begun.get() >= start);
            Heard<Integer> heard = heard();
            try (Registration registration = here.subscribe(name("a"), Integer.class, Qos.DEFAULT, heard)) {
                ready(registration);
                int promised = begun.get() + 1;
                List<Integer> all = heard.await(bodies -> bodies.contains(promised + 20));
                assertThat(all).as("seed %d, round %d", seed, round).containsSequence(
                        IntStream.rangeClosed(promised, promised + 20).boxed().toList());
            }
        }
        over.set(true);
        done(publishing);
    }

    /** G4. */
    @Test
    void handlers_of_one_registration_never_overlap() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        for (String topic : List.of("a", "b", "c", "d")) {
            if (subject.capabilities().can(Ability.PATTERNS) && !topic.equals("a")) {
                break;
            }
            String pattern = subject.capabilities().can(Ability.PATTERNS) ? name("*") : name(topic);
            AtomicInteger own = subject.capabilities().can(Ability.PATTERNS) ? inside : new AtomicInteger();
            ready(here.subscribe(pattern, Integer.class, Qos.DEFAULT, (body, message) -> {
                most.accumulateAndGet(own.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                own.decrementAndGet();
                count.incrementAndGet();
            }));
        }
        List<CompletableFuture<Void>> work = List.of("a", "b", "c", "d").stream().map(topic -> start(() -> {
            Publisher<Integer> publisher = there.publisher(name(topic), Integer.class);
            for (int i = 0; i < 250; i++) {
                publisher.publish(i);
            }
        })).toList();
        work.forEach(this::done);
        patiently().until(() -> count.get() == MANY);

        assertThat(most).hasValue(1);
    }

    /** G4, B-PS-3. */
    @Test
    void a_handler_may_call_anything_and_wait_for_it() {
        ready(there.serve(name("double"), Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedStage(2 * body)));
        Caller<Integer, Integer> caller = here.caller(name("double"), Integer.class, Integer.class);
        Publisher<Integer> result = here.publisher(name("result"), Integer.class);
        Heard<Integer> results = hear(there, name("result"), Integer.class, Qos.DEFAULT);
        boolean state = subject.capabilities().can(Ability.EPHEMERAL);
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT, (body, message) -> {
            int doubled = caller.call(body).get();
            if (state) {
                here.put(name("key" + body), doubled, Lifetime.EPHEMERAL).get();
            }
            try (Registration inner = here.subscribe(name("inner" + body), Integer.class, b -> { })) {
                inner.ready().toCompletableFuture().get();
            }
            result.publish(state ? here.get(name("key" + body), Integer.class).get().orElseThrow() : doubled)
                    .toCompletableFuture().get();
        }));

        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < 20; i++) {
            publisher.publish(i);
        }
        assertThat(results.await(20)).isEqualTo(IntStream.range(0, 20).map(i -> 2 * i).boxed().toList());
    }

    /** G4: a chain of services that call each other, and one that publishes to a subscription of its own participant. */
    @Test
    void a_service_may_call_another_service_and_wait() {
        Caller<Integer, Integer> inner = here.caller(name("inner"), Integer.class, Integer.class);
        ready(here.serve(name("inner"), Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedStage(body + 1)));
        ready(here.serve(name("outer"), Integer.class, Integer.class,
                (body, request) -> CompletableFuture.completedStage(inner.call(body).get() + 1)));

        Caller<Integer, Integer> outer = there.caller(name("outer"), Integer.class, Integer.class);
        for (int i = 0; i < 20; i++) {
            assertThat(done(outer.call(i))).isEqualTo(i + 2);
        }
    }

    /** G4: what a handler throws is counted and the next message follows. */
    @Test
    void a_handler_that_throws_goes_on() {
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT, (body, message) -> {
            if (body % 2 == 0) {
                throw new IllegalStateException("even");
            }
            heard.handle(body, message);
        }));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < 10; i++) {
            publisher.publish(i);
        }

        assertThat(heard.await(5)).containsExactly(1, 3, 5, 7, 9);
        patiently().untilAsserted(() -> {
            Endpoint endpoint = endpoint(here, Kind.SUBSCRIPTION, name("a"));
            assertThat(endpoint.counters().failed()).isEqualTo(5);
            assertThat(endpoint.counters().handled()).isEqualTo(5);
        });
    }

    /** G5, G2: every drop is counted. */
    @Test
    void a_full_buffer_drops_the_oldest_and_counts_it() throws InterruptedException {
        CountDownLatch gate = gate();
        CountDownLatch taken = new CountDownLatch(1);
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 5), (body, message) -> {
            taken.countDown();
            gate.await();
            heard.handle(body, message);
        }));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        publisher.publish(0);
        assertThat(taken.await(patience.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        for (int i = 1; i <= 100; i++) {
            publisher.publish(i);
        }
        patiently().untilAsserted(() -> assertThat(endpoint(here, Kind.SUBSCRIPTION, name("a")).counters().dropped())
                .containsEntry(Drop.OVERFLOW, 95L));
        gate.countDown();

        assertThat(heard.await(6)).containsExactly(0, 96, 97, 98, 99, 100);
        patiently().untilAsserted(() -> {
            Endpoint endpoint = endpoint(here, Kind.SUBSCRIPTION, name("a"));
            assertThat(endpoint.counters().handled()).isEqualTo(6);
            assertThat(endpoint.waiting()).isZero();
        });
    }

    /** G5. */
    @Test
    void a_buffer_of_one_holds_the_latest() throws InterruptedException {
        CountDownLatch gate = gate();
        CountDownLatch taken = new CountDownLatch(1);
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 1), (body, message) -> {
            taken.countDown();
            gate.await();
            heard.handle(body, message);
        }));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        publisher.publish(0);
        assertThat(taken.await(patience.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        for (int i = 1; i <= 50; i++) {
            publisher.publish(i);
        }
        patiently().until(() -> dropped(name("a"), Drop.OVERFLOW) == 49);
        gate.countDown();

        assertThat(heard.await(2)).containsExactly(0, 50);
    }

    /** G5, G2: what is refused is told to the publisher, or counted where it was refused. */
    @Test
    void a_full_buffer_rejects_and_nothing_goes_unaccounted() {
        CountDownLatch gate = gate();
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.REJECT, 5), (body, message) -> {
            gate.await();
            heard.handle(body, message);
        }));
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(publisher.publish(i));
        }
        patiently().until(() -> dropped(name("a"), Drop.REJECTED) >= 94);
        gate.countDown();
        patiently().until(() -> heard.bodies().size() + dropped(name("a"), Drop.REJECTED) == 100);

        assertThat(heard.bodies()).hasSizeBetween(5, 6).isSorted().doesNotHaveDuplicates();
        for (CompletionStage<Void> stage : sent) {
            patiently().until(() -> stage.toCompletableFuture().isDone());
            if (stage.toCompletableFuture().isCompletedExceptionally()) {
                assertThat(failure(stage)).isInstanceOf(BusException.Rejected.class);
            }
        }
    }

    /** G5. */
    @Test
    void a_full_buffer_that_blocks_loses_nothing() {
        CountDownLatch gate = gate();
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.BLOCK, 4), (body, message) -> {
            gate.await();
            heard.handle(body, message);
        }));
        CompletableFuture<Void> publishing = start(() -> {
            Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
            for (int i = 0; i < 300; i++) {
                publisher.publish(i);
            }
        });
        patiently().until(() -> endpoint(here, Kind.SUBSCRIPTION, name("a")).waiting() >= 4);
        gate.countDown();

        assertThat(heard.await(300)).isEqualTo(upTo(300));
        done(publishing);
        assertThat(endpoint(here, Kind.SUBSCRIPTION, name("a")).counters().dropped()).isEmpty();
    }

    /** G5, AS-05, B-PS-4. */
    @Test
    void a_slow_subscription_never_delays_others() {
        CountDownLatch gate = gate();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 1),
                (body, message) -> gate.await()));
        ready(there.subscribe(name("a"), Integer.class, Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 1),
                (body, message) -> gate.await()));
        Heard<Integer> same = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Heard<Integer> other = hear(there, name("a"), Integer.class, Qos.DEFAULT);

        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < MANY; i++) {
            publisher.publish(i);
        }

        assertThat(same.await(MANY)).isEqualTo(upTo(MANY));
        assertThat(other.await(MANY)).isEqualTo(upTo(MANY));
    }

    /** G5: back-pressure holds back its own topic alone. */
    @Test
    void a_full_subscription_that_blocks_leaves_other_topics_alone() {
        CountDownLatch gate = gate();
        ready(here.subscribe(name("slow"), Integer.class, Qos.DEFAULT.buffer(Overflow.BLOCK, 1),
                (body, message) -> gate.await()));
        Heard<Integer> heard = hear(here, name("fast"), Integer.class, Qos.DEFAULT);
        CompletableFuture<Void> held = start(() -> {
            Publisher<Integer> publisher = there.publisher(name("slow"), Integer.class);
            for (int i = 0; i < 10; i++) {
                publisher.publish(i);
            }
        });
        patiently().until(() -> endpoint(here, Kind.SUBSCRIPTION, name("slow")).waiting() >= 1);

        Publisher<Integer> publisher = there.publisher(name("fast"), Integer.class);
        for (int i = 0; i < 100; i++) {
            publisher.publish(i);
        }
        assertThat(heard.await(100)).isEqualTo(upTo(100));
        gate.countDown();
        done(held);
    }

    /** G12. */
    @RepeatedTest(20)
    void after_close_no_handler_runs() {
        AtomicBoolean over = new AtomicBoolean();
        closing(() -> over.set(true));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        Qos qos = Qos.DEFAULT.buffer(Overflow.DROP_OLDEST, 16);
        Registration registration = ready(here.subscribe(name("a"), Integer.class, qos, (body, message) -> {
            inside.incrementAndGet();
            long until = System.nanoTime() + 50_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            calls.incrementAndGet();
            inside.decrementAndGet();
        }));
        Heard<Integer> witness = hear(here, name("a"), Integer.class, qos);
        CompletableFuture<Void> publishing = start(() -> {
            Publisher<Integer> publisher = there.publisher(name("a"), Integer.class, qos);
            for (int i = 0; !over.get(); i++) {
                publisher.publish(i);
            }
        });
        patiently().until(() -> calls.get() > 3);

        registration.close();
        assertThat(inside).hasValue(0);
        int atClose = calls.get();
        int heardAtClose = witness.bodies().size();
        witness.await(heardAtClose + 50);
        assertThat(calls).hasValue(atClose);
        over.set(true);
        done(publishing);
        registration.close();
    }

    /** G12, from within. */
    @Test
    void a_handler_may_close_its_own_subscription() {
        Heard<Integer> heard = heard();
        CompletableFuture<Registration> own = new CompletableFuture<>();
        own.complete(ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT, (body, message) -> {
            heard.handle(body, message);
            own.get().close();
        })));
        Heard<Integer> witness = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        for (int i = 0; i < 10; i++) {
            publisher.publish(i);
        }

        witness.await(10);
        // Each subscription has a lane of its own, and this one may be behind.
        heard.await(1);
        assertThat(heard.bodies()).containsExactly(0);
    }

    /** G12: a bundle that stops leaves no handler behind. */
    @Test
    void what_a_participant_leaves_open_ends_with_it() {
        var participant = closing(busHere.participant());
        AtomicInteger calls = new AtomicInteger();
        ready(participant.bus().subscribe(name("a"), Integer.class, Qos.DEFAULT, (body, message) -> calls.incrementAndGet()));
        Publisher<Integer> own = participant.bus().publisher(name("b"), Integer.class);
        Heard<Integer> witness = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class);
        done(publisher.publish(1));
        patiently().until(() -> calls.get() == 1);

        participant.close();
        done(publisher.publish(2));
        witness.await(2);
        assertThat(calls).hasValue(1);
        assertThat(failure(own.publish(3))).isInstanceOf(BusException.Closed.class);
    }

    @Test
    void a_closed_publisher_is_closed() {
        Publisher<Integer> publisher = here.publisher(name("a"), Integer.class);
        publisher.close();
        publisher.close();

        assertThat(failure(publisher.publish(1))).isInstanceOf(BusException.Closed.class);
    }

    /** G13. */
    @Test
    void the_source_tells_who_sent_it_and_can_not_be_chosen() {
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        var one = closing(busThere.participant());
        var two = closing(busThere.participant());
        done(one.bus().publisher(name("a"), Integer.class).publish(1, Map.of("source", "forged", "sender", "forged")));
        done(two.bus().publisher(name("a"), Integer.class).publish(2));
        heard.await(2);

        Map<Object, String> sources = new HashMap<>();
        heard.messages().forEach(message -> sources.put(((Number) message.body()).intValue(), message.source()));
        assertThat(sources.get(1)).contains(one.bundle().getSymbolicName()).doesNotContain("forged");
        assertThat(sources.get(2)).contains(two.bundle().getSymbolicName());
        assertThat(sources.get(1).split("/")[0]).isNotEmpty().isEqualTo(sources.get(2).split("/")[0]);
    }

    @Test
    void a_message_past_its_lifespan_is_dropped_and_counted() throws InterruptedException {
        CountDownLatch gate = gate();
        CountDownLatch taken = new CountDownLatch(1);
        Heard<Integer> heard = heard();
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT, (body, message) -> {
            taken.countDown();
            gate.await();
            heard.handle(body, message);
        }));
        Publisher<Integer> lasting = there.publisher(name("a"), Integer.class);
        Publisher<Integer> fleeting =
                there.publisher(name("a"), Integer.class, Qos.DEFAULT.lifespan(Duration.ofMillis(300)));
        done(lasting.publish(1));
        assertThat(taken.await(patience.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        done(fleeting.publish(2));
        long stale = System.nanoTime() + Duration.ofMillis(400).toNanos();
        done(lasting.publish(3));
        patiently().until(() -> System.nanoTime() - stale > 0);
        gate.countDown();

        assertThat(heard.await(2)).containsExactly(1, 3);
        patiently().until(() -> dropped(name("a"), Drop.EXPIRED) == 1);
    }

    @Test
    void a_message_within_its_lifespan_is_delivered() {
        Heard<Integer> heard = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        done(there.publisher(name("a"), Integer.class, Qos.DEFAULT.lifespan(patience)).publish(1));

        assertThat(heard.await(1)).containsExactly(1);
        Message message = heard.messages().get(0);
        assertThat(message.expires()).isNotEqualTo(Message.NEVER);
        assertThat(message.expires() - System.nanoTime()).isBetween(0L, patience.toNanos() + 1_000_000_000L);
    }

    @Test
    void a_late_subscription_gets_the_newest_kept_message() {
        Qos keeps = Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL);
        if (refused(Ability.TRANSIENT_LOCAL, () -> there.publisher(name("a"), Integer.class, keeps).publish(1))) {
            return;
        }
        Publisher<Integer> publisher = there.publisher(name("a"), Integer.class, keeps);
        done(publisher.publish(1));
        done(publisher.publish(2));

        Heard<Integer> late = hear(here, name("a"), Integer.class, keeps);
        Heard<Integer> unwilling = hear(here, name("a"), Integer.class, Qos.DEFAULT);
        late.await(1);
        done(publisher.publish(3));
        assertThat(late.await(2)).containsExactly(2, 3);
        assertThat(unwilling.await(1)).containsExactly(3);
    }

    @Test
    void silence_beyond_the_deadline_is_counted() {
        ready(here.subscribe(name("a"), Integer.class, Qos.DEFAULT.deadline(Duration.ofMillis(50)), (body, m) -> { }));

        patiently().until(() -> endpoint(here, Kind.SUBSCRIPTION, name("a")).counters().missedDeadlines() >= 2);
    }
}
