package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.util.ArrayList;
import java.util.List;
import net.engio.mbassy.bus.MBassador;
import net.engio.mbassy.bus.config.BusConfiguration;
import net.engio.mbassy.bus.config.Feature;
import net.engio.mbassy.listener.Handler;

/** Asynchronous dispatch by one thread, which keeps the order. */
public final class MBassadorPeer extends Peer {
    public MBassadorPeer() {
        super("mbassador");
    }

    /** Found by reflection, so public. */
    public static final class Listener {
        private final Sink sink;

        Listener(Sink sink) {
            this.sink = sink;
        }

        @Handler
        public void handle(Sample sample) {
            sink.accept(sample);
        }
    }

    @Override
    public MessageBus bus() {
        MBassador<Sample> bus = new MBassador<>(new BusConfiguration()
                .addFeature(Feature.SyncPubSub.Default())
                .addFeature(Feature.AsynchronousHandlerInvocation.Default(1, 1))
                .addFeature(Feature.AsynchronousMessageDispatch.Default().setNumberOfMessageDispatchers(1))
                .addPublicationErrorHandler(error -> error.getCause().printStackTrace()));
        return new MessageBus() {
            /** The bus holds its listeners weakly. */
            private final List<Listener> listeners = new ArrayList<>();

            @Override
            public void open(List<Sink> sinks) {
                for (Sink sink : sinks) {
                    Listener listener = new Listener(sink);
                    listeners.add(listener);
                    bus.subscribe(listener);
                }
            }

            @Override
            public Sender sender() {
                return bus::publishAsync;
            }

            @Override
            public void close() {
                bus.shutdown();
                listeners.clear();
            }
        };
    }
}
