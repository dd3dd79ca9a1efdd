package io.anole.provider.mqtt.internal;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttDisconnect;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/**
 * One connection, over one Paho client that is thrown away with it: nothing of a lost connection can leak into the next,
 * and Paho's own reconnecting is never used. Calls only queue something in Paho and never block, but for {@link #end},
 * which belongs on the link's scheduler. Paho calls back on its own threads; the owner must not block there.
 */
final class Session implements MqttCallback {
    private static final int MAX_REASON = 300;
    private static final long LEAVE_MILLIS = 1000;

    private final Settings settings;
    private final Owner owner;
    private final URI url;
    private final MqttAsyncClient client;
    private final Pings pings;
    /** Done when Paho has told that the connection is gone. */
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile boolean over;

    /** Hears of the session on Paho's threads; never blocks. */
    interface Owner {
        void arrived(Session session, String topic, MqttMessage message);

        void lost(Session session, String reason);
    }

    /** What the broker said when it accepted the connection. */
    record Accepted(boolean sessionPresent, int window, long maxPacket) {
    }

    Session(Settings settings, URI url, Owner owner, ScheduledExecutorService scheduler) throws MqttException {
        this.settings = settings;
        this.owner = owner;
        this.url = url;
        this.pings = new Pings(scheduler);
        this.client = new MqttAsyncClient(url.toString(), settings.clientId(), new MemoryPersistence(), pings, null);
        client.setCallback(this);
        client.setManualAcks(true);
    }

    String where() {
        return url.toString();
    }

    CompletableFuture<Accepted> connect(String willTopic) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        // Never clean, the first time either: Mosquitto does not persist a session that began so. The identifier is new anyway.
        options.setCleanStart(false);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(settings.connectTimeout());
        options.setKeepAliveInterval(settings.keepAlive());
        options.setSessionExpiryInterval(settings.sessionExpiry());
        options.setReceiveMaximum(settings.receiveMaximum());
        options.setMaximumPacketSize(settings.maxPayload() + Outbox.OVERHEAD);
        options.setUseSubscriptionIdentifiers(false);
        options.setSocketFactory(settings.tls() == null ? new Sockets() : settings.tls());
        options.setHttpsHostnameVerificationEnabled(settings.checkHost());
        if (settings.username() != null) {
            options.setUserName(settings.username());
            options.setPassword(settings.password());
        }
        MqttMessage will = new MqttMessage(new byte[0], 1, true, null);
        options.setWill(willTopic, will);
        MqttProperties willProperties = new MqttProperties();
        willProperties.setWillDelayInterval(settings.willDelay());
        options.setWillMessageProperties(willProperties);
        CompletableFuture<Accepted> result = new CompletableFuture<>();
        try {
            client.connect(options, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    MqttProperties server = token.getResponseProperties();
                    Integer window = server == null ? null : server.getReceiveMaximum();
                    Long size = server == null ? null : server.getMaximumPacketSize();
                    result.complete(new Accepted(token.getSessionPresent(), window == null ? 65_535 : window,
                            size == null ? Long.MAX_VALUE : size));
                }

                @Override
                public void onFailure(IMqttToken token, Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (MqttException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    void publish(String topic, MqttMessage message, MqttActionListener listener) throws MqttException {
        client.publish(topic, message, null, listener);
    }

    /** Done with SUBACK; fails with a {@link Refused} if the broker refuses the filter. */
    CompletableFuture<Void> subscribe(String filter, int qos, int retainHandling, int identifier) {
        MqttSubscription subscription = new MqttSubscription(filter, qos);
        subscription.setRetainHandling(retainHandling);
        MqttProperties properties = new MqttProperties();
        properties.setSubscriptionIdentifier(identifier);
        CompletableFuture<Void> result = new CompletableFuture<>();
        try {
            client.subscribe(new MqttSubscription[] {subscription}, null, acknowledged(filter, result), properties);
        } catch (MqttException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    void unsubscribe(String filter) {
        if (over) {
            return;
        }
        try {
            client.unsubscribe(filter);
        } catch (MqttException e) {
            lost("the connection broke: " + reason(e));
        }
    }

    private static MqttActionListener acknowledged(String filter, CompletableFuture<Void> result) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                int[] codes = token.getReasonCodes();
                int code = codes == null || codes.length == 0 ? 0 : codes[0];
                if (code >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR) {
                    result.completeExceptionally(new Refused("the broker refuses '" + filter + "': " + meaning(code)));
                } else {
                    result.complete(null);
                }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable e) {
                result.completeExceptionally(e);
            }
        };
    }

    /** The broker said no. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Acknowledges a QoS 1 message; of a lost session it does nothing, and the broker sends the message again. */
    void acknowledge(int id) {
        if (over) {
            return;
        }
        try {
            client.messageArrivedComplete(id, 1);
        } catch (MqttException e) {
            lost("the connection broke: " + reason(e));
        }
    }

    /** Ends it. With a DISCONNECT the broker also forgets the session; without, it publishes the will after its delay. */
    void end(boolean politely) {
        over = true;
        try {
            if (politely && client.isConnected()) {
                leave();
            }
            if (client.isConnected() || !politely) {
                client.disconnectForcibly(0, 1, false);
            }
            client.close();
        } catch (MqttException e) {
            // It is gone already, which is what was wanted.
            return;
        }
    }

    /**
     * Says goodbye and leaves the closing to the broker. Paho's own disconnect closes the socket as soon as the DISCONNECT is
     * written: a broker that is just sending finds the connection broken before it has read that, and keeps the session, with
     * all that is published from now on.
     */
    private void leave() throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setSessionExpiryInterval(0L);
        pings.comms().sendNoWait(new MqttDisconnect(MqttReturnCode.RETURN_CODE_SUCCESS, properties),
                new MqttToken(client.getClientId()));
        try {
            gone.get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // It has had its time; now the connection is broken from this end.
            return;
        }
    }

    void lost(String reason) {
        if (!over) {
            over = true;
            owner.lost(this, reason);
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        gone.complete(null);
        String text = response.getReasonString();
        boolean told = response.getException() == null;
        lost(told ? "the broker ended the connection: " + meaning(response.getReturnCode())
                + (text == null ? "" : " (" + cut(text) + ")") : "the connection broke: " + reason(response.getException()));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // What matters also ends the connection, and is told there.
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        owner.arrived(this, topic, message);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // Each publication has its own listener.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // The token of connect tells it, and more.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // Extended authentication is never offered.
    }

    /** One line for a user. */
    static String reason(Throwable e) {
        if (e instanceof MqttException mqtt) {
            int code = mqtt.getReasonCode();
            if (code >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR && code <= 0xFF) {
                return meaning(code);
            }
            if (code == 1 || code == 0x84) {
                return "it does not speak MQTT 5";
            }
            if (mqtt.getCause() != null && mqtt.getCause() != e) {
                return reason(mqtt.getCause());
            }
            if (code == 32_000) {
                return "no answer within the keep-alive time";
            }
        }
        if (e instanceof java.net.UnknownHostException) {
            return "unknown host " + cut(e.getMessage());
        }
        if (e instanceof java.io.EOFException) {
            return "the broker closed it";
        }
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return cut(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
    }

    /** What a reason code of MQTT 5 means to a user. */
    static String meaning(int code) {
        return switch (code) {
            case 0x00 -> "normal disconnection";
            case 0x04 -> "disconnected with will";
            case 0x81, 0x82 -> "protocol error";
            case 0x84 -> "it does not speak MQTT 5";
            case 0x85 -> "it does not accept this client.id";
            case 0x86 -> "wrong user name or password";
            case 0x87 -> "not authorized";
            case 0x88 -> "server unavailable";
            case 0x89 -> "server busy";
            case 0x8A -> "this client is banned";
            case 0x8B -> "the server is shutting down";
            case 0x8C -> "bad authentication method";
            case 0x8D -> "keep-alive time-out";
            case 0x8E -> "another client connected with the same client.id";
            case 0x8F -> "topic filter not valid";
            case 0x90 -> "topic not valid";
            case 0x93 -> "receive maximum exceeded";
            case 0x95 -> "packet too large";
            case 0x96 -> "message rate too high";
            case 0x97 -> "quota exceeded";
            case 0x98 -> "administrative action";
            case 0x99 -> "payload format not valid";
            case 0x9A -> "it does not keep retained messages";
            case 0x9F -> "connection rate exceeded";
            case 0xA1 -> "it has no subscription identifiers";
            case 0xA2 -> "it has no wildcard subscriptions";
            default -> "reason code 0x%02X".formatted(code);
        };
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...";
    }

    /** Keep-alive on the link's scheduler; Paho's own would start a thread per client. */
    private static final class Pings implements MqttPingSender {
        private final ScheduledExecutorService scheduler;
        private ClientComms comms;
        private ScheduledFuture<?> next;

        Pings(ScheduledExecutorService scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public synchronized void init(ClientComms of) {
            comms = of;
        }

        synchronized ClientComms comms() {
            return comms;
        }

        @Override
        public void start() {
            schedule(comms.getKeepAlive());
        }

        @Override
        public synchronized void stop() {
            if (next != null) {
                next.cancel(false);
            }
        }

        @Override
        public synchronized void schedule(long delayMillis) {
            if (!scheduler.isShutdown()) {
                next = scheduler.schedule(() -> {
                    comms.checkForActivity();
                }, delayMillis, TimeUnit.MILLISECONDS);
            }
        }
    }
}
