package io.anole.core.internal.hub;

/**
 * When a publisher's messages were published. A reading of a clock costs as much as all else that publishing does. So while
 * a million a second come from one publisher, several of them share a reading; the first few after such a burst may then tell
 * a time that is up to a beat of the {@link Clock} too early, never one too late. What has a lifespan has a reading of its
 * own. Any thread; where several publish by one publisher, what they know of its pace is rough.
 */
final class Stamp {
    /** Messages that may share a reading. */
    private static final int RUN = 16;
    /** So many must have come in a row, each ... */
    private static final int BURST = 64;
    /** ... within so many ns of the one before. */
    private static final long FAST = 1_000;

    private final Clock clock;
    /** Null while each message has its own. */
    private Reading shared;
    private long latest;
    private long latestNumber;
    private int burst;

    Stamp(Clock clock) {
        this.clock = clock;
    }

    private record Reading(long wall, long number, int beat) {
    }

    /** Nanoseconds since 1970, for the message with this number. */
    long time(long number) {
        Reading read = shared;
        if (read != null && number - read.number < RUN && read.beat == clock.beat()) {
            return read.wall;
        }
        return read(number);
    }

    private long read(long number) {
        // In this order, so that the reading is not older than the beat.
        int beat = clock.beat();
        long now = System.nanoTime();
        long since = number - latestNumber;
        burst = now - latest < since * FAST ? (int) Math.min(burst + Math.min(since, RUN), BURST) : 0;
        latest = now;
        latestNumber = number;
        long wall = clock.wall(now);
        if (burst == BURST) {
            clock.keepBeating();
            shared = new Reading(wall, number, beat);
        } else if (shared != null) {
            shared = null;
        }
        return wall;
    }
}
