package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.core.ParticipantBus;
import io.anole.provider.local.internal.LocalProvider;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Keys: put, got, watched, and gone with their owner. */
class StateTest extends LocalBus {
    private static final class Events implements Watcher<Object> {
        final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void put(Name key, Object value) {
            all.add(key + "=" + value);
        }

        @Override
        public void removed(Name key) {
            all.add("-" + key);
        }

        @Override
        public void synced() {
            all.add("synced");
        }

        void expect(String... events) throws InterruptedException {
            for (String event : events) {
                assertThat(all.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo(event);
            }
        }
    }

    /** G8: own writes are read; nothing-like values are values. */
    @Test
    void nothingIsNotAbsence() {
        Map<String, Object> values = new HashMap<>();
        values.put("/zero", 0);
        values.put("/false", false);
        values.put("/empty", "");
        values.put("/null", null);
        values.forEach((key, value) -> join(bus.put(key, value, Lifetime.DURABLE)));
        values.forEach((key, value) -> {
            Optional<Value> got = join(bus.get(key, Value.class));
            assertThat(got).hasValueSatisfying(one -> assertThat(one.body()).isEqualTo(value));
            assertThat(got.get().source()).startsWith("robot/tester/");
        });
        assertThat(join(bus.get("/absent", Value.class))).isEmpty();
        assertThat(join(bus.get("/zero", Integer.class))).contains(0);
        assertThat(join(bus.get("/null", String.class))).isEmpty();
        join(bus.put("/zero", 1, Lifetime.DURABLE));
        assertThat(join(bus.get("/zero", Integer.class))).contains(1);
        join(bus.remove("/zero"));
        assertThat(join(bus.get("/zero", Integer.class))).isEmpty();
    }

    /** G9: snapshot, synced, changes; nothing of other keys. */
    @Test
    void aWatchHearsSnapshotThenChanges() throws Exception {
        join(bus.put("/w/a", 1, Lifetime.DURABLE));
        join(bus.put("/w/b", null, Lifetime.DURABLE));
        join(bus.put("/v", 2, Lifetime.DURABLE));
        Events events = new Events();
        join(bus.watch("/w/**", Object.class, events).ready());
        events.expect("/w/a=1", "/w/b=null", "synced");
        bus.put("/v", 3, Lifetime.DURABLE);
        bus.put("/w/c", 4, Lifetime.DURABLE);
        events.expect("/w/c=4");
        bus.remove("/w/never");
        bus.remove("/w/a");
        events.expect("-/w/a");
        assertThat(events.all).isEmpty();
    }

    /** A watcher that is slow hears the newest value of each key, and that a key was gone, in a buffer that does not grow. */
    @Test
    void whatChangesFasterThanItIsHeardIsToldByItsNewestValue() throws Exception {
        Slow slow = new Slow();
        bus.watch("/fast/*", Integer.class, slow);
        bus.put("/fast/back", 0, Lifetime.DURABLE);
        await(slow.entered);
        for (int i = 1; i <= 1000; i++) {
            join(bus.put("/fast/a", i, Lifetime.DURABLE));
            join(bus.put("/fast/b", -i, Lifetime.DURABLE));
            join(bus.remove("/fast/back"));
            join(bus.put("/fast/back", i, Lifetime.DURABLE));
            join(bus.put("/fast/brief", i, Lifetime.DURABLE));
            join(bus.remove("/fast/brief"));
        }
        slow.go.countDown();
        eventually().until(() -> slow.heard.size() >= 7);
        assertThat(slow.heard).containsExactly("/fast/back=0", "/fast/a=1000", "/fast/b=-1000", "-/fast/back",
                "/fast/back=1000", "/fast/brief=1000", "-/fast/brief");
    }

    /** Keys that come and go unheard are told up to a bound, and counted beyond it. */
    @Test
    void briefKeysDoNotFillTheMemory() throws Exception {
        Slow slow = new Slow();
        bus.watch("/brief/*", Integer.class, slow);
        bus.put("/brief/first", 0, Lifetime.DURABLE);
        await(slow.entered);
        for (int i = 0; i < 2000; i++) {
            join(bus.put("/brief/" + i, i, Lifetime.DURABLE));
            join(bus.remove("/brief/" + i));
        }
        join(bus.put("/brief/last", 1, Lifetime.DURABLE));
        slow.go.countDown();
        eventually().until(() -> slow.heard.contains("/brief/last=1"));
        assertThat(slow.heard).hasSize(2 + 2 * 1024).contains("/brief/0=0", "-/brief/0", "/brief/1023=1023", "-/brief/1023");
        assertThat(bus.statistics().total().dropped()).containsEntry(Drop.OVERFLOW, 2000L - 1024);
    }

    /** Is held up in the first event. */
    private static final class Slow implements Watcher<Integer> {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void put(Name key, Integer value) {
            entered.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            heard.add(key + "=" + value);
        }

        @Override
        public void removed(Name key) {
            heard.add("-" + key);
        }
    }

    /** G10: ephemeral keys go with their owner, at once, unless another has taken them over. */
    @Test
    void ephemeralKeysEndWithTheirOwner() {
        ParticipantBus process = hub.view("process", null);
        join(process.put("/mine", 1, Lifetime.EPHEMERAL));
        join(process.put("/taken", 1, Lifetime.EPHEMERAL));
        join(process.put("/stays", 1, Lifetime.DURABLE));
        join(bus.put("/taken", 2, Lifetime.EPHEMERAL));
        process.close();
        assertThat(join(bus.get("/mine", Integer.class))).isEmpty();
        assertThat(join(bus.get("/taken", Integer.class))).contains(2);
        assertThat(join(bus.get("/stays", Integer.class))).contains(1);
    }

    /** G10: what waits for a link is not put any more once its owner has closed; what was to stay is. */
    @Test
    void anEphemeralKeyThatWaitsEndsWithItsOwner() {
        ParticipantBus process = hub.view("process", null);
        hub.suspend("its provider goes");
        CompletableFuture<Void> mine = process.put("/mine", 1, Lifetime.EPHEMERAL);
        CompletableFuture<Void> stays = process.put("/stays", 1, Lifetime.DURABLE);
        process.close();
        hub.open(new LocalProvider(), "local", Map.of());
        assertThatThrownBy(() -> join(mine)).hasCauseInstanceOf(Closed.class);
        join(stays);
        assertThat(join(bus.get("/mine", Integer.class))).isEmpty();
        assertThat(join(bus.get("/stays", Integer.class))).contains(1);
    }

    /** G10: one thread puts, another closes the view at any moment. */
    @Test
    void anEphemeralKeyThatIsPutMeanwhileEndsWithItsOwner() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            ParticipantBus process = hub.view("process", null);
            AtomicInteger puts = new AtomicInteger();
            CompletableFuture<Void> putting = CompletableFuture.runAsync(() -> {
                while (!process.put("/mine", puts.incrementAndGet(), Lifetime.EPHEMERAL).isCompletedExceptionally()) {
                    Thread.onSpinWait();
                }
            });
            int enough = random.nextInt(50);
            while (puts.get() < enough && !putting.isDone()) {
                Thread.onSpinWait();
            }
            process.close();
            join(putting);
            assertThat(join(bus.get("/mine", Integer.class))).isEmpty();
        }
    }

    /** G9, G10, G11: on a new link ephemeral keys are there again, and a watch is told differences only. */
    @Test
    void aNewLinkBringsDifferencesOnly() throws Exception {
        join(bus.put("/s/durable", 1, Lifetime.DURABLE));
        join(bus.put("/s/ephemeral", 2, Lifetime.EPHEMERAL));
        Events events = new Events();
        join(bus.watch("/s/*", Object.class, events).ready());
        events.expect("/s/durable=1", "/s/ephemeral=2", "synced");
        hub.lose("gone");
        hub.open(new LocalProvider(), "local", Map.of());
        events.expect("-/s/durable", "synced");
        assertThat(join(bus.get("/s/ephemeral", Integer.class))).contains(2);
        assertThat(events.all).isEmpty();
    }

    /** Whoever looks sees every open endpoint, and no longer once it is closed. */
    @Test
    void endpointsAreAnnounced() {
        var publisher = bus.publisher("/odom", DeliveryTest.Point.class);
        var subscription = bus.subscribe("/odom", Object.class, body -> { });
        var service = bus.serve("/reset", Object.class, Boolean.class, (body, request) -> null);
        bus.subscribe("/@graph/**", Object.class, body -> { });
        Map<String, Map<String, Object>> seen = Collections.synchronizedMap(new HashMap<>());
        bus.watch("/@graph/robot/tester/**", Object.class, new Watcher<Object>() {
            @Override
            public void put(Name key, Object value) {
                Map<String, Object> tree = new HashMap<>();
                ((Map<?, ?>) value).forEach((k, v) -> tree.put(k.toString(), v));
                seen.put(key.toString(), tree);
            }

            @Override
            public void removed(Name key) {
                seen.remove(key.toString());
            }
        });
        eventually().until(() -> seen.size() == 3);
        assertThat(seen.values()).anySatisfy(tree -> assertThat(tree).containsEntry("kind", "publisher")
                .containsEntry("name", "/odom").containsEntry("participant", "tester").containsEntry("runtime", "robot")
                .hasEntrySatisfying("shape", shape -> assertThat(((Map<?, ?>) shape).keySet().stream().map(Object::toString))
                        .containsExactlyElementsOf(Arrays.asList("x", "y"))));
        assertThat(seen.values().stream().map(tree -> tree.get("kind")))
                .containsExactlyInAnyOrderElementsOf(List.of("publisher", "subscription", "service"));
        publisher.close();
        subscription.close();
        service.close();
        eventually().until(seen::isEmpty);
    }
}
