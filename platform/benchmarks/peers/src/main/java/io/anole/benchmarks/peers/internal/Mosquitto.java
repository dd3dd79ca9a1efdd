package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
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

    private final int port;
    private final Process process;

    Mosquitto() throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path configuration = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(configuration, "listener " + port + " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
                + "max_inflight_messages 1000\n");
        Path binary = Path.of("/usr/sbin/mosquitto");
        process = new ProcessBuilder(Files.isExecutable(binary) ? binary.toString() : "mosquitto", "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        awaitPort();
        Files.delete(configuration);
    }

    private void awaitPort() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS);
        while (System.nanoTime() < until) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("mosquitto ended at once with code " + process.exitValue(), e);
                }
            }
        }
        throw new IOException("mosquitto does not answer on port " + port);
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
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

    /** Without this the client waits 40 ms for acknowledgements. */
    private static final class NoDelay extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return createSocket(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(host, port));
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket(host, port);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
