package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Handler;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.SwapReport;
import io.anole.core.ParticipantBus;
import io.anole.provider.local.internal.LocalProvider;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several subscriptions of one topic, which share what they have not handled yet. */
class FanTest extends LocalBus {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicReference<String> wrong = new AtomicReference<>();

    /** What a starved machine delays is not lost. */
    FanTest() {
        super(Duration.ofSeconds(SECONDS));
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Handlers run when the test says. */
    private final class Manual {
        final Queue<Runnable> lane = new ArrayDeque<>();
        final List<Integer> heard = new ArrayList<>();
        final Registration registration;

        Manual(String topic, Qos qos) {
            registration = bus.subscribe(topic, Integer.class, qos, lane::add, (body, message) -> heard.add(body));
        }

        void run() {
            for (Runnable next = lane.poll(); next != null; next = lane.poll()) {
                next.run();
            }
        }

        Statistics.Endpoint endpoint() {
            return ((Subscription) registration).describe();
        }

        Counters counters() {
            return endpoint().counters();
        }
    }

    private static List<Integer> range(int from, int until) {
        return IntStream.range(from, until).boxed().toList();
    }

    private static boolean failed(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isCompletedExceptionally();
    }

    /** G5: each has its own depth, to the message, and what one has no room for the other hears all the same. */
    @Test
    void aFullSubscriptionRefusesAndTheOthersHear() {
        Manual small = new Manual("/n", buffer(Overflow.REJECT, 3));
        Manual large = new Manual("/n", buffer(Overflow.BLOCK, 1000));
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        for (int i = 0; i < 3; i++) {
            assertThat(failed(publisher.publish(i))).isFalse();
        }
        assertThat(failed(publisher.publish(3))).isTrue();
        assertThat(failed(publisher.publish(4))).isTrue();
        assertThat(small.endpoint().waiting()).isEqualTo(3);
        large.run();
        small.run();
        publisher.publish(5);
        large.run();
        small.run();
        assertThat(small.heard).containsExactly(0, 1, 2, 5);
        assertThat(large.heard).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(small.counters()).extracting(Counters::received, Counters::handled, Counters::dropped)
                .containsExactly(4L, 4L, Map.of(Drop.REJECTED, 2L));
        assertThat(large.counters()).extracting(Counters::received, Counters::handled, Counters::dropped)
                .containsExactly(6L, 6L, Map.of());
    }

    /** G5: one that stands still for ever costs the others nothing, however many messages that takes. */
    @Test
    void oneThatStandsStillIsLeftBehind() {
        Manual still = new Manual("/n", buffer(Overflow.REJECT, 100_000));
        Manual good = new Manual("/n", buffer(Overflow.BLOCK, 64));
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        for (int i = 0; i < 100_000; i++) {
            assertThat(failed(publisher.publish(i))).isFalse();
            if (i % 50 == 0) {
                good.run();
            }
        }
        assertThat(failed(publisher.publish(100_000))).isTrue();
        good.run();
        assertThat(good.heard).isEqualTo(range(0, 100_001));
        assertThat(still.endpoint().waiting()).isEqualTo(100_000);
        still.run();
        assertThat(still.heard).isEqualTo(range(0, 100_000));
    }

    /** G1: what waits when a subscription falls behind, comes along later, or is moved comes in order. */
    @Test
    void fallingBehindAndCatchingUpKeepsTheOrder() {
        Manual first = new Manual("/n", buffer(Overflow.REJECT, 16));
        Manual second = new Manual("/n", buffer(Overflow.BLOCK, 4096));
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        Random random = new Random(7);
        List<Integer> accepted = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            if (!failed(publisher.publish(i))) {
                accepted.add(i);
            }
            // Keeps up for long, so that it takes its place again, and then does not.
            if (i % 6_000 < 5_900 && random.nextInt(8) == 0) {
                first.run();
            }
            if (random.nextInt(200) == 0) {
                second.run();
            }
        }
        first.run();
        second.run();
        assertThat(first.heard).isEqualTo(accepted);
        assertThat(accepted).hasSizeBetween(50_000, 59_900);
        assertThat(second.heard).isEqualTo(range(0, 60_000));
        assertThat(first.counters().received()).isEqualTo(accepted.size());
        assertThat(first.counters().dropped()).isEqualTo(Map.of(Drop.REJECTED, 60_000L - accepted.size()));
    }

    /** A subscription that closes counts what it has not handled; who comes later hears nothing from before. */
    @Test
    void whoLeavesCountsWhatIsLeftAndWhoComesStartsThere() {
        Manual one = new Manual("/n", Qos.DEFAULT);
        Manual two = new Manual("/n", Qos.DEFAULT);
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        publisher.publish(0);
        two.run();
        publisher.publish(1);
        Manual three = new Manual("/n", Qos.DEFAULT);
        publisher.publish(2);
        two.registration.close();
        publisher.publish(3);
        List.of(one, two, three).forEach(Manual::run);
        assertThat(one.heard).containsExactly(0, 1, 2, 3);
        assertThat(two.heard).containsExactly(0);
        assertThat(two.counters()).extracting(Counters::received, Counters::handled, Counters::dropped)
                .containsExactly(3L, 1L, Map.of(Drop.CLOSED, 2L));
        assertThat(three.heard).containsExactly(2, 3);
    }

    /** A kept message comes first, and counts for the depth. */
    @Test
    void aKeptMessageComesFirst() {
        Qos keeps = buffer(Overflow.REJECT, 2).durability(Durability.TRANSIENT_LOCAL);
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class, Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL));
        publisher.publish(0);
        Manual one = new Manual("/n", keeps);
        Manual two = new Manual("/n", keeps);
        assertThat(failed(publisher.publish(1))).isFalse();
        assertThat(failed(publisher.publish(2))).isTrue();
        one.run();
        two.run();
        assertThat(one.heard).containsExactly(0, 1);
        assertThat(two.heard).containsExactly(0, 1);
    }

    /** A lifespan that ends while a message waits: each counts it for itself. */
    @Test
    void whatIsPastItsLifespanIsDroppedByEach() {
        Manual one = new Manual("/n", Qos.DEFAULT);
        Manual two = new Manual("/n", Qos.DEFAULT);
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class, Qos.DEFAULT.lifespan(Duration.ofMillis(20)));
        publisher.publish(0);
        one.run();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(25);
        while (System.nanoTime() - until < 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        two.run();
        assertThat(one.heard).containsExactly(0);
        assertThat(two.heard).isEmpty();
        assertThat(two.counters().dropped()).isEqualTo(Map.of(Drop.EXPIRED, 1L));
    }

    /** What waits for a vacant subscription is there when it is occupied. */
    @Test
    void aVacantSubscriptionKeepsItsPlace() {
        Manual one = new Manual("/n", buffer(Overflow.BLOCK, 1000));
        Manual two = new Manual("/n", buffer(Overflow.BLOCK, 10));
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        publisher.publish(0);
        one.run();
        bus.vacate(one.registration);
        for (int i = 1; i < 500; i++) {
            publisher.publish(i);
            two.run();
        }
        one.run();
        assertThat(one.heard).containsExactly(0);
        bus.occupy(one.registration, Integer.class, (body, message) -> one.heard.add(body));
        one.run();
        assertThat(one.heard).isEqualTo(range(0, 500));
        assertThat(two.heard).isEqualTo(range(0, 500));
    }

    /** Where both came by the former link and later messages by the next one, both are heard in order. */
    @Test
    void whatWaitsWhileTheBusMovesComesFirst() {
        Manual one = new Manual("/n", Qos.DEFAULT);
        Manual two = new Manual("/n", Qos.DEFAULT);
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        for (int i = 0; i < 300; i++) {
            publisher.publish(i);
            if (i % 100 == 50) {
                hub.swap(new LocalProvider(), "local", Map.of(), "test");
                one.run();
            }
        }
        one.run();
        two.run();
        assertThat(one.heard).isEqualTo(range(0, 300));
        assertThat(two.heard).isEqualTo(range(0, 300));
    }

    /** As many messages wait as may when a handler adds more: none takes the place of another. */
    @Test
    void whatAHandlerAddsToAFullBufferHasAPlaceOfItsOwn() {
        int depth = 64;
        Manual other = new Manual("/n", buffer(Overflow.REJECT, depth));
        List<Integer> heard = new ArrayList<>();
        Queue<Runnable> lane = new ArrayDeque<>();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        bus.subscribe("/n", Integer.class, buffer(Overflow.REJECT, depth), lane::add, (body, message) -> {
            heard.add(body);
            if (body < 1_000) {
                publisher.publish(body + depth);
            }
        });
        for (int i = 0; i < depth; i++) {
            publisher.publish(i);
        }
        other.run();
        for (Runnable next = lane.poll(); next != null; next = lane.poll()) {
            next.run();
            other.run();
        }
        assertThat(heard).isEqualTo(range(0, 1_000 + depth));
    }

    /** A handler may publish to its own topic, and is refused if it is full. */
    @Test
    void aHandlerThatPublishesToItselfIsNotHeldBack() throws Exception {
        CountDownLatch done = new CountDownLatch(2);
        List<Boolean> refused = new ArrayList<>();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 2), (body, message) -> {
            if (body == 0) {
                for (int i = 1; i < 4; i++) {
                    refused.add(failed(publisher.publish(i)));
                }
                done.countDown();
            }
        });
        bus.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> {
            if (body == 3) {
                done.countDown();
            }
        });
        publisher.publish(0);
        await(done);
        assertThat(refused).containsExactly(false, false, true);
    }

    /** Handled messages can be collected, while their subscriptions stay and nothing more comes. */
    @Test
    void whatAllHaveHandledIsForgotten() throws Exception {
        int many = 300;
        CountDownLatch done = new CountDownLatch(3 * many);
        for (int i = 0; i < 3; i++) {
            bus.subscribe("/n", byte[].class, Qos.DEFAULT, (body, message) -> done.countDown());
        }
        List<WeakReference<byte[]>> bodies = new ArrayList<>();
        Publisher<byte[]> publisher = bus.publisher("/n", byte[].class);
        for (int i = 0; i < many; i++) {
            byte[] body = new byte[10];
            bodies.add(new WeakReference<>(body));
            publisher.publish(body);
        }
        await(done);
        eventually().until(() -> {
            System.gc();
            return bodies.stream().allMatch(body -> body.get() == null);
        });
    }

    /** Notes what is out of order, per source. */
    private final class Ordered implements Handler<Integer> {
        final String name;
        final boolean gapless;
        final Map<String, Long> last = new ConcurrentHashMap<>();
        volatile boolean over;
        volatile long count;

        Ordered(String name, boolean gapless) {
            this.name = name;
            this.gapless = gapless;
        }

        @Override
        public void handle(Integer body, Message message) {
            Long before = last.put(message.source(), message.sequence());
            boolean next = before == null || (gapless ? message.sequence() == before + 1 : message.sequence() > before);
            if (!next || over) {
                wrong.compareAndSet(null, name + (over ? " after its end" : "") + ": " + message.source() + " "
                        + message.sequence() + " after " + before);
            }
            count++;
        }
    }

    private static void pause(Random random) {
        if (random.nextInt(2_000) == 0) {
            LockSupport.parkNanos(200_000);
        }
    }

    /** G1, G2, G12: whoever comes, goes, falls behind and catches up: each hears each source in order and without a gap. */
    @Test
    void inOrderWithoutGapsWhateverOthersDo() throws Exception {
        int publishers = 3;
        AtomicBoolean stop = new AtomicBoolean();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        ExecutorService single = Executors.newSingleThreadExecutor();
        List<Ordered> steady = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        int[] depths = {1, 7, 64, 1024, 5000};
        for (int depth : depths) {
            Ordered ordered = new Ordered("depth " + depth, true);
            steady.add(ordered);
            registrations.add(bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, depth), ordered));
        }
        Ordered slow = new Ordered("slow", true);
        Ordered all = new Ordered("all", true);
        Ordered newest = new Ordered("newest", false);
        steady.addAll(List.of(slow, all));
        Random random = new Random();
        registrations.add(bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 32), single, (body, message) -> {
            pause(random);
            slow.handle(body, message);
        }));
        registrations.add(bus.subscribe("/**", Integer.class, buffer(Overflow.BLOCK, 100), all));
        registrations.add(bus.subscribe("/n", Integer.class, buffer(Overflow.DROP_OLDEST, 3), newest));
        List<CompletableFuture<Long>> publishing = new ArrayList<>();
        for (int p = 0; p < publishers; p++) {
            publishing.add(CompletableFuture.supplyAsync(() -> {
                Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
                long sent = 0;
                while (System.nanoTime() - until < 0) {
                    CompletionStage<Void> stage = publisher.publish((int) sent++);
                    if (failed(stage)) {
                        wrong.compareAndSet(null, "refused");
                    }
                    if (ThreadLocalRandom.current().nextInt(500) == 0) {
                        LockSupport.parkNanos(100_000);
                    }
                }
                return sent;
            }, threads));
        }
        CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> comeAndGo(stop), threads);
        long sent = 0;
        for (CompletableFuture<Long> one : publishing) {
            sent += join(one);
        }
        stop.set(true);
        join(coming);
        long total = sent;
        for (int i = 0; i < steady.size(); i++) {
            Ordered one = steady.get(i);
            eventually().untilAsserted(() -> assertThat(one.count).as(one.name).isEqualTo(total));
        }
        for (Registration registration : registrations) {
            Subscription one = (Subscription) registration;
            eventually().until(() -> one.describe().waiting() == 0);
            Counters counters = one.describe().counters();
            assertThat(counters.received()).as(one.what()).isEqualTo(total);
            eventually().until(() -> handledOrDropped(one.describe().counters()) == total);
        }
        single.shutdown();
        assertThat(wrong.get()).isNull();
        assertThat(total).isGreaterThan(1_000);
    }

    private static long handledOrDropped(Counters counters) {
        return counters.handled() + counters.dropped().values().stream().mapToLong(Long::longValue).sum();
    }

    private void comeAndGo(AtomicBoolean stop) {
        Random random = ThreadLocalRandom.current();
        while (!stop.get()) {
            boolean rejects = random.nextBoolean();
            Ordered ordered = new Ordered("guest", !rejects);
            CountDownLatch heard = new CountDownLatch(random.nextInt(3_000));
            int depth = 1 << random.nextInt(12);
            try (Registration registration = bus.subscribe("/n", Integer.class,
                    buffer(rejects ? Overflow.DROP_OLDEST : Overflow.BLOCK, depth), (body, message) -> {
                        ordered.handle(body, message);
                        heard.countDown();
                    })) {
                while (heard.getCount() > 0 && !stop.get()) {
                    Thread.yield();
                }
            }
            ordered.over = true;
        }
    }

    /** G14: from one link inside the JVM to the next and the next, under load. */
    @Test
    void movesKeepTheOrder() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Ordered> steady = new ArrayList<>();
        for (int depth : new int[] {3, 1024, 1024}) {
            Ordered ordered = new Ordered("depth " + depth, true);
            steady.add(ordered);
            join(bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, depth), ordered).ready());
        }
        List<CompletableFuture<Long>> publishing = new ArrayList<>();
        for (int p = 0; p < 2; p++) {
            publishing.add(CompletableFuture.supplyAsync(() -> {
                Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
                long sent = 0;
                while (!stop.get()) {
                    publisher.publish((int) sent++);
                    if (sent % 700 == 0) {
                        LockSupport.parkNanos(50_000);
                    }
                }
                return sent;
            }, threads));
        }
        for (int i = 0; i < 60; i++) {
            SwapReport report = hub.swap(new LocalProvider(), "local", Map.of(), "test");
            assertThat(report.outcome()).isEqualTo(SwapReport.Outcome.DONE);
            LockSupport.parkNanos(10_000_000);
        }
        stop.set(true);
        long total = 0;
        for (CompletableFuture<Long> one : publishing) {
            total += join(one);
        }
        long sent = total;
        for (Ordered one : steady) {
            eventually().untilAsserted(() -> assertThat(one.count).as(one.name).isEqualTo(sent));
        }
        assertThat(wrong.get()).isNull();
        assertThat(endpoint(Kind.SUBSCRIPTION, "/n").counters().received()).isEqualTo(sent);
    }

    /** What a dead system had delivered, and is sent again inside the JVM because nobody knows, is not heard twice. */
    @Test
    void whatIsSentAgainIsNotHeardTwice() {
        for (int seed = 0; seed < 10; seed++) {
            Wire wire = new Wire(seed);
            hub.swap(wire, "wire", Map.of(), "test");
            int last = 20;
            List<Ordered> all = List.of(new Ordered("one", false), new Ordered("two", false));
            List<Registration> registrations = new ArrayList<>();
            for (Ordered one : all) {
                registrations.add(bus.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> {
                    one.handle(body, message);
                    if (body == 5) {
                        wire.latest.cut();
                    }
                }));
            }
            registrations.forEach(registration -> join(registration.ready()));
            Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
                for (int i = 1; i <= last; i++) {
                    publisher.publish(i);
                }
            }, threads);
            eventually().until(() -> wire.latest.cut);
            assertThat(hub.swap(new LocalProvider(), "local", Map.of(), "test").outcome()).isEqualTo(SwapReport.Outcome.DONE);
            join(publishing);
            join(publisher.publish(last + 1));
            eventually().until(() -> all.stream().allMatch(one -> one.last.containsValue(last + 1L)));
            assertThat(wrong.get()).isNull();
            registrations.forEach(Registration::close);
            publisher.close();
        }
    }

    /** A second view of the bus sees the same. */
    @Test
    void participantsShareATopic() throws Exception {
        ParticipantBus other = hub.view("other", null);
        CountDownLatch done = new CountDownLatch(4);
        bus.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> done.countDown());
        other.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> done.countDown());
        bus.publisher("/n", Integer.class).publish(1);
        other.publisher("/n", Integer.class).publish(2);
        await(done);
        other.close();
    }
}
