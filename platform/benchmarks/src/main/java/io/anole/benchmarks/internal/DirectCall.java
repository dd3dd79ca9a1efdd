package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sink;
import java.util.List;

/** The limit of all: no other thread, just calls. */
final class DirectCall implements Candidate {
    @Override
    public String name() {
        return "direct-call";
    }

    @Override
    public Role role() {
        return Role.LIMIT;
    }

    /** Not with several publishers: a sink belongs to one thread at a time. */
    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return publishers == 1;
    }

    @Override
    public MessageBus bus() {
        return new MessageBus() {
            private Sink[] sinks;

            @Override
            public void open(List<Sink> given) {
                sinks = given.toArray(Sink[]::new);
            }

            @Override
            public Sender sender() {
                Sink[] all = sinks;
                return sample -> {
                    for (Sink sink : all) {
                        sink.accept(sample);
                    }
                };
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
