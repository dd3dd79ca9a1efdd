package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.util.function.Consumer;

/** One process's way to another through a third. */
interface RouterLine extends AutoCloseable {
    /** What comes under a topic; called on a thread of the line. Known to the third when this returns. */
    void hear(String topic, Consumer<byte[]> handler) throws Exception;

    /** What sends under a topic, for one thread at a time. */
    Sink to(String topic);

    /** What was sent goes out now, where it else might wait for more. */
    default void flush() throws IOException {
    }

    @Override
    void close() throws Exception;

    /** Sends so that nothing is lost; waits when too much is on its way. */
    interface Sink {
        void send(byte[] body) throws Exception;
    }
}
