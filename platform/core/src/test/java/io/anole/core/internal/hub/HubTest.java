package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Watcher;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The local bus end to end. */
@Timeout(30)
class HubTest {
    private final Hub hub = new Hub(HubConfig.of("main", "robot", "local"), new RecordShapes());
    private ParticipantBus bus;

    record Point(double x, double y) {
    }

    @BeforeEach
    void open() {
        hub.open(new LocalProvider(), Map.of());
        bus = hub.view("tester", null);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void whatIsPublishedIsHeardByReferenceWithItsSender() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/a/*", Point.class, io.anole.bus.Qos.DEFAULT, (body, message) -> {
            heard.add(body);
            heard.add(message);
        }).ready().toCompletableFuture().join();
        Publisher<Point> publisher = bus.publisher("/a/b", Point.class);
        Point point = new Point(1, 2);
        publisher.publish(point).toCompletableFuture().join();
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isSameAs(point);
        assertThat(heard.poll(5, TimeUnit.SECONDS)).satisfies(message -> {
            io.anole.bus.Message m = (io.anole.bus.Message) message;
            assertThat(m.source()).matches("robot/tester/\\d+");
            assertThat(m.sequence()).isEqualTo(1);
            assertThat(m.name()).isEqualTo(Name.of("/a/b"));
        });
    }

    @Test
    void aServiceAnswersAndANameNobodyServesFailsAtOnce() {
        bus.serve("/double", Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(2 * body));
        assertThat(bus.caller("/double", Integer.class, Integer.class).call(21).join()).isEqualTo(42);
        assertThatThrownBy(bus.caller("/none", Integer.class, Integer.class).call(1)::join)
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(NoProvider.class);
        assertThatThrownBy(bus.serve("/double", Integer.class, Integer.class, (body, request) -> null).ready()
                .toCompletableFuture()::join).hasCauseInstanceOf(Conflict.class);
    }

    @Test
    void stateIsPutReadAndWatched() throws Exception {
        bus.put("/speed", 3, Lifetime.DURABLE).join();
        assertThat(bus.get("/speed", Integer.class).join()).contains(3);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        bus.watch("/**", Integer.class, new Watcher<Integer>() {
            @Override
            public void put(Name key, Integer value) {
                if (!key.reserved()) {
                    heard.add(key + "=" + value);
                }
            }

            @Override
            public void removed(Name key) {
                heard.add(key + " removed");
            }

            @Override
            public void synced() {
                heard.add("synced");
            }
        });
        assertThat(List.of(heard.poll(5, TimeUnit.SECONDS), heard.poll(5, TimeUnit.SECONDS)))
                .containsExactly("/speed=3", "synced");
        bus.remove("/speed").join();
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("/speed removed");
    }
}
