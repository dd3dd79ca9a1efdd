package io.anole.benchmarks.peers.internal;

import com.google.common.eventbus.AllowConcurrentEvents;
import com.google.common.eventbus.AsyncEventBus;
import com.google.common.eventbus.Subscribe;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The asynchronous event bus over one thread, which keeps the order and saves it its locks. */
public final class GuavaPeer extends Peer {
    public GuavaPeer() {
        super("guava");
    }

    /** Found by reflection, so public. */
    public static final class Listener {
        private final Sink sink;

        Listener(Sink sink) {
            this.sink = sink;
        }

        @Subscribe
        @AllowConcurrentEvents
        public void handle(Sample sample) {
            sink.accept(sample);
        }
    }

    @Override
    public MessageBus bus() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        AsyncEventBus bus = new AsyncEventBus(executor);
        return new MessageBus() {
            @Override
            public void open(List<Sink> sinks) {
                sinks.forEach(sink -> bus.register(new Listener(sink)));
            }

            @Override
            public Sender sender() {
                return bus::post;
            }

            @Override
            public void close() {
                executor.shutdown();
            }
        };
    }
}
