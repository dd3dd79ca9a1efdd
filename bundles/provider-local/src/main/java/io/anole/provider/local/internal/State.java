package io.anole.provider.local.internal;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Value;
import io.anole.bus.provider.StateListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The keys of one space and who watches them. Changes and new watches take one lock, so that every watch hears the same
 * order and no change falls between its snapshot and what follows; listeners never block. Readers take none.
 */
final class State {
    private final String bus;
    private final int most;
    private final ConcurrentSkipListMap<Name, Value> values = new ConcurrentSkipListMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private int size;

    State(String bus, int most) {
        this.bus = bus;
        this.most = most;
    }

    private record Watch(Pattern pattern, StateListener listener) {
    }

    Value get(Name key) {
        return values.get(key);
    }

    /** Sets the key, or removes it if there is no value. */
    synchronized void put(Name key, Value value) {
        if (value == null) {
            if (values.remove(key) != null) {
                size--;
                for (Watch watch : watches) {
                    if (watch.pattern.matches(key)) {
                        watch.listener.removed(key);
                    }
                }
            }
            return;
        }
        if (size >= most && !values.containsKey(key)) {
            throw new Rejected("state of bus '" + bus + "' is full (state.max = " + most + "), can't add '" + key + "'");
        }
        if (values.put(key, value) == null) {
            size++;
        }
        for (Watch watch : watches) {
            if (watch.pattern.matches(key)) {
                watch.listener.put(key, value);
            }
        }
    }

    synchronized Runnable watch(Pattern pattern, StateListener listener) {
        Watch watch = new Watch(pattern, listener);
        values.forEach((key, value) -> {
            if (pattern.matches(key)) {
                listener.put(key, value);
            }
        });
        listener.synced();
        watches.add(watch);
        return () -> end(watch);
    }

    private synchronized void end(Watch watch) {
        watches.removeIf(other -> other == watch);
    }

    synchronized void close() {
        watches.clear();
        values.clear();
        size = 0;
    }
}
