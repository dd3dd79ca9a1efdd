package io.anole.types.std;

import io.anole.bus.TypeName;
import java.time.Instant;

/**
 * A point in time, ROS's primitive {@code time}: since 1970-01-01T00:00Z, or of a simulated clock.
 *
 * @param secs  whole seconds, 0 to 2^32 - 1
 * @param nsecs nanoseconds within the second, 0 to 999,999,999
 */
@TypeName("time")
public record Time(long secs, int nsecs) {
    public Time {
        if (secs < 0 || secs > 0xFFFF_FFFFL || nsecs < 0 || nsecs > 999_999_999) {
            throw new IllegalArgumentException("no time: secs " + secs + ", nsecs " + nsecs);
        }
    }

    /** The wall clock's time. */
    public static Time now() {
        return of(Instant.now());
    }

    /** The same point in time; {@code instant} lies between 1970 and 2106. */
    public static Time of(Instant instant) {
        return new Time(instant.getEpochSecond(), instant.getNano());
    }

    /** From nanoseconds since 1970-01-01T00:00Z, as in {@link io.anole.bus.Message#time()}. */
    public static Time ofNanos(long nanos) {
        return new Time(Math.floorDiv(nanos, 1_000_000_000L), (int) Math.floorMod(nanos, 1_000_000_000L));
    }

    /** What a text stands for where a time is read: {@code now}, or a time such as {@code 2026-01-31T12:00:00Z}. */
    public static Time parse(CharSequence text) {
        return "now".contentEquals(text) ? now() : of(Instant.parse(text));
    }

    /** The same point in time. */
    public Instant instant() {
        return Instant.ofEpochSecond(secs, nsecs);
    }
}
