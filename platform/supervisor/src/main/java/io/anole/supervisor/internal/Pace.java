package io.anole.supervisor.internal;

/**
 * How regularly cycles begin: over a span of a second, or as long as it takes to have two cycles. The process's thread counts, any
 * thread reads what the last span has shown.
 */
final class Pace {
    private static final long SPAN_NANOS = 1_000_000_000;

    /**
     * What a span has shown.
     *
     * @param hz           cycles per second
     * @param jitterMillis the most that a cycle began after its time
     */
    record Reading(double hz, double jitterMillis) {
    }

    private volatile Reading reading = new Reading(0, 0);
    private long begin;
    private long begun;
    private long latest;

    /** A cycle begins now, so much too late; both in nanoseconds. */
    void began(long now, long late) {
        if (begun == 0) {
            begin = now;
        }
        latest = Math.max(latest, late);
        long span = now - begin;
        if (begun > 0 && span >= SPAN_NANOS) {
            reading = new Reading(begun * 1e9 / span, latest / 1e6);
            begun = 0;
            latest = 0;
            begin = now;
        }
        begun++;
    }

    Reading reading() {
        return reading;
    }
}
