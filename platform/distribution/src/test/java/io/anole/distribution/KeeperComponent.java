package io.anole.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Keeps what others give it: in a field, in a static field, and on a thread that goes on. */
public final class KeeperComponent implements Executor, Consumer<Object>, UnaryOperator<Object> {
    private static final List<Object> REGISTRY = new ArrayList<>();

    private final List<Object> cache = new ArrayList<>();
    private final ExecutorService pool = Executors.newSingleThreadExecutor(work -> new Thread(work, "keeper-pool"));

    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    @Override
    public void accept(Object object) {
        cache.add(object);
    }

    @Override
    public Object apply(Object object) {
        REGISTRY.add(object);
        return object;
    }

    void deactivate() {
        pool.shutdown();
    }
}
