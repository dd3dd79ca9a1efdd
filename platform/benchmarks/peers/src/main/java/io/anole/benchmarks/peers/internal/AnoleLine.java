package io.anole.benchmarks.peers.internal;

import io.anole.bus.Publisher;
import io.anole.bus.Statistics.LinkState;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.tcp.internal.TcpProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The full path: publisher handle, hub, link, router, link, hub, handler; RELIABLE. */
final class AnoleLine implements RouterLine {
    private static final long BOUND = TimeUnit.SECONDS.toNanos(20);

    private final Hub hub;
    private final ParticipantBus bus;
    private final Map<String, Publisher<byte[]>> publishers = new HashMap<>();

    AnoleLine(String name, Map<String, Object> properties) throws InterruptedException {
        hub = new Hub(HubConfig.of("bench", "bench-" + name, "tcp"), new RecordShapes());
        hub.open(new TcpProvider(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT)), "tcp", properties);
        bus = hub.view("bench", null);
        long begin = System.nanoTime();
        while (bus.statistics().link() != LinkState.UP) {
            if (System.nanoTime() - begin > BOUND) {
                throw new IllegalStateException("no link: " + bus.statistics().detail());
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) {
        bus.subscribe("/" + topic, byte[].class, handler).ready().toCompletableFuture().join();
    }

    @Override
    public void send(String topic, byte[] body) {
        publishers.computeIfAbsent(topic, name -> bus.publisher("/" + name, byte[].class)).publish(body);
    }

    @Override
    public void close() {
        hub.close();
    }
}
