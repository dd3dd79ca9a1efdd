package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The local event bus of Vert.x; each consumer on an event loop of its own, bodies by reference. */
final class VertxBus implements MessageBus, Asker {
    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

    private final Vertx vertx = Vertx.vertx();
    private final boolean toAll;

    VertxBus(boolean toAll) {
        this.toAll = toAll;
        vertx.eventBus().registerDefaultCodec(Sample.class, new ByReference());
    }

    private void onOwnLoop(Consumer<EventBus> registration) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(nothing -> {
            registration.accept(vertx.eventBus());
            done.complete(null);
        });
        done.join();
    }

    @Override
    public void open(List<Sink> sinks) throws InterruptedException {
        for (Sink sink : sinks) {
            // A context of its own comes from a thread that has none yet.
            Thread thread = new Thread(() -> onOwnLoop(bus -> bus.<Sample>localConsumer(Sample.TOPIC,
                    message -> sink.accept(message.body()))));
            thread.start();
            thread.join();
        }
    }

    @Override
    public Sender sender() {
        EventBus bus = vertx.eventBus();
        return toAll ? sample -> bus.publish(sample.topic(), sample, LOCAL)
                : sample -> bus.send(sample.topic(), sample, LOCAL);
    }

    VertxBus serve() {
        onOwnLoop(bus -> bus.<Sample>localConsumer(Sample.TOPIC, message -> message.reply(message.body(), LOCAL)));
        return this;
    }

    @Override
    public CompletionStage<?> ask(Sample sample) {
        return vertx.eventBus().request(sample.topic(), sample, LOCAL).toCompletionStage();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final class ByReference implements MessageCodec<Sample, Sample> {
        @Override
        public void encodeToWire(Buffer buffer, Sample sample) {
            throw new UnsupportedOperationException("local only");
        }

        @Override
        public Sample decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException("local only");
        }

        @Override
        public Sample transform(Sample sample) {
            return sample;
        }

        @Override
        public String name() {
            return "by-reference";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
