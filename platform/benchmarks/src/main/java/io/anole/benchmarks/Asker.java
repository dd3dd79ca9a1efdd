package io.anole.benchmarks;

import java.util.concurrent.CompletionStage;

/** Request and reply: the server, on another thread, answers with what it was sent. */
public interface Asker extends AutoCloseable {
    CompletionStage<?> ask(Sample sample);

    @Override
    void close() throws Exception;
}
