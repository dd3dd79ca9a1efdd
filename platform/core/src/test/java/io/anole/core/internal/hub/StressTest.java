package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Handler;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads at once, for a second or two each. */
class StressTest extends LocalBus {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What a starved machine delays is not lost. */
    StressTest() {
        super(Duration.ofSeconds(SECONDS));
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** G1, G2: eight publishers into one small BLOCK buffer behind lanes of all kinds: all arrive, once, in order. */
    @Test
    void eightIntoOneLosesNothing() throws Exception {
        int each = 20_000;
        ExecutorService single = Executors.newSingleThreadExecutor();
        List<CountDownLatch> all = new ArrayList<>();
        AtomicReference<String> wrong = new AtomicReference<>();
        for (int s = 0; s < 3; s++) {
            Map<String, Long> last = new HashMap<>();
            CountDownLatch done = new CountDownLatch(8 * each);
            all.add(done);
            Handler<Integer> handler = (body, message) -> {
                long expected = last.merge(message.source(), 1L, Long::sum);
                if (message.sequence() != expected) {
                    wrong.compareAndSet(null, message.source() + ": " + message.sequence() + " instead of " + expected);
                }
                done.countDown();
            };
            switch (s) {
                case 0 -> bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 3), handler);
                case 1 -> bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 64), single, handler);
                default -> bus.subscribe("/**", Integer.class, buffer(Overflow.BLOCK, 1), threads, handler);
            }
        }
        List<CompletableFuture<Void>> publishing = new ArrayList<>();
        for (int p = 0; p < 8; p++) {
            publishing.add(CompletableFuture.runAsync(() -> {
                Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
                for (int i = 0; i < each; i++) {
                    LocalBus.join(publisher.publish(i));
                }
            }, threads));
        }
        publishing.forEach(LocalBus::join);
        for (CountDownLatch done : all) {
            await(done);
        }
        single.shutdown();
        assertThat(wrong.get()).isNull();
    }

    /** G2: whatever opens, closes and overflows meanwhile, each message is handled or counted as dropped. */
    @Test
    void everyMessageIsHandledOrCounted() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            running.add(CompletableFuture.runAsync(() -> {
                Random random = ThreadLocalRandom.current();
                while (!stop.get()) {
                    try (Publisher<Integer> publisher = bus.publisher("/t/" + random.nextInt(3), Integer.class)) {
                        for (int i = random.nextInt(200); i > 0; i--) {
                            publisher.publish(i);
                        }
                    }
                }
            }, threads));
        }
        for (int t = 0; t < 3; t++) {
            running.add(CompletableFuture.runAsync(() -> {
                Random random = ThreadLocalRandom.current();
                while (!stop.get()) {
                    String pattern = random.nextBoolean() ? "/t/*" : "/t/" + random.nextInt(3);
                    Overflow overflow = Overflow.values()[random.nextInt(3)];
                    CountDownLatch heard = new CountDownLatch(random.nextInt(50));
                    try (Registration registration = bus.subscribe(pattern, Integer.class,
                            buffer(overflow, 1 + random.nextInt(20)), (body, message) -> heard.countDown())) {
                        while (heard.getCount() > 0 && !stop.get()) {
                            Thread.onSpinWait();
                        }
                    }
                }
            }, threads));
        }
        CountDownLatch time = new CountDownLatch(1);
        CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS).execute(time::countDown);
        await(time);
        stop.set(true);
        running.forEach(LocalBus::join);
        eventually().until(() -> bus.statistics().endpoints().isEmpty());
        Counters total = bus.statistics().total();
        assertThat(total.failed()).isLessThanOrEqualTo(total.dropped().getOrDefault(Drop.REJECTED, 0L));
        long buffered = total.handled() + total.dropped().getOrDefault(Drop.OVERFLOW, 0L);
        long closed = total.dropped().getOrDefault(Drop.CLOSED, 0L);
        assertThat(total.received()).isBetween(buffered, buffered + closed).isGreaterThan(10_000);
    }

    /** G6: calls from many threads, while the server comes and goes: each completes once, and none hangs. */
    @Test
    void everyCallCompletes() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                CountDownLatch answered = new CountDownLatch(200);
                try (Registration service = bus.serve("/echo", Integer.class, Integer.class, (body, request) -> {
                    answered.countDown();
                    return body % 3 == 0 ? CompletableFuture.supplyAsync(() -> body, threads)
                            : CompletableFuture.completedFuture(body);
                })) {
                    while (answered.getCount() > 0 && !stop.get()) {
                        Thread.onSpinWait();
                    }
                }
            }
        }, threads);
        AtomicInteger good = new AtomicInteger();
        AtomicInteger bad = new AtomicInteger();
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        List<CompletableFuture<List<CompletableFuture<Integer>>>> callers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            callers.add(CompletableFuture.supplyAsync(() -> {
                var caller = bus.caller("/echo", Integer.class, Integer.class);
                List<CompletableFuture<Integer>> mine = new ArrayList<>();
                for (int i = 0; i < 5_000; i++) {
                    int body = i;
                    mine.add(caller.call(body, Duration.ofSeconds(SECONDS)).whenComplete((result, error) -> {
                        if (error == null && result == body) {
                            good.incrementAndGet();
                        } else {
                            bad.incrementAndGet();
                        }
                    }));
                    if (i % 50 == 0) {
                        mine.get(i).handle((result, error) -> 0).join();
                    }
                }
                return mine;
            }, threads));
        }
        callers.forEach(one -> calls.addAll(join(one)));
        calls.forEach(call -> join(call.handle((result, error) -> 0)));
        stop.set(true);
        join(server);
        assertThat(good.get() + bad.get()).isEqualTo(20_000);
        assertThat(good.get()).isGreaterThan(1_000);
    }

    /** More workers come while handlers block, and they go on when the handlers do. */
    @Test
    void blockedHandlersGetCompany() throws Exception {
        int many = 40;
        CountDownLatch together = new CountDownLatch(many);
        CountDownLatch done = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            bus.subscribe("/n", Integer.class, Qos.DEFAULT, (Integer body, Message message) -> {
                together.countDown();
                together.await();
                done.countDown();
            });
        }
        bus.publisher("/n", Integer.class).publish(1);
        await(done);
    }

    /** Handlers that keep a processor busy, or seem to while they wait inside the system, keep the others out only briefly. */
    @Test
    void busyHandlersGetCompany() throws Exception {
        int many = 6;
        CountDownLatch together = new CountDownLatch(many);
        CountDownLatch done = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            bus.subscribe("/n", Integer.class, Qos.DEFAULT, (Integer body, Message message) -> {
                together.countDown();
                long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (together.getCount() > 0 && System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                }
                if (together.getCount() == 0) {
                    done.countDown();
                }
            });
        }
        bus.publisher("/n", Integer.class).publish(1);
        await(done);
    }
}
