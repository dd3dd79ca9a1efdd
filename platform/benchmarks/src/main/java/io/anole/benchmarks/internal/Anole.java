package io.anole.benchmarks.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import io.anole.bus.Caller;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The full path of a local bus: publisher handle, route, quality of service, counters, buffer, handler thread; default
 * settings, but for buffers as large as those of the queue it is compared with.
 */
final class Anole implements Candidate {
    /** Also the capacity of {@link BlockingQueueLimit}. */
    static final int CAPACITY = 16_384;

    private final String name;
    private final boolean spinning;

    Anole(String name, boolean spinning) {
        this.name = name;
        this.spinning = spinning;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Role role() {
        return Role.ANOLE;
    }

    boolean spins() {
        return spinning;
    }

    /** Spinning takes a processor per thread: one publisher and one subscriber is all that two have room for. */
    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return !spinning || publishers == 1 && subscribers == 1;
    }

    private Hub hub() {
        HubConfig plain = HubConfig.of("bench", "bench", "local");
        return opened(spinning ? new HubConfig(plain.bus(), plain.runtime(), plain.provider(), plain.requestTimeout(),
                plain.blockTimeout(), plain.publishWindow(), plain.serviceDepth(), 1, 1, true, plain.announcements()) : plain);
    }

    private static Hub opened(HubConfig config) {
        Hub hub = new Hub(config, new RecordShapes());
        hub.open(new LocalProvider(), "local", Map.of());
        return hub;
    }

    /** A bus with further subscriptions that match nothing of what is published, and are not shown in the graph. */
    static MessageBus among(List<String> patterns) {
        HubConfig plain = HubConfig.of("bench", "bench", "local");
        return new LocalBus(opened(new HubConfig(plain.bus(), plain.runtime(), plain.provider(), plain.requestTimeout(),
                plain.blockTimeout(), plain.publishWindow(), plain.serviceDepth(), plain.threads(), plain.maxThreads(), false,
                0)), patterns);
    }

    @Override
    public MessageBus bus() {
        return new LocalBus(hub(), List.of());
    }

    private static final class LocalBus implements MessageBus {
        private final Hub hub;
        private final List<String> others;
        private final ParticipantBus view;

        LocalBus(Hub hub, List<String> others) {
            this.hub = hub;
            this.others = others;
            this.view = hub.view("bench", null);
        }

        @Override
        public void open(List<Sink> sinks) {
            Qos small = Qos.DEFAULT.buffer(Qos.Overflow.DROP_OLDEST, 1);
            for (String other : others) {
                view.subscribe(other, Object.class, small, (body, message) -> {
                    throw new IllegalStateException("'" + other + "' matched " + message.name());
                });
            }
            Qos qos = Qos.DEFAULT.buffer(Qos.Overflow.BLOCK, CAPACITY);
            List<CompletableFuture<Void>> ready = new ArrayList<>();
            for (Sink sink : sinks) {
                ready.add(view.subscribe(Sample.TOPIC, Sample.class, qos, (sample, message) -> sink.accept(sample)).ready()
                        .toCompletableFuture());
            }
            ready.forEach(CompletableFuture::join);
        }

        @Override
        public Sender sender() {
            Publisher<Sample> publisher = view.publisher(Sample.TOPIC, Sample.class);
            return publisher::publish;
        }

        @Override
        public void close() {
            hub.close();
        }
    }

    @Override
    public Asker asker() {
        Hub hub = hub();
        ParticipantBus view = hub.view("bench", null);
        view.serve("echo", Sample.class, Sample.class, (sample, request) -> CompletableFuture.completedFuture(sample)).ready()
                .toCompletableFuture().join();
        Caller<Sample, Sample> caller = view.caller("echo", Sample.class, Sample.class);
        return new Asker() {
            @Override
            public CompletionStage<?> ask(Sample sample) {
                return caller.call(sample);
            }

            @Override
            public void close() {
                hub.close();
            }
        };
    }
}
