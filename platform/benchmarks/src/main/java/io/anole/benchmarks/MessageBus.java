package io.anole.benchmarks;

import java.util.List;

/** A bus in its usual form: publish on the caller's thread, handle on another. */
public interface MessageBus extends AutoCloseable {
    /** Subscribes the sinks, all to {@link Sample#TOPIC}. */
    void open(List<Sink> sinks) throws Exception;

    /** A publisher; called, and used, on that publisher's own thread. */
    Sender sender() throws Exception;

    @Override
    void close() throws Exception;

    /** Publishes. */
    interface Sender {
        void send(Sample sample) throws Exception;
    }
}
