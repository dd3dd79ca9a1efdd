package io.anole.provider.mqtt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.broker.mqtt.internal.Broker;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Value;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
}
