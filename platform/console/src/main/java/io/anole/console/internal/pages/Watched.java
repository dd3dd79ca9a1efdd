package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Watcher;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** State of a bus below a pattern, kept up to date by the bus's threads. */
final class Watched implements Watcher<Object>, AutoCloseable {
    /** Keys that are known at most. */
    static final int MOST = 4096;
    private static final long FIRST_MILLIS = 1000;

    private final Map<Name, Optional<Object>> values = new ConcurrentSkipListMap<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final Registration watch;

    Watched(Bus bus, String pattern) {
        watch = bus.watch(pattern, Object.class, this);
    }

    @Override
    public void put(Name key, Object value) {
        if (values.size() < MOST || values.containsKey(key)) {
            values.put(key, Optional.ofNullable(value));
        }
    }

    @Override
    public void removed(Name key) {
        values.remove(key);
    }

    @Override
    public void synced() {
        synced.countDown();
    }

    /** As of now, by key, empty for null; waits a moment, once, for a bus that has not told all yet. */
    Map<Name, Optional<Object>> all() {
        try {
            if (!synced.await(FIRST_MILLIS, TimeUnit.MILLISECONDS)) {
                synced.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Collections.unmodifiableMap(values);
    }

    @Override
    public void close() {
        watch.close();
    }
}
