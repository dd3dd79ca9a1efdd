package io.anole.provider.ros1.internal;

import io.anole.bus.Codec;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A link opened by hand, and what its listener has heard. */
final class Peer implements LinkListener, AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedFuture(null);

    final Link link;
    final List<String> downs = new CopyOnWriteArrayList<>();
    final Map<Drop, Long> drops = new ConcurrentHashMap<>();
    final AtomicInteger ups = new AtomicInteger();
    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(io.anole.ros1.xmlrpc.Limits.DEFAULT);
    private final String name;
    private final AtomicLong sequence = new AtomicLong();
    /** Guarded by this, so that who sees that it is not up sees why. */
    private boolean up;

    /** @param settings keys and values in turn */
    Peer(String name, String master, Object... settings) {
        this.name = name;
        Map<String, Object> properties = new HashMap<>(Map.of("master", master, "host", "127.0.0.1", "heartbeat.ms", 100,
                "connect.wait.ms", 20_000, "rosout", "off"));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put((String) settings[i], settings[i + 1]);
        }
        Codec json = new JsonCodec(Limits.DEFAULT);
        Codec cbor = new CborCodec(Limits.DEFAULT);
        this.link = new Ros1Provider(xmlRpc, json, cbor).open(new LinkConfig("main", name, properties), this);
    }

    Peer connected() {
        Awaitility.await("link of " + name + " is up; heard " + downs).atMost(SOON).pollInterval(Duration.ofMillis(5))
                .until(this::isUp);
        return this;
    }

    synchronized boolean isUp() {
        return up;
    }

    /** Its node's name. */
    String node() {
        return "/anole_" + name + "_main";
    }

    @Override
    public synchronized void up(String where) {
        ups.incrementAndGet();
        up = true;
    }

    @Override
    public synchronized void down(String reason) {
        up = false;
        downs.add(reason);
    }

    @Override
    public void dropped(Drop reason, long count) {
        drops.merge(reason, count, Long::sum);
    }

    /** A message as the hub makes it. */
    Message message(String topic, String type, Object body) {
        return new Message(Name.of(topic), type, Map.of(), body, name + "/test/1", sequence.incrementAndGet(),
                TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), Message.NEVER);
    }

    Outlet outlet(String topic, String type) {
        return link.advertise(Name.of(topic), type, Qos.DEFAULT);
    }

    /** Publishes one that is kept for those who come late. */
    void latch(String topic, String type, Object body) {
        done(link.advertise(Name.of(topic), type, Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL))
                .publish(message(topic, type, body)));
    }

    Object call(String service, Object body) {
        return done(link.request(Name.of(service), message(service, "", body), SOON)).body();
    }

    /** Subscribes, and waits until it holds. */
    Heard hear(String topic) {
        return hear(topic, Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL));
    }

    Heard hear(String topic, Qos qos) {
        Heard heard = new Heard();
        heard.registration = link.subscribe(Pattern.of(topic), qos, heard);
        done(heard.registration.ready());
        return heard;
    }

    /** The result within {@link #SOON}; a failure is thrown as it is. */
    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not done within " + SOON, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        link.close();
        xmlRpc.close();
    }

    /** Takes messages at once. */
    static final class Heard implements MessageHandler {
        final List<Message> messages = new CopyOnWriteArrayList<>();
        private Registration registration;

        @Override
        public CompletionStage<Void> accept(Message message) {
            messages.add(message);
            return TAKEN;
        }

        List<Object> bodies() {
            return messages.stream().map(Message::body).toList();
        }

        List<Object> await(int count) {
            Awaitility.await(count + " messages").atMost(SOON).pollInterval(Duration.ofMillis(5))
                    .until(() -> messages.size() >= count);
            return bodies();
        }

        void close() {
            registration.close();
        }
    }
}
