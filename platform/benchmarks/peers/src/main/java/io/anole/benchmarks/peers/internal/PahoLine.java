package io.anole.benchmarks.peers.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The bare Paho client with TCP_NODELAY. */
final class PahoLine implements RouterLine, MqttCallback {
    private static final long BOUND_MILLIS = 10_000;
    private static final int WINDOW = 256;

    private final MqttAsyncClient client;
    private final int qos;
    private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();
    private final Semaphore window = new Semaphore(WINDOW);
    private final MqttActionListener sent = new MqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            mqttErrorOccurred(new MqttException(error));
        }
    };

    PahoLine(String name, String url, int qos) throws MqttException {
        this.qos = qos;
        client = new MqttAsyncClient(url, name, new MemoryPersistence());
        client.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new NoDelay());
        options.setReceiveMaximum(65_535);
        client.connect(options).waitForCompletion(BOUND_MILLIS);
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) throws MqttException {
        handlers.put(topic, handler);
        client.subscribe(topic, qos).waitForCompletion(BOUND_MILLIS);
    }

    @Override
    public Sink to(String topic) {
        return body -> send(topic, body);
    }

    private void send(String topic, byte[] body) throws Exception {
        if (!window.tryAcquire(BOUND_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("Mosquitto acknowledges nothing any more");
        }
        client.publish(topic, body, qos, false, null, sent);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        Consumer<byte[]> handler = handlers.get(topic);
        if (handler != null) {
            handler.accept(message.getPayload());
        }
    }

    @Override
    public void mqttErrorOccurred(MqttException error) {
        System.err.println("bench: the Paho client failed: " + error);
    }

    @Override
    public void disconnected(MqttDisconnectResponse why) {
        // the run ends without figures then
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // the listener of each message hears it
    }

    @Override
    public void connectComplete(boolean again, String url) {
        // connect() has waited for it
    }

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {
        // nobody asks for it
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 0, false);
        client.close(true);
    }
}
