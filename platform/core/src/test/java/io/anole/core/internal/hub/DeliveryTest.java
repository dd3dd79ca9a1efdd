package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.core.ParticipantBus;
import io.anole.core.SerialExecutor;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Publishing and subscribing: order, buffers, threads, lifespans, identity. */
class DeliveryTest extends LocalBus {
    record Point(double x, double y) {
    }

    record Flat(double x, double y) {
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isNotNull();
        return taken;
    }

    /** G13: the sender is set by the platform; bodies pass by reference. */
    @Test
    void aMessageCarriesItsSenderAndItsVeryBody() throws Exception {
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/a/*", Point.class, Qos.DEFAULT, (body, message) -> heard.add(message));
        Point point = new Point(1, 2);
        long before = System.currentTimeMillis();
        bus.publisher("a/b", Point.class).publish(point, Map.of("k", "v"));
        Message message = take(heard);
        assertThat(message.body()).isSameAs(point);
        assertThat(message.name()).isEqualTo(Name.of("/a/b"));
        assertThat(message.source()).matches("robot/tester/\\d+");
        assertThat(message.sequence()).isEqualTo(1);
        assertThat(message.headers()).containsEntry("k", "v");
        assertThat(message.type()).endsWith("Point");
        assertThat(message.time() / 1_000_000).isBetween(before - 100, System.currentTimeMillis() + 100);
    }

    /** G1, G2: per publisher first in, first out; nothing lost, nothing twice, with a buffer far smaller than the flood. */
    @Test
    void everyPublishersOrderIsKeptThroughAFullBuffer() throws Exception {
        int publishers = 4;
        int each = 5_000;
        List<List<Integer>> heard = new ArrayList<>();
        IntStream.range(0, publishers).forEach(i -> heard.add(new ArrayList<>()));
        CountDownLatch all = new CountDownLatch(publishers * each);
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 8), (body, message) -> {
            heard.get(body / each).add(body % each);
            all.countDown();
        });
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        for (int p = 0; p < publishers; p++) {
            int from = p * each;
            threads.execute(() -> {
                Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
                for (int i = 0; i < each; i++) {
                    join(publisher.publish(from + i));
                }
            });
        }
        await(all);
        threads.shutdown();
        List<Integer> expected = IntStream.range(0, each).boxed().toList();
        assertThat(heard).allSatisfy(one -> assertThat(one).isEqualTo(expected));
    }

    /** G3: what is published after ready() is seen, whatever the names. */
    @Test
    void aReadySubscriptionHearsTheNextMessageOfOldAndNewPublishers() throws Exception {
        Publisher<String> old = bus.publisher("/x/old", String.class);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        join(bus.subscribe("/x/**", String.class, heard::add).ready());
        old.publish("old");
        bus.publisher("/x/new", String.class).publish("new");
        assertThat(List.of(take(heard), take(heard))).containsExactlyInAnyOrder("old", "new");
    }

    /** G4: a handler may block on an answer that needs the same bus's threads, many at a time. */
    @Test
    void handlersMayBlockOnCallsMoreThanThereAreThreads() throws Exception {
        int handlers = 12;
        CountDownLatch inside = new CountDownLatch(handlers);
        CountDownLatch done = new CountDownLatch(handlers);
        bus.serve("/answer", Integer.class, Integer.class, (body, request) -> {
            inside.await();
            return CompletableFuture.completedFuture(body + 1);
        });
        for (int i = 0; i < handlers; i++) {
            var caller = bus.caller("/answer", Integer.class, Integer.class);
            bus.subscribe("/go", Integer.class, body -> {
                inside.countDown();
                assertThat(caller.call(body, Duration.ofSeconds(SECONDS)).join()).isEqualTo(body + 1);
                done.countDown();
            });
        }
        bus.publisher("/go", Integer.class).publish(1);
        await(done);
    }

    /** G4: serial per registration, whatever the number of threads. */
    @Test
    void aHandlerNeverRunsTwiceAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean twice = new AtomicBoolean();
        CountDownLatch all = new CountDownLatch(20_000);
        // Room for all: no publisher is held back, however long the handler's thread has no turn.
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 20_000), (body, message) -> {
            if (inside.incrementAndGet() != 1) {
                twice.set(true);
            }
            inside.decrementAndGet();
            all.countDown();
        });
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int t = 0; t < 2; t++) {
            threads.execute(() -> IntStream.range(0, 10_000).forEach(publisher::publish));
        }
        await(all);
        threads.shutdown();
        assertThat(twice).isFalse();
    }

    /** G5, AS-05: a stuck subscription keeps no other from its messages, and only its own publisher waits. */
    @Test
    void aFullSubscriptionDelaysNoOther() throws Exception {
        try (Stuck stuck = new Stuck("/n", buffer(Overflow.BLOCK, 1))) {
            BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
            bus.subscribe("/n", Integer.class, heard::add);
            join(stuck.publisher.publish(1));
            assertThat(take(heard)).isEqualTo(1);
            CompletableFuture<CompletionStage<Void>> held = CompletableFuture.supplyAsync(() -> stuck.publisher.publish(2));
            assertThat(take(heard)).isEqualTo(2);
            assertThat(held).isNotDone();
            BlockingQueue<Integer> elsewhere = new LinkedBlockingQueue<>();
            bus.subscribe("/other", Integer.class, elsewhere::add);
            bus.publisher("/other", Integer.class).publish(3);
            assertThat(take(elsewhere)).isEqualTo(3);
            stuck.close();
            join(join(held));
            eventually().until(() -> stuck.heard.equals(List.of(0, 1, 2)));
        }
    }

    /** G5: BLOCK holds back up to the limit, then refuses, and what was refused is not delivered after all. */
    @Test
    void aPublisherIsHeldBackForItsLimitAndThenRefused() throws Exception {
        try (Stuck stuck = new Stuck("/n", buffer(Overflow.BLOCK, 2))) {
            stuck.publisher.publish(1);
            stuck.publisher.publish(2);
            long start = System.nanoTime();
            CompletionStage<Void> refused = stuck.publisher.publish(3);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThatThrownBy(() -> join(refused)).hasCauseInstanceOf(Rejected.class)
                    .hasMessageContaining("'/n'").hasMessageContaining("300 ms");
            assertThat(dropped(Kind.SUBSCRIPTION, "/n", Drop.REJECTED)).isEqualTo(1);
            assertThat(endpoint(Kind.PUBLISHER, "/n").counters().failed()).isEqualTo(1);
            assertThat(endpoint(Kind.SUBSCRIPTION, "/n").waiting()).isEqualTo(2);
            stuck.close();
            eventually().until(() -> stuck.heard.size() == 3);
            join(stuck.publisher.publish(4));
            eventually().until(() -> stuck.heard.equals(List.of(0, 1, 2, 4)));
        }
    }

    /** Who is interrupted waits no longer, but its message does; that it is refused in the end is counted all the same. */
    @Test
    void theMessageOfAnInterruptedPublisherIsCountedWhenItIsRefused() throws Exception {
        try (Stuck stuck = new Stuck("/stuck", buffer(Overflow.BLOCK, 1))) {
            stuck.publisher.publish(1);
            Thread.currentThread().interrupt();
            CompletionStage<Void> refused = stuck.publisher.publish(2);
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> join(refused)).hasCauseInstanceOf(Rejected.class);
            eventually().until(() -> dropped(Kind.PUBLISHER, "/stuck", Drop.REJECTED) == 1);
            assertThat(endpoint(Kind.PUBLISHER, "/stuck").counters().failed()).isEqualTo(1);
        }
    }

    /** G5: REJECT refuses at once. */
    @Test
    void aFullRejectingSubscriptionRefusesAtOnce() throws Exception {
        try (Stuck stuck = new Stuck("/n", buffer(Overflow.REJECT, 3))) {
            for (int i = 1; i <= 3; i++) {
                join(stuck.publisher.publish(i));
            }
            CompletionStage<Void> refused = stuck.publisher.publish(4);
            assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
            assertThatThrownBy(() -> join(refused)).hasCauseInstanceOf(Rejected.class);
            assertThat(dropped(Kind.SUBSCRIPTION, "/n", Drop.REJECTED)).isEqualTo(1);
        }
    }

    /** G5: DROP_OLDEST keeps exactly the newest, and counts the others; depth 1 is LATEST. */
    @Test
    void theOldestAreDroppedAndCounted() throws Exception {
        try (Stuck five = new Stuck("/five", buffer(Overflow.DROP_OLDEST, 5));
                Stuck one = new Stuck("/one", buffer(Overflow.DROP_OLDEST, 1))) {
            for (int i = 1; i <= 20; i++) {
                join(five.publisher.publish(i));
                join(one.publisher.publish(i));
            }
            assertThat(dropped(Kind.SUBSCRIPTION, "/five", Drop.OVERFLOW)).isEqualTo(15);
            assertThat(dropped(Kind.SUBSCRIPTION, "/one", Drop.OVERFLOW)).isEqualTo(19);
            five.close();
            one.close();
            eventually().until(() -> five.heard.equals(List.of(0, 16, 17, 18, 19, 20)));
            eventually().until(() -> one.heard.equals(List.of(0, 20)));
        }
    }

    /** G5, design 6: a handler that publishes to its own full subscription is refused, and does not wait for itself. */
    @Test
    void aHandlerNeverWaitsForItself() throws Exception {
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        BlockingQueue<CompletableFuture<Void>> results = new LinkedBlockingQueue<>();
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 1), (body, message) -> {
            if (body == 0) {
                long start = System.nanoTime();
                results.add(publisher.publish(1).toCompletableFuture());
                results.add(publisher.publish(2).toCompletableFuture());
                assertThat(System.nanoTime() - start).isLessThan(Duration.ofMillis(250).toNanos());
            }
        });
        publisher.publish(0);
        assertThat(take(results)).isCompleted();
        assertThatThrownBy(() -> join(take(results))).hasCauseInstanceOf(Rejected.class)
                .hasMessageContaining("only the publishing thread itself could empty it");
    }

    /** G4: a participant with one thread does not wait for a buffer that only that thread can empty. */
    @Test
    void aSingleThreadedLaneNeverWaitsForItself() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        SerialExecutor lane = thread::execute;
        try (ParticipantBus process = hub.view("process", lane)) {
            Publisher<Integer> publisher = process.publisher("/full", Integer.class);
            BlockingQueue<CompletableFuture<Void>> results = new LinkedBlockingQueue<>();
            process.subscribe("/full", Integer.class, buffer(Overflow.BLOCK, 1), (body, message) -> { });
            process.subscribe("/go", Integer.class, body -> {
                results.add(publisher.publish(1).toCompletableFuture());
                results.add(publisher.publish(2).toCompletableFuture());
            });
            process.publisher("/go", Integer.class).publish(0);
            assertThat(take(results)).isCompleted();
            assertThatThrownBy(() -> join(take(results))).hasCauseInstanceOf(Rejected.class)
                    .hasMessageContaining("only the publishing thread itself could empty it");
        } finally {
            thread.shutdown();
        }
    }

    /** G2: an executor that has run everything on one thread so far may have others; its messages are not refused. */
    @Test
    void aLaneSeenOnOneThreadMayHaveMore() throws Exception {
        ExecutorService first = Executors.newSingleThreadExecutor();
        ExecutorService second = Executors.newSingleThreadExecutor();
        AtomicReference<Executor> now = new AtomicReference<>(first);
        CountDownLatch all = new CountDownLatch(200);
        try {
            bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 1), task -> now.get().execute(task),
                    (body, message) -> all.countDown());
            Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
            publisher.publish(0);
            eventually().until(() -> all.getCount() < 200);
            now.set(second);
            first.submit(() -> {
                for (int i = 1; i < 200; i++) {
                    join(publisher.publish(i));
                }
            }).get(SECONDS, TimeUnit.SECONDS);
            await(all);
        } finally {
            first.shutdown();
            second.shutdown();
        }
    }

    /** Design 5: a stale command must not move a robot. */
    @Test
    void whatIsPastItsLifespanIsDropped() throws Exception {
        try (Stuck stuck = new Stuck("/cmd", buffer(Overflow.BLOCK, 10))) {
            Publisher<Integer> brief = bus.publisher("/cmd", Integer.class, Qos.DEFAULT.lifespan(Duration.ofMillis(20)));
            brief.publish(1);
            stuck.publisher.publish(2);
            CountDownLatch later = new CountDownLatch(1);
            CompletableFuture.delayedExecutor(60, TimeUnit.MILLISECONDS).execute(later::countDown);
            await(later);
            stuck.close();
            eventually().until(() -> stuck.heard.equals(List.of(0, 2)));
            assertThat(dropped(Kind.SUBSCRIPTION, "/cmd", Drop.EXPIRED)).isEqualTo(1);
        }
    }

    /** Silence is noticed, once per deadline. */
    @Test
    void missedDeadlinesAreCounted() {
        bus.subscribe("/beat", Integer.class, Qos.DEFAULT.deadline(Duration.ofMillis(200)), (body, message) -> { });
        eventually().until(() -> endpoint(Kind.SUBSCRIPTION, "/beat").counters().missedDeadlines() >= 2);
        Publisher<Integer> publisher = bus.publisher("/beat", Integer.class);
        long before = endpoint(Kind.SUBSCRIPTION, "/beat").counters().missedDeadlines();
        long until = System.nanoTime() + Duration.ofMillis(700).toNanos();
        while (System.nanoTime() < until) {
            publisher.publish(1);
            Thread.onSpinWait();
        }
        assertThat(endpoint(Kind.SUBSCRIPTION, "/beat").counters().missedDeadlines()).isLessThanOrEqualTo(before + 1);
    }

    /** TRANSIENT_LOCAL: the newest message comes first to those who ask for it, and only to them. */
    @Test
    void aLateSubscriptionIsGivenTheKeptMessageFirst() throws Exception {
        Qos keep = Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL);
        Publisher<String> publisher = bus.publisher("/map", String.class, keep);
        publisher.publish("old");
        publisher.publish("kept");
        BlockingQueue<String> wants = new LinkedBlockingQueue<>();
        BlockingQueue<String> wantsNot = new LinkedBlockingQueue<>();
        bus.subscribe("/*", String.class, keep, (body, message) -> wants.add(body));
        bus.subscribe("/map", String.class, wantsNot::add);
        publisher.publish("new");
        assertThat(List.of(take(wants), take(wants))).containsExactly("kept", "new");
        assertThat(take(wantsNot)).isEqualTo("new");
    }

    /** Another class of the same shape is converted; what does not fit is counted and the next one heard. */
    @Test
    void bodiesAreConvertedByShape() throws Exception {
        BlockingQueue<Flat> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/p", Flat.class, heard::add);
        Publisher<Object> publisher = bus.publisher("/p", Object.class);
        publisher.publish(new Point(1, 2));
        publisher.publish("no point");
        publisher.publish(Map.of("x", 3, "y", 4));
        assertThat(List.of(take(heard), take(heard))).containsExactly(new Flat(1, 2), new Flat(3, 4));
        assertThat(dropped(Kind.SUBSCRIPTION, "/p", Drop.MALFORMED)).isEqualTo(1);
    }

    /** An exception in a handler is counted, and the next message goes on. */
    @Test
    void aFailingHandlerGoesOn() throws Exception {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/n", Integer.class, body -> {
            if (body < 3) {
                throw new IllegalStateException("no");
            }
            heard.add(body);
        });
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        IntStream.rangeClosed(1, 3).forEach(publisher::publish);
        assertThat(take(heard)).isEqualTo(3);
        eventually().until(() -> endpoint(Kind.SUBSCRIPTION, "/n").counters().handled() == 1);
        assertThat(endpoint(Kind.SUBSCRIPTION, "/n").counters().failed()).isEqualTo(2);
        assertThat(endpoint(Kind.SUBSCRIPTION, "/n").counters().received()).isEqualTo(3);
        assertThat(endpoint(Kind.PUBLISHER, "/n").counters().sent()).isEqualTo(3);
    }

    /** A lane that refuses loses no message: the next one tries again. */
    @Test
    void aLaneThatRefusesIsTriedAgain() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/n", Integer.class, Qos.DEFAULT, task -> {
            if (refuses.get()) {
                throw new RejectedExecutionException();
            }
            threads.execute(task);
        }, (body, message) -> heard.add(body));
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        publisher.publish(1);
        refuses.set(false);
        publisher.publish(2);
        assertThat(List.of(take(heard), take(heard))).containsExactly(1, 2);
        threads.shutdown();
    }

    @Test
    void aClosedPublisherSaysSo() {
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        publisher.close();
        publisher.close();
        assertThatThrownBy(() -> join(publisher.publish(1))).hasCauseInstanceOf(Closed.class).hasMessageContaining("'/n'");
    }

    @Test
    void aBodyOfAnotherClassIsRefused() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Publisher<Object> wrong = (Publisher) bus.publisher("/n", Integer.class);
        assertThatThrownBy(() -> wrong.publish("text")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the publisher of '/n' takes java.lang.Integer, not java.lang.String");
    }

    /** G2: the counters of closed endpoints live on in the total. */
    @Test
    void theTotalOutlivesEndpoints() throws Exception {
        CountDownLatch heard = new CountDownLatch(3);
        var registration = bus.subscribe("/n", Integer.class, body -> heard.countDown());
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        IntStream.range(0, 3).forEach(publisher::publish);
        await(heard);
        publisher.close();
        registration.close();
        assertThat(bus.statistics().endpoints()).isEmpty();
        assertThat(bus.statistics().total()).satisfies(total -> {
            assertThat(total.sent()).isEqualTo(3);
            assertThat(total.received()).isEqualTo(3);
            assertThat(total.handled()).isEqualTo(3);
        });
    }

    /** Two buses of one runtime are two worlds. */
    @Test
    void anotherBusHearsNothing() throws Exception {
        try (Hub other = new Hub(config("other"), hub.shapes())) {
            other.open(new LocalProvider(), "local", Map.of());
            List<Integer> elsewhere = Collections.synchronizedList(new ArrayList<>());
            other.view("tester", null).subscribe("/n", Integer.class, elsewhere::add);
            BlockingQueue<Integer> here = new LinkedBlockingQueue<>();
            bus.subscribe("/n", Integer.class, here::add);
            bus.publisher("/n", Integer.class).publish(1);
            assertThat(take(here)).isEqualTo(1);
            assertThat(elsewhere).isEmpty();
            assertThat(other.statistics().total().received()).isZero();
        }
    }
}
