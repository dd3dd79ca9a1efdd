package io.anole.provider.mqtt.internal;

import io.anole.broker.mqtt.internal.Broker;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
}
