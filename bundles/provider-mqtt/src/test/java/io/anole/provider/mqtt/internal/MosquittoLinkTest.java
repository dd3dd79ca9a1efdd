package io.anole.provider.mqtt.internal;

import io.anole.testkit.Mosquitto;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Mosquitto. */
class MosquittoLinkTest extends LinkContract {
    @TempDir
    static Path directory;
    static Mosquitto broker;

    @BeforeAll
    static void start() {
        broker = new Mosquitto(directory);
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
