package io.anole.benchmarks.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.Sample;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/** Requests of which 256 are under way. */
final class PipelinedAsks extends Scenario {
    private static final int WINDOW = 256;

    private final Asker asker;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final BiConsumer<Object, Throwable> done = (answer, error) -> {
        if (error != null) {
            failure.compareAndSet(null, error);
        }
        window.release();
    };

    PipelinedAsks(Asker asker) {
        this.asker = asker;
    }

    /** Requests per second, bytes per request. */
    @Override
    double[] round(long millis) throws Exception {
        long bytes = allocated();
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000;
        long count = 0;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < 32; i++, count++) {
                window.acquire();
                asker.ask(Sample.of(0, 0)).whenComplete(done);
            }
        }
        if (!window.tryAcquire(WINDOW, 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("answers are missing");
        }
        window.release(WINDOW);
        long nanos = System.nanoTime() - begin;
        bytes = allocated() - bytes;
        if (failure.get() != null) {
            throw new IllegalStateException("a request failed", failure.get());
        }
        return new double[] {count * 1e9 / nanos, (double) bytes / count};
    }

    @Override
    public void close() throws Exception {
        asker.close();
    }
}
