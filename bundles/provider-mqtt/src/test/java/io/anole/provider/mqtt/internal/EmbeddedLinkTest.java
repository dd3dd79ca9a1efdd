package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.broker.mqtt.internal.Broker;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over the embedded broker. */
class EmbeddedLinkTest extends LinkContract {
    static Broker broker;

    @BeforeAll
    static void start() throws IOException {
        broker = new Broker(new Broker.Settings("127.0.0.1", 0, 64, 16 << 20, 64 << 20, null, null), null);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Override
    String url() {
        return broker.url();
    }

    // G8: the broker keeps a topic's value in a queue that it makes for the first; of two first ones neither is thrown out
    @Test
    void twoMayBeTheFirstToPutAKey() {
        try (Peer one = new Peer("one", url()).connected(); Peer other = new Peer("other", url()).connected()) {
            for (int i = 0; i < 300; i++) {
                Name key = Name.of("/first/" + i);
                Optional<Value> value = Optional.of(new Value(i, "", "test"));
                CompletionStage<Void> first = one.link.put(key, value, Lifetime.DURABLE);
                CompletionStage<Void> second = other.link.put(key, value, Lifetime.DURABLE);
                Peer.done(first);
                Peer.done(second);
            }
            assertThat(one.downs).isEmpty();
            assertThat(other.downs).isEmpty();
        }
    }

    // G8: Artemis adds a retained message to its queue some time after the acknowledgement
    @Test
    void whatWasPutIsThereAtOnce() {
        try (Peer one = new Peer("one", url()).connected()) {
            for (int i = 0; i < 600; i++) {
                Name key = Name.of("/at/once/" + i / 100);
                Peer.done(one.link.put(key, Optional.of(new Value(i, "", "test")), Lifetime.DURABLE));
                assertThat(Peer.done(one.link.get(key)).map(Value::body)).map(String::valueOf).contains("" + i);
            }
        }
    }

    // G8: of two that write at once the same one wins for all, and on disk too
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void writersAtOnceEndAlikeForAll(boolean onDisk, @TempDir Path directory) throws IOException {
        Broker.Settings settings = new Broker.Settings("127.0.0.1", 0, 64, 16 << 20, 64 << 20, null, null);
        try (Broker mine = new Broker(settings, onDisk ? directory : null);
                Peer one = new Peer("one", mine.url()).connected();
                Peer two = new Peer("two", mine.url()).connected()) {
            for (int round = 0; round < 20; round++) {
                Name key = Name.of("/winner/" + round);
                List<Told> all = List.of(watch(one, key.toString()), watch(two, key.toString()));
                List<CompletionStage<Void>> writing = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    writing.add(one.link.put(key, Optional.of(new Value("one" + i, "", "")), Lifetime.DURABLE));
                    writing.add(two.link.put(key, Optional.of(new Value("two" + i, "", "")), Lifetime.DURABLE));
                }
                writing.forEach(Peer::done);
                String winner = key + "=" + Peer.done(one.link.get(key)).orElseThrow().body();
                for (Told told : all) {
                    Awaitility.await().atMost(Peer.SOON).pollInterval(Duration.ofMillis(1))
                            .untilAsserted(() -> assertThat(told.events).filteredOn(event -> !event.equals("synced")).endsWith(winner));
                }
            }
        }
    }

    // G2: a client that acknowledges nothing on one subscription, then all, gets what came for another meanwhile
    @Test
    void aFullWindowStarvesNoOtherSubscription() {
        try (Peer slow = new Peer("slow", url(), "receive.maximum", 8, "hold.max", 0).connected();
                Peer fast = new Peer("fast", url()).connected()) {
            CompletableFuture<Void> room = new CompletableFuture<>();
            Registration full = slow.link.subscribe(Pattern.of("/full"), Peer.RELIABLE, message -> room);
            Peer.done(full.ready());
            Peer.Heard other = slow.hear("/other");
            for (int i = 0; i < 8; i++) {
                fast.publish("/full", i);
            }
            fast.publish("/other", "waits");
            room.complete(null);
            assertThat(other.await(1)).containsExactly("waits");
        }
    }
}
