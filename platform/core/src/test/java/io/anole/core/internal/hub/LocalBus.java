package io.anole.core.internal.hub;

import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A hub on a link inside the JVM, with short time limits. */
@Timeout(60)
abstract class LocalBus {
    static final long SECONDS = 20;
    final Hub hub;
    ParticipantBus bus;

    LocalBus() {
        this(Duration.ofMillis(300));
    }

    /** With a limit of its own for publishers that are held back. */
    LocalBus(Duration blockTimeout) {
        hub = new Hub(config("main", blockTimeout), new RecordShapes());
    }

    static HubConfig config(String bus) {
        return config(bus, Duration.ofMillis(300));
    }

    private static HubConfig config(String bus, Duration blockTimeout) {
        return new HubConfig(bus, "robot", "local", Duration.ofMillis(300), blockTimeout, 16, 64, 2, 64, false, 64,
                new HubConfig.Moving(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMillis(250)));
    }

    @BeforeEach
    void open() {
        hub.open(new LocalProvider(), "local", Map.of());
        bus = hub.view("tester", null);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    static Qos buffer(Overflow overflow, int depth) {
        return Qos.DEFAULT.buffer(overflow, depth);
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(SECONDS, TimeUnit.SECONDS).pollInterval(5, TimeUnit.MILLISECONDS);
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("waited in vain");
        }
    }

    Statistics.Endpoint endpoint(Kind kind, String name) {
        return bus.statistics().endpoints().stream().filter(one -> one.kind() == kind && one.name().equals(name)).findFirst()
                .orElseThrow();
    }

    long dropped(Kind kind, String name, Drop reason) {
        return endpoint(kind, name).counters().dropped().getOrDefault(reason, 0L);
    }

    /** A subscription whose handler waits until it is let go, its first message already in the handler. */
    final class Stuck implements AutoCloseable {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        final Registration registration;
        final Publisher<Integer> publisher;

        Stuck(String topic, Qos qos) throws InterruptedException {
            registration = bus.subscribe(topic, Integer.class, qos, (body, message) -> {
                entered.countDown();
                go.await();
                heard.add(body);
            });
            publisher = bus.publisher(topic, Integer.class);
            publisher.publish(0);
            await(entered);
        }

        @Override
        public void close() {
            go.countDown();
        }
    }
}
