package io.anole.core.internal.hub;

/**
 * How long to wait between two looks at an empty buffer. A look takes the buffer's ends away from the publisher's processor,
 * and a hand-over one by one costs more than the messages. So while messages come together the waits grow, for even more to
 * do so; where each comes alone, somebody may be waiting for its effect, and the waits shrink. Not for requests, where
 * somebody always waits. Belongs to one thread at a time.
 */
final class Pace {
    static final int SHORTEST = 100;
    private static final int LONGEST = 3_200;

    private int nanos = SHORTEST;

    /** The wait before each look, after so many messages in a row. */
    int after(int together) {
        nanos = together > 1 ? Math.min(2 * nanos, LONGEST) : Math.max(nanos / 2, SHORTEST);
        return nanos;
    }
}
