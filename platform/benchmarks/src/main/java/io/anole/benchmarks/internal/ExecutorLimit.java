package io.anole.benchmarks.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.Sample;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A bare executor and a future per request. */
final class ExecutorLimit implements Candidate {
    static final String NAME = "executor-and-future";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Role role() {
        return Role.LIMIT;
    }

    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return publishers == 0;
    }

    @Override
    public Asker asker() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        return new Asker() {
            @Override
            public CompletionStage<?> ask(Sample sample) {
                return CompletableFuture.supplyAsync(() -> sample, executor);
            }

            @Override
            public void close() {
                executor.shutdown();
            }
        };
    }
}
