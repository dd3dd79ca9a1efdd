package io.anole.core.internal.hub;

/**
 * Whether messages come so fast that how many are handled matters more than how soon the next one is: a worker that lets
 * others run may have to wait long for its next turn. Belongs to one thread at a time.
 */
final class Flood {
    private static final long SPAN = 1_000_000;
    /** One in so many ns. */
    private static final long EACH = 1_000;

    private long since;
    private long before;
    private boolean flood;

    /** @param handled messages so far; {@code now} is a reading of {@link System#nanoTime()} */
    boolean at(long now, long handled) {
        if (now - since >= SPAN) {
            flood = (handled - before) * EACH >= now - since;
            since = now;
            before = handled;
        }
        return flood;
    }
}
