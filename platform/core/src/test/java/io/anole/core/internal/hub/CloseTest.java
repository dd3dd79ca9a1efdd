package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Handler;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Watcher;
import io.anole.core.ParticipantBus;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** G12: after close() no handler runs or will run; and closing never waits for itself. */
class CloseTest extends LocalBus {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void closingWaitsForTheHandler() throws Exception {
        Stuck stuck = new Stuck("/n", Qos.DEFAULT);
        stuck.publisher.publish(1);
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> {
            stuck.registration.close();
            return stuck.go.getCount() == 0;
        }, threads);
        assertThatThrownBy(() -> closing.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        stuck.close();
        assertThat(join(closing)).isTrue();
        assertThat(stuck.heard).containsExactly(0);
        stuck.publisher.publish(2);
        assertThat(bus.statistics().total().dropped()).containsEntry(Drop.CLOSED, 1L);
        assertThat(stuck.heard).containsExactly(0);
    }

    @Test
    void aHandlerMayCloseItself() throws Exception {
        AtomicReference<Registration> own = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch set = new CountDownLatch(1);
        own.set(bus.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> {
            set.await();
            own.get().close();
            closed.countDown();
        }));
        set.countDown();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        publisher.publish(1);
        publisher.publish(2);
        await(closed);
        eventually().until(() -> bus.statistics().total().handled() == 1);
        assertThat(bus.statistics().total().failed()).isZero();
    }

    /** Both handlers close the other: neither can be waited for, and neither waits for ever. */
    @Test
    void twoHandlersMayCloseEachOther() throws Exception {
        Registration[] both = new Registration[2];
        CountDownLatch inside = new CountDownLatch(2);
        CountDownLatch closed = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            both[i] = bus.subscribe("/n", Integer.class, Qos.DEFAULT, (body, message) -> {
                inside.countDown();
                inside.await();
                both[other].close();
                closed.countDown();
            });
        }
        bus.publisher("/n", Integer.class).publish(1);
        await(closed);
    }

    /** DS deactivates on whatever thread it likes, the lane's own among them. */
    @Test
    void aViewMayBeClosedOnItsOwnLane() throws Exception {
        ExecutorService lane = Executors.newSingleThreadExecutor();
        ParticipantBus process = hub.view("process", lane);
        CountDownLatch closed = new CountDownLatch(1);
        process.subscribe("/n", Integer.class, body -> {
            process.close();
            closed.countDown();
        });
        process.subscribe("/n", Integer.class, body -> { });
        bus.publisher("/n", Integer.class).publish(1);
        await(closed);
        eventually().until(() -> bus.statistics().endpoints().size() == 1);
        assertThatThrownBy(() -> process.subscribe("/n", Integer.class, body -> { })).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'process'");
        assertThatThrownBy(() -> join(process.get("/k", String.class))).hasCauseInstanceOf(Closed.class);
        lane.shutdown();
    }

    /** A publisher that is held back goes on when the subscription closes. */
    @Test
    void closingFreesThoseHeldBack() throws Exception {
        try (Stuck stuck = new Stuck("/n", buffer(Overflow.BLOCK, 1))) {
            stuck.publisher.publish(1);
            CompletableFuture<CompletionStage<Void>> held = CompletableFuture.supplyAsync(() -> stuck.publisher.publish(2), threads);
            eventually().until(() -> bus.statistics().endpoints().stream().anyMatch(one -> one.waiting() == 2));
            CompletableFuture<Void> closing = CompletableFuture.runAsync(stuck.registration::close, threads);
            stuck.close();
            join(closing);
            join(join(held));
        }
    }

    /** Closing in the middle of a flood: whoever is closed is not called any more. */
    @Test
    void nothingRunsAfterCloseInAFlood() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
            while (!stop.get()) {
                publisher.publish(1);
            }
        }, threads);
        AtomicBoolean late = new AtomicBoolean();
        for (int i = 0; i < 300; i++) {
            AtomicBoolean open = new AtomicBoolean(true);
            CountDownLatch heard = new CountDownLatch(3);
            Registration registration = bus.subscribe("/n", Integer.class, buffer(Overflow.values()[i % 3], 1 + i % 7),
                    (body, message) -> {
                        heard.countDown();
                        if (!open.get()) {
                            late.set(true);
                        }
                    });
            await(heard);
            registration.close();
            open.set(false);
        }
        stop.set(true);
        join(flood);
        assertThat(late).isFalse();
        assertThat(bus.statistics().endpoints()).hasSize(1);
    }

    private static final class Keys implements Watcher<Object> {
        final Set<Name> all = ConcurrentHashMap.newKeySet();

        @Override
        public void put(Name key, Object value) {
            all.add(key);
        }

        @Override
        public void removed(Name key) {
            all.remove(key);
        }
    }

    /** One thread opens, another closes the view at any moment: nothing that was opened stays, nor is it shown any more. */
    @Test
    void nothingStaysOfAViewThatIsClosedWhileItOpens() throws Exception {
        Keys shown = new Keys();
        bus.watch("/@graph/robot/process/**", Object.class, shown);
        // Who opens waits at times for the hub: a look at many endpoints takes a while.
        int many = 500;
        for (int i = 0; i < many; i++) {
            bus.publisher("/@many", Integer.class);
        }
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                hub.endpoints();
            }
        }, threads);
        Random random = new Random(1);
        for (int i = 0; i < 1_500; i++) {
            ParticipantBus process = hub.view("process", null);
            int first = random.nextInt(5);
            AtomicInteger opened = new AtomicInteger(first);
            CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> {
                while (opened.get() < first + 20) {
                    try {
                        open(process, opened.get());
                        opened.incrementAndGet();
                    } catch (IllegalStateException closed) {
                        return;
                    }
                }
            }, threads);
            int enough = first + random.nextInt(5);
            while (opened.get() < enough && !opening.isDone()) {
                Thread.onSpinWait();
            }
            process.close();
            join(opening);
        }
        stop.set(true);
        join(looking);
        assertThat(bus.statistics().endpoints()).hasSize(many + 1);
        eventually().until(shown.all::isEmpty);
    }

    private static void open(ParticipantBus process, int number) {
        switch (number % 5) {
            case 0 -> process.publisher("/n", Integer.class);
            case 1 -> process.subscribe("/n", Integer.class, body -> { });
            case 2 -> process.caller("/s", Integer.class, Integer.class);
            case 3 -> process.serve("/s/" + number, Integer.class, Integer.class,
                    (body, request) -> CompletableFuture.completedFuture(body));
            default -> process.watch("/k", Object.class, new Keys());
        }
    }

    /** What can't be opened any more is not kept: its handler may be of a bundle that is to go. */
    @Test
    void aClosedViewKeepsNoHandler() {
        ParticipantBus process = hub.view("process", null);
        process.close();
        WeakReference<Handler<Integer>> handler = subscribeInVain(process);
        eventually().until(() -> {
            System.gc();
            return handler.refersTo(null);
        });
    }

    private static WeakReference<Handler<Integer>> subscribeInVain(ParticipantBus process) {
        List<Integer> heard = new ArrayList<>();
        Handler<Integer> handler = (body, message) -> heard.add(body);
        assertThatThrownBy(() -> process.subscribe("/n", Integer.class, Qos.DEFAULT.deadline(Duration.ofSeconds(1)), handler))
                .isInstanceOf(IllegalStateException.class);
        return new WeakReference<>(handler);
    }
}
