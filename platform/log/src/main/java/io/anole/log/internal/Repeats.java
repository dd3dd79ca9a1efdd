package io.anole.log.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets each line through once within ten seconds: a service that can't be made is asked for again and again. Remembers a bounded
 * number of lines. For one thread.
 */
final class Repeats {
    static final int TOO_SOON = -1;
    private static final long QUIET = 10_000_000_000L;
    private static final int MOST = 256;

    private final LongSupplier clock;
    private final Map<String, Told> lines = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MOST;
        }
    };

    /** @param clock ns since any moment */
    Repeats(LongSupplier clock) {
        this.clock = clock;
    }

    private static final class Told {
        private long when;
        private int heldBack;
    }

    /** How often it was held back since it was let through; {@link #TOO_SOON} to hold it back now. */
    int since(String line) {
        long now = clock.getAsLong();
        Told told = lines.get(line);
        if (told == null) {
            told = new Told();
            lines.put(line, told);
        } else if (now - told.when < QUIET) {
            told.heldBack++;
            return TOO_SOON;
        }
        int heldBack = told.heldBack;
        told.when = now;
        told.heldBack = 0;
        return heldBack;
    }
}
