package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A Mosquitto on loopback, and what the bare Paho client gets through it. */
final class Mosquitto implements AutoCloseable {
    private static final int WINDOW = 256;
    private static final long SECONDS = 3;
    private static final long BOUND_MILLIS = 10_000;

    private final Broker broker = Broker.mosquitto();

    Mosquitto() throws IOException, InterruptedException {
    }

    String url() {
        return broker.url();
    }

    /** Messages of 8 bytes per second that one client sends with QoS 1 to itself, some at a time. */
    int bareRate() throws IOException, InterruptedException {
        try {
            MqttAsyncClient client = new MqttAsyncClient(url(), "bare", new MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setSocketFactory(new NoDelay());
            client.connect(options).waitForCompletion(BOUND_MILLIS);
            long heard = flood(client);
            client.disconnect().waitForCompletion(BOUND_MILLIS);
            client.close();
            return (int) (heard / SECONDS);
        } catch (MqttException e) {
            throw new IOException("the bare client failed: " + e.getMessage(), e);
        }
    }

    private static long flood(MqttAsyncClient client) throws MqttException, InterruptedException {
        AtomicLong heard = new AtomicLong();
        // Paho gives a listener of a subscription nothing unless the subscription has an identifier.
        MqttProperties identified = new MqttProperties();
        identified.setSubscriptionIdentifiers(List.of(1));
        client.subscribe(new MqttSubscription[] {new MqttSubscription("bare", 1)}, null, null,
                (topic, message) -> heard.incrementAndGet(), identified).waitForCompletion(BOUND_MILLIS);
        Released released = new Released();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS)) {
            if (released.window.tryAcquire(1, TimeUnit.SECONDS)) {
                client.publish("bare", new byte[8], 1, false, null, released);
            }
        }
        return heard.get();
    }

    /** Lets the next message go for each one that is acknowledged. */
    private static final class Released implements MqttActionListener {
        final Semaphore window = new Semaphore(WINDOW);

        @Override
        public void onSuccess(IMqttToken token) {
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            window.release();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
