package io.anole.benchmarks.peers.internal;

import io.anole.bus.Qos;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.BusProvider;
import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.mqtt.internal.MqttProvider;
import io.anole.provider.tcp.internal.TcpProvider;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The full path: publisher handle, hub, link, router or broker, link, hub, handler. */
final class AnoleLine implements RouterLine {
    private static final long BOUND = TimeUnit.SECONDS.toNanos(20);
    private static final int DEPTH = 4096;

    private final Qos qos;
    private final Hub hub;
    private final ParticipantBus bus;

    private AnoleLine(String name, BusProvider provider, String kind, Map<String, Object> properties, Qos qos)
            throws InterruptedException {
        this.qos = qos;
        hub = new Hub(HubConfig.of("bench", "bench-" + name, kind), new RecordShapes());
        hub.open(provider, kind, properties);
        bus = hub.view("bench", null);
        long begin = System.nanoTime();
        while (bus.statistics().link() != LinkState.UP) {
            if (System.nanoTime() - begin > BOUND) {
                throw new IllegalStateException("no link: " + bus.statistics().detail());
            }
            Thread.sleep(5);
        }
    }

    static AnoleLine tcp(String name, Map<String, Object> properties) throws InterruptedException {
        return new AnoleLine(name, new TcpProvider(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT)), "tcp",
                properties, Qos.DEFAULT);
    }

    /** With room for all that is on its way, as the bare client's has. */
    static AnoleLine mqtt(String name, String url, Reliability reliability) throws InterruptedException {
        return new AnoleLine(name, new MqttProvider(new JsonCodec(Limits.DEFAULT), new CborCodec(Limits.DEFAULT)), "mqtt",
                Map.of("url", url), Qos.DEFAULT.reliability(reliability).buffer(Overflow.BLOCK, DEPTH));
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) {
        bus.subscribe("/" + topic, byte[].class, qos, (body, message) -> handler.accept(body)).ready().toCompletableFuture().join();
    }

    @Override
    public Sink to(String topic) {
        return bus.publisher("/" + topic, byte[].class, qos)::publish;
    }

    @Override
    public void close() {
        hub.close();
    }
}
