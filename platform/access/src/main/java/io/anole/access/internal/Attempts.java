package io.anole.access.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts wrong secrets, by whom they came from and for whom they were: after {@link #FROM_ONE} from one address, or
 * {@link #FOR_ONE} for one name, within a minute no more of it are looked at until that minute is over. Remembers the latest
 * {@link #REMEMBERED} addresses and names. Safe for any thread.
 */
final class Attempts {
    /** Wrong secrets in a minute from one address. */
    static final int FROM_ONE = 10;
    /** Wrong secrets in a minute for one name, from wherever: more, for who guesses locks out who knows. */
    static final int FOR_ONE = 30;
    /** Length of the window, in s. */
    static final long SECONDS = 60;
    static final int REMEMBERED = 1024;

    private final LongSupplier clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Count(long since, int failed) {
    }

    /** @param clock a reading of nanoseconds that only grows */
    Attempts(LongSupplier clock) {
        this.clock = clock;
    }

    /** @param name null for a secret that is for nobody in particular */
    synchronized boolean exhausted(String address, String name) {
        return failed("from " + address) >= FROM_ONE || name != null && failed("for " + name) >= FOR_ONE;
    }

    private int failed(String key) {
        Count count = counts.get(key);
        if (count != null && clock.getAsLong() - count.since() >= TimeUnit.SECONDS.toNanos(SECONDS)) {
            counts.remove(key);
            return 0;
        }
        return count == null ? 0 : count.failed();
    }

    /**
     * A wrong one.
     *
     * @return whether it was the last one allowed
     */
    synchronized boolean failed(String address, String name) {
        boolean last = add("from " + address) == FROM_ONE;
        return name != null && add("for " + name) == FOR_ONE || last;
    }

    private int add(String key) {
        int failed = failed(key) + 1;
        Count count = counts.get(key);
        counts.put(key, new Count(count == null ? clock.getAsLong() : count.since(), failed));
        return failed;
    }

    /** A right one: what its owner mistyped is forgotten. */
    synchronized void succeeded(String address, String name) {
        counts.remove("from " + address);
        counts.remove("for " + name);
    }

    synchronized int size() {
        return counts.size();
    }
}
