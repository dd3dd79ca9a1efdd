package io.anole.facades.internal;

import io.anole.bus.Bus;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Watcher;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Reads all keys of a pattern once: watches until everything has been told. Runs on the bus's threads, not on a process's,
 * so that a process may wait for it.
 *
 * @param <T> the values' class
 */
public final class StateSnapshot<T> implements Watcher<T> {
    private static final long BOUND_S = 5;

    private final Map<Name, T> values = new LinkedHashMap<>();
    private final CompletableFuture<Map<Name, T>> done = new CompletableFuture<>();

    private StateSnapshot() {
    }

    /** The keys and their values, within 5 s. */
    public static <T> CompletableFuture<Map<Name, T>> of(Bus bus, String pattern, Class<T> type) {
        StateSnapshot<T> reader = new StateSnapshot<>();
        Registration watch = bus.watch(pattern, type, Runnable::run, reader);
        watch.ready().whenComplete((ready, failure) -> {
            if (failure != null) {
                reader.done.completeExceptionally(failure);
            }
        });
        return reader.done.orTimeout(BOUND_S, TimeUnit.SECONDS).whenComplete((all, failure) -> watch.close());
    }

    @Override
    public void put(Name key, T value) {
        values.put(key, value);
    }

    @Override
    public void removed(Name key) {
        values.remove(key);
    }

    @Override
    public void synced() {
        done.complete(values);
    }
}
