package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A link opened by hand, and what its listener has heard. */
final class Node implements LinkListener, AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(15);
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    final Link link;
    final List<String> downs = new CopyOnWriteArrayList<>();
    final Map<Drop, Long> drops = new ConcurrentHashMap<>();
    private final String name;
    private final AtomicLong sequence = new AtomicLong();
    /** Guarded by this, so that who sees that it is not up sees why. */
    private String where;

    /** @param settings keys and values in turn */
    Node(String name, Object... settings) {
        this(provider(), name, settings);
    }

    Node(BusProvider provider, String name, Object... settings) {
        this.name = name;
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put((String) settings[i], settings[i + 1]);
        }
        link = provider.open(new LinkConfig("main", name, properties), this);
    }

    static BusProvider provider() {
        return new TcpProvider(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT));
    }

    static Node router(String listen, Object... settings) {
        List<Object> all = new ArrayList<>(List.of("mode", "router", "listen", listen));
        all.addAll(List.of(settings));
        return new Node("router", all.toArray()).connected();
    }

    static ConditionFactory patiently() {
        return Awaitility.await().atMost(SOON).pollDelay(Duration.ZERO).pollInterval(2, TimeUnit.MILLISECONDS);
    }

    Node connected() {
        patiently().untilAsserted(() -> {
            if (!isUp()) {
                throw new AssertionError("link of " + name + " is not up; heard " + downs);
            }
        });
        return this;
    }

    synchronized boolean isUp() {
        return where != null;
    }

    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed with " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not done within " + SOON, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Message message(Name topic, Object body, Duration life) {
        long expires = life.isZero() ? Message.NEVER : System.nanoTime() + life.toNanos();
        return new Message(topic, "", Map.of(), body, name + "/tests/1", sequence.incrementAndGet(),
                System.currentTimeMillis() * 1_000_000, expires);
    }

    /** The sequence numbers that come, as often as they do. */
    List<Long> hear(String pattern) {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        done(link.subscribe(Pattern.of(pattern), Qos.DEFAULT, message -> {
            heard.add(message.sequence());
            return TAKEN;
        }).ready());
        return heard;
    }

    @Override
    public synchronized void up(String to) {
        where = to;
    }

    @Override
    public synchronized void down(String reason) {
        where = null;
        downs.add(reason);
    }

    @Override
    public void dropped(Drop reason, long count) {
        drops.merge(reason, count, Long::sum);
    }

    @Override
    public void close() {
        link.close();
    }
}
