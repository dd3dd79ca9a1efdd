package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Caller;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.Watcher;
import io.anole.bus.provider.BusProvider;
import io.anole.core.ParticipantBus;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** G14: a bus is moved from link to link while it goes on. */
class SwapTest extends LocalBus {
    private final Wire wire = new Wire(1);
    private final Wire shared = Wire.toOneSystem(2);

    /** What a starved machine delays is not lost. */
    SwapTest() {
        super(Duration.ofSeconds(SECONDS));
    }

    private SwapReport swap(BusProvider provider, String kind) {
        return hub.swap(provider, kind, Map.of(), "test");
    }

    /** Publishes without a pause until it is told to stop, and remembers what was accepted. */
    private final class Load implements AutoCloseable {
        final AtomicBoolean stop = new AtomicBoolean();
        final List<Thread> threads = new ArrayList<>();
        final Map<String, List<Long>> heard = new HashMap<>();
        final long[] sent;
        volatile Throwable failure;

        Load(int publishers, long pauseNanos) {
            sent = new long[publishers];
            for (int i = 0; i < publishers; i++) {
                List<Long> numbers = new ArrayList<>();
                heard.put("/load/" + i, numbers);
                join(bus.subscribe("/load/" + i, Long.class, buffer(Overflow.BLOCK, 256), (body, message) -> {
                    synchronized (numbers) {
                        numbers.add(body);
                    }
                }).ready());
            }
            for (int i = 0; i < publishers; i++) {
                int mine = i;
                Publisher<Long> publisher = bus.publisher("/load/" + i, Long.class);
                Thread thread = new Thread(() -> publish(publisher, mine, pauseNanos), "load-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void publish(Publisher<Long> publisher, int mine, long pauseNanos) {
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            while (!stop.get()) {
                long number = ++sent[mine];
                last = publisher.publish(number).toCompletableFuture();
                last.exceptionally(error -> {
                    failure = error;
                    return null;
                });
                LockSupport.parkNanos(pauseNanos);
            }
            last.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        }

        /** Everything came, once, in order. */
        @Override
        public void close() throws Exception {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(failure).isNull();
            for (int i = 0; i < sent.length; i++) {
                List<Long> numbers = heard.get("/load/" + i);
                long all = sent[i];
                eventually().until(() -> {
                    synchronized (numbers) {
                        return numbers.size() >= all;
                    }
                });
                synchronized (numbers) {
                    for (int n = 0; n < numbers.size(); n++) {
                        assertThat(numbers.get(n)).as("message %d of publisher %d", n, i).isEqualTo(n + 1L);
                    }
                    assertThat(numbers).hasSize((int) all);
                }
            }
        }
    }

    private BusProvider provider(String kind) {
        return switch (kind) {
            case "local" -> new LocalProvider();
            case "wire" -> wire;
            default -> shared;
        };
    }

    @ParameterizedTest
    @CsvSource({"local,local", "local,wire", "wire,wire", "shared,shared"})
    void underLoadNothingIsLostDoubledOrReordered(String one, String other) throws Exception {
        int swaps = Boolean.getBoolean("anole.soak") ? 1000 : 40;
        try (Load load = new Load(4, 20_000)) {
            for (int i = 0; i < swaps; i++) {
                String kind = i % 2 == 0 ? other : one;
                SwapReport report = swap(provider(kind), kind);
                assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.DONE);
                assertThat(report.lost()).isZero();
                assertThat(bus.statistics().provider()).isEqualTo(kind);
                long before = load.sent[0];
                eventually().until(() -> load.sent[0] > before + 10);
            }
        }
        assertThat(bus.swaps()).hasSize(Math.min(64, swaps));
    }

    /** Reports are returned, kept, and published on the bus where it is by then. */
    @Test
    void aReportIsReturnedKeptAndPublished() {
        BlockingQueue<Object> published = new LinkedBlockingQueue<>();
        join(bus.subscribe("/@bus/swaps", Object.class, published::add).ready());
        SwapReport report = swap(wire, "wire");
        assertThat(report.cause()).isEqualTo("test");
        assertThat(report.steps()).extracting(SwapReport.Step::name)
                .containsExactly("connect", "register", "state", "drain", "move", "watch", "close");
        assertThat(bus.swaps()).containsExactly(report);
        eventually().until(() -> !published.isEmpty());
        assertThat(published.peek()).asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("from", "local").containsEntry("to", "wire").containsEntry("outcome", "done");
    }

    /** The former link stays, with all it has, if the new one never comes up. */
    @Test
    void aLinkThatDoesNotComeUpChangesNothing() throws Exception {
        wire.staysDown = true;
        try (Load load = new Load(2, 20_000)) {
            SwapReport report = swap(wire, "wire");
            assertThat(report.outcome()).isEqualTo(Outcome.ABORTED);
            assertThat(report.reason()).contains("did not come up within 500 ms").contains("nobody answers");
            assertThat(bus.statistics().provider()).isEqualTo("local");
        }
    }

    /** What a dead system has accepted and not acknowledged goes over the new link; what it had delivered is not heard twice. */
    @Test
    void whatADeadLinkHasNotAcknowledgedIsSentAgain() throws Exception {
        swap(wire, "wire");
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        join(bus.subscribe("/n", Integer.class, heard::add).ready());
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        join(publisher.publish(1));
        eventually().until(() -> heard.size() == 1);
        wire.latest.cut();
        List<CompletionStage<Void>> stages = List.of(publisher.publish(2), publisher.publish(3));
        SwapReport report = swap(new LocalProvider(), "local");
        assertThat(report.outcome()).isEqualTo(Outcome.DONE);
        assertThat(report.resent()).isEqualTo(2);
        assertThat(report.lost()).isZero();
        stages.forEach(LocalBus::join);
        join(publisher.publish(4));
        eventually().until(() -> heard.size() == 4);
        assertThat(heard).containsExactly(1, 2, 3, 4);
    }

    /** A command that waited past its lifespan is dropped, counted, and told to its publisher. */
    @Test
    void whatWaitsPastItsLifespanIsNotReplayed() throws Exception {
        swap(wire, "wire");
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        join(bus.subscribe("/cmd", Integer.class, heard::add).ready());
        Publisher<Integer> publisher = bus.publisher("/cmd", Integer.class, Qos.DEFAULT.lifespan(Duration.ofMillis(50)));
        wire.latest.cut();
        CompletionStage<Void> stale = publisher.publish(1);
        long until = System.nanoTime() + 60_000_000;
        eventually().until(() -> System.nanoTime() > until);
        SwapReport report = swap(new LocalProvider(), "local");
        assertThatThrownBy(() -> join(stale)).hasMessageContaining("past its lifespan");
        assertThat(report.expired()).isEqualTo(1);
        join(publisher.publish(2));
        eventually().until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly(2);
    }

    /** Kept messages are there for late comers on the new system, and not told again to those who know them. */
    @ParameterizedTest
    @CsvSource({"local", "wire"})
    void keptMessagesMoveAlong(String kind) {
        Qos keeps = Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL);
        BlockingQueue<Integer> early = new LinkedBlockingQueue<>();
        join(bus.subscribe("/map", Integer.class, keeps, (body, message) -> early.add(body)).ready());
        Publisher<Integer> publisher = bus.publisher("/map", Integer.class, keeps);
        join(publisher.publish(1));
        for (int i = 0; i < 3; i++) {
            swap(provider(kind), kind);
            BlockingQueue<Integer> late = new LinkedBlockingQueue<>();
            bus.subscribe("/map", Integer.class, keeps, (body, message) -> late.add(body));
            eventually().until(() -> late.size() == 1);
            assertThat(late).containsExactly(1);
        }
        join(publisher.publish(2));
        eventually().until(() -> early.size() >= 2);
        assertThat(early).containsExactly(1, 2);
    }

    /** Durable and ephemeral keys move, what is removed meanwhile stays removed, and a watch hears nothing of it. */
    @ParameterizedTest
    @CsvSource({"local", "wire"})
    void stateMovesAlong(String kind) {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        join(bus.put("/s/durable", 1, Lifetime.DURABLE));
        join(bus.put("/s/gone", 1, Lifetime.DURABLE));
        ParticipantBus other = hub.view("other", null);
        join(other.put("/s/ephemeral", 2, Lifetime.EPHEMERAL));
        bus.watch("/s/*", Integer.class, new Watcher<Integer>() {
            @Override
            public void put(Name key, Integer value) {
                events.add(key + "=" + value);
            }

            @Override
            public void removed(Name key) {
                events.add("-" + key);
            }
        });
        eventually().until(() -> events.size() == 3);
        join(bus.remove("/s/gone"));
        eventually().until(() -> events.size() == 4);
        events.clear();
        for (int i = 0; i < 3; i++) {
            swap(provider(kind), kind);
            eventually().until(() -> join(bus.get("/s/durable", Integer.class)).equals(Optional.of(1)));
            eventually().until(() -> join(bus.get("/s/ephemeral", Integer.class)).equals(Optional.of(2)));
            assertThat(join(bus.get("/s/gone", Integer.class))).isEmpty();
        }
        join(bus.put("/s/durable", 5, Lifetime.DURABLE));
        eventually().until(() -> !events.isEmpty());
        other.close();
        eventually().until(() -> join(bus.get("/s/ephemeral", Integer.class)).isEmpty());
        eventually().until(() -> events.size() == 2);
        assertThat(events).containsExactly("/s/durable=5", "-/s/ephemeral");
    }

    /** Calls under way are answered over the link they went out on; later ones go over the new. */
    @Test
    void callsUnderWayAreAnswered() throws Exception {
        swap(wire, "wire");
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        join(bus.serve("/slow", Integer.class, Integer.class, (body, request) -> {
            entered.countDown();
            return CompletableFuture.supplyAsync(() -> {
                try {
                    await(go);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return body + 1;
            });
        }).ready());
        Caller<Integer, Integer> caller = bus.caller("/slow", Integer.class, Integer.class);
        CompletableFuture<Integer> before = caller.call(1, Duration.ofSeconds(SECONDS));
        await(entered);
        CompletableFuture<SwapReport> report = CompletableFuture.supplyAsync(() -> swap(new LocalProvider(), "local"));
        eventually().until(() -> bus.statistics().provider().equals("local"));
        CompletableFuture<Integer> after = caller.call(2, Duration.ofSeconds(SECONDS));
        go.countDown();
        assertThat(join(before)).isEqualTo(2);
        assertThat(join(after)).isEqualTo(3);
        assertThat(join(report).outcome()).isEqualTo(Outcome.DONE);
    }

    /** Calls a service without a pause, and never waits for more than so many answers, until it is closed. */
    private final class Asking implements AutoCloseable {
        private static final int WINDOW = 32;
        final List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        final AtomicLong asked = new AtomicLong();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Thread thread = new Thread(this::ask, "asking");

        Asking() {
            join(bus.serve("/n", Long.class, Boolean.class,
                    (number, request) -> CompletableFuture.completedFuture(heard.add(number))).ready());
            thread.start();
        }

        private void ask() {
            Caller<Long, Boolean> caller = bus.caller("/n", Long.class, Boolean.class);
            Semaphore window = new Semaphore(WINDOW);
            while (!stop.get()) {
                window.acquireUninterruptibly();
                caller.call(asked.incrementAndGet(), Duration.ofSeconds(SECONDS)).whenComplete((done, error) -> {
                    failure.compareAndSet(null, error);
                    window.release();
                });
            }
            window.acquireUninterruptibly(WINDOW);
        }

        void goesOn() {
            long before = asked.get();
            eventually().until(() -> asked.get() > before + 10);
        }

        /** Every call came, once, in order. */
        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
            assertThat(thread.isAlive()).isFalse();
            assertThat(failure.get()).isNull();
            assertThat(heard).containsExactlyElementsOf(LongStream.rangeClosed(1, asked.get()).boxed().toList());
        }
    }

    /** A call does not overtake those that are still on the former link's way; mail relies on it. */
    @ParameterizedTest
    @CsvSource({"local,local", "local,wire", "wire,wire"})
    void callsToTheSameRuntimeKeepTheirOrder(String one, String other) throws Exception {
        int swaps = Boolean.getBoolean("anole.soak") ? 1000 : 40;
        swap(provider(one), one);
        try (Asking asking = new Asking()) {
            for (int i = 0; i < swaps; i++) {
                String kind = i % 2 == 0 ? other : one;
                assertThat(swap(provider(kind), kind).outcome()).isEqualTo(Outcome.DONE);
                asking.goesOn();
            }
        }
    }

    /** The same while there is no link, and one is expected. */
    @ParameterizedTest
    @CsvSource({"local", "wire"})
    void callsThatWaitForALinkKeepTheirOrder(String kind) {
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        swap(provider(kind), kind);
        join(bus.serve("/n", Integer.class, Boolean.class,
                (number, request) -> CompletableFuture.completedFuture(heard.add(number))).ready());
        Caller<Integer, Boolean> early = bus.caller("/n", Integer.class, Boolean.class);
        hub.suspend("its provider went away");
        assertThat(bus.statistics().provider()).isEqualTo(kind);
        Caller<Integer, Boolean> late = bus.caller("/n", Integer.class, Boolean.class);
        for (Caller<Integer, Boolean> caller : List.of(early, late)) {
            heard.clear();
            if (caller == late) {
                hub.suspend("its provider went away again");
            }
            List<CompletableFuture<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                calls.add(caller.call(i, Duration.ofSeconds(SECONDS)));
            }
            hub.open(provider(kind), kind, Map.of());
            for (int i = 16; i < 32; i++) {
                calls.add(caller.call(i, Duration.ofSeconds(SECONDS)));
            }
            calls.forEach(LocalBus::join);
            assertThat(heard).containsExactlyElementsOf(IntStream.range(0, 32).boxed().toList());
        }
    }

    /** Calls that were held back when it turned out that the bus stays go where they would have gone, in order. */
    @Test
    void callsGoOnWhenTheBusStays() {
        swap(wire, "wire");
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        join(bus.serve("/n", Integer.class, Boolean.class,
                (number, request) -> CompletableFuture.completedFuture(heard.add(number))).ready());
        Caller<Integer, Boolean> early = bus.caller("/n", Integer.class, Boolean.class);
        hub.callers().hold();
        Caller<Integer, Boolean> late = bus.caller("/n", Integer.class, Boolean.class);
        List<CompletableFuture<Boolean>> calls = List.of(early.call(1), early.call(2), late.call(3));
        assertThat(heard).isEmpty();
        hub.abandon(hub.session());
        calls.forEach(LocalBus::join);
        join(early.call(4));
        assertThat(heard).hasSize(4).containsSubsequence(1, 2, 4).contains(3);
    }

    /** A handler that waits for a call is part of what is drained, so calls are held back after that. */
    @Test
    void aHandlerThatWaitsForACallDoesNotKeepTheBusFromMoving() throws Exception {
        swap(wire, "wire");
        join(bus.serve("/echo", Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(body)).ready());
        Caller<Integer, Integer> caller = bus.caller("/echo", Integer.class, Integer.class);
        AtomicInteger handled = new AtomicInteger();
        join(bus.subscribe("/topic", Integer.class, buffer(Overflow.BLOCK, 2), (body, message) -> {
            join(caller.call(body, Duration.ofSeconds(SECONDS)));
            handled.incrementAndGet();
        }).ready());
        Publisher<Integer> publisher = bus.publisher("/topic", Integer.class);
        for (int i = 0; i < 12; i++) {
            publisher.publish(i);
        }
        assertThat(swap(wire, "wire").outcome()).isEqualTo(Outcome.DONE);
        eventually().until(() -> handled.get() == 12);
    }

    /** A publisher that comes while the bus moves goes on with the others, wherever that is. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPublisherThatComesWhileTheBusMovesGoesOnWithTheOthers(boolean stays) throws Exception {
        swap(wire, "wire");
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        join(bus.subscribe("/n", Integer.class, heard::add).ready());
        hub.hold();
        int before = wire.latest.advertised.get();
        Publisher<Integer> late = bus.publisher("/n", Integer.class);
        CompletionStage<Void> sent = late.publish(1);
        assertThat(wire.latest.advertised.get()).isEqualTo(before);
        assertThat(heard).isEmpty();

        if (stays) {
            hub.abandon(hub.session());
        } else {
            assertThat(swap(wire, "wire").outcome()).isEqualTo(Outcome.DONE);
        }

        join(sent);
        assertThat(heard.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
        join(late.publish(2));
        assertThat(heard.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo(2);
    }

    /** What a service in another place has not answered is not waited for. */
    @Test
    void aCallThatNobodyHereServesIsNotWaitedFor() {
        swap(wire, "wire");
        wire.latest.inner().serve(Name.of("/elsewhere"), request -> new CompletableFuture<>());
        CompletableFuture<Integer> asked = bus.caller("/elsewhere", Integer.class, Integer.class)
                .call(1, Duration.ofSeconds(SECONDS));
        SwapReport report = swap(wire, "wire");
        assertThat(report.outcome()).isEqualTo(Outcome.DONE);
        assertThat(report.blackout()).isLessThan(Duration.ofSeconds(2));
        assertThat(asked).isNotDone();
    }

    /** The provider's bundle goes and comes: RELIABLE messages, calls and questions wait for it; others are dropped and counted. */
    @ParameterizedTest
    @CsvSource({"local", "wire"})
    void withoutAProviderTheBusWaits(String kind) throws Exception {
        swap(provider(kind), kind);
        join(bus.put("/kept", 7, Lifetime.DURABLE));
        join(bus.serve("/echo", Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(body)).ready());
        Publisher<Integer> fleeting =
                bus.publisher("/fleeting", Integer.class, Qos.DEFAULT.reliability(Reliability.BEST_EFFORT));
        Caller<Integer, Integer> caller = bus.caller("/echo", Integer.class, Integer.class);
        try (Load load = new Load(4, 20_000)) {
            for (int i = 0; i < 20; i++) {
                hub.suspend("its provider went away");
                CompletableFuture<Integer> called = caller.call(i, Duration.ofSeconds(SECONDS));
                CompletableFuture<Optional<Integer>> got = bus.get("/kept", Integer.class);
                assertThatThrownBy(() -> join(fleeting.publish(1))).hasCauseInstanceOf(LinkLost.class);
                hub.open(provider(kind), kind, Map.of());
                assertThat(join(called)).isEqualTo(i);
                assertThat(join(got)).contains(7);
                long before = load.sent[0];
                eventually().until(() -> load.sent[0] > before + 10);
            }
        }
        assertThat(dropped(Kind.PUBLISHER, "/fleeting", Drop.LINK_DOWN)).isEqualTo(20);
    }

    /** The wait is bounded: then everything fails as without a link. */
    @Test
    void theWaitForAProviderIsBounded() {
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        Caller<Integer, Integer> caller = bus.caller("/echo", Integer.class, Integer.class);
        hub.suspend("its provider went away");
        CompletableFuture<Integer> called = caller.call(1, Duration.ofSeconds(SECONDS));
        CompletableFuture<Optional<Integer>> got = bus.get("/k", Integer.class);
        assertThatThrownBy(() -> join(publisher.publish(1))).hasCauseInstanceOf(LinkLost.class)
                .hasMessageContaining("its provider went away");
        assertThatThrownBy(() -> join(called)).hasCauseInstanceOf(LinkLost.class);
        assertThatThrownBy(() -> join(got)).hasCauseInstanceOf(LinkLost.class);
        hub.open(new LocalProvider(), "local", Map.of());
        join(publisher.publish(2));
    }
}
