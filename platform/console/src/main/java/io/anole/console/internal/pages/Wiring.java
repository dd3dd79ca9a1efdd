package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Watcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Who publishes, subscribes and serves what on a bus, kept up to date by the bus's threads. */
final class Wiring implements Watcher<Object>, AutoCloseable {
    /** Endpoints that are known at most. */
    static final int MOST = 4096;
    private static final long FIRST_MILLIS = 1000;

    private final Map<Name, Endpoint> endpoints = new ConcurrentSkipListMap<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final Registration watch;

    Wiring(Bus bus) {
        watch = bus.watch("@graph/**", Object.class, this);
    }

    @Override
    public void put(Name key, Object value) {
        if (endpoints.size() < MOST) {
            Endpoint.of(value).ifPresentOrElse(endpoint -> endpoints.put(key, endpoint), () -> endpoints.remove(key));
        }
    }

    @Override
    public void removed(Name key) {
        endpoints.remove(key);
    }

    @Override
    public void synced() {
        synced.countDown();
    }

    /** As of now; waits a moment, once, for a bus that has not told all yet. */
    List<Endpoint> all() {
        try {
            if (!synced.await(FIRST_MILLIS, TimeUnit.MILLISECONDS)) {
                synced.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(endpoints.values());
    }

    @Override
    public void close() {
        watch.close();
    }
}
