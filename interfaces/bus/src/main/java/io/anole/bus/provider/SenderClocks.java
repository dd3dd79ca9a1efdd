package io.anole.bus.provider;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How much longer a message was under way than the quickest of its sender, for links whose two ends don't meet, as where a broker is
 * between them. That counts what waits at it and nothing else: not what waits on a line that hangs, in a socket, or in a machine that
 * stands still. How far the sender's clock is from this one's is not known, but each way takes some time, so the quickest shows the
 * least it can be (delay variation, RFC 3393). The first of a sender is late by nothing. Any thread.
 */
public final class SenderClocks {
    private static final int MOST = 1024;
    private static final int LONGEST_NAME = 32;
    /** No clock shows more, and no difference of two overflows. */
    private static final long MOST_MS = 1L << 60;
    /** Clocks drift apart by one part in this at most; quartz does by one in 20,000. */
    private static final int DRIFT = 5_000;

    private final Map<String, Quickest> all = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Quickest> eldest) {
            return size() > MOST;
        }
    };

    /** This clock is ahead of the sender's by so many ms, its way included; found then. */
    private record Quickest(long ahead, long found) {
        long ahead(long now) {
            return ahead + (now - found) / DRIFT;
        }
    }

    /**
     * By how much it is late; to be asked at once, and of each message.
     *
     * @param told  {@link OwnClock#told()} of the sender; null, or anything that others may write
     * @param nanos reading of {@link System#nanoTime()} at receipt
     * @return in ms; 0 if nothing is known
     */
    public synchronized long late(String told, long nanos) {
        int space = told == null ? -1 : told.indexOf(' ');
        if (space < 1 || space > LONGEST_NAME) {
            return 0;
        }
        long sent;
        try {
            sent = Long.parseLong(told.substring(space + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
        if (sent < -MOST_MS || sent > MOST_MS) {
            return 0;
        }
        String name = told.substring(0, space);
        long now = TimeUnit.NANOSECONDS.toMillis(nanos);
        long ahead = now - sent;
        Quickest before = all.get(name);
        if (before != null && ahead > before.ahead(now)) {
            return ahead - before.ahead(now);
        }
        all.put(name, new Quickest(ahead, now));
        return 0;
    }

    /** How many senders are known. */
    synchronized int size() {
        return all.size();
    }
}
