package io.anole.benchmarks.peers.internal;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** NATS with its own Java client; it acknowledges nothing. */
final class NatsLine implements RouterLine {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final Connection connection;

    NatsLine(String url) throws IOException, InterruptedException {
        connection = Nats.connect(new Options.Builder().server(url).build());
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) throws TimeoutException, InterruptedException {
        Dispatcher dispatcher = connection.createDispatcher(message -> handler.accept(message.getData()));
        dispatcher.setPendingLimits(-1, -1);
        dispatcher.subscribe(topic);
        connection.flush(BOUND);
    }

    @Override
    public Sink to(String topic) {
        return body -> connection.publish(topic, body);
    }

    @Override
    public void close() throws InterruptedException {
        connection.close();
    }
}
