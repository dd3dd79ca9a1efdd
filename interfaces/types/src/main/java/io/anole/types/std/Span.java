package io.anole.types.std;

import io.anole.bus.TypeName;

/**
 * A length of time, ROS's primitive {@code duration}; both parts have the same sign, or are zero.
 *
 * @param secs  whole seconds
 * @param nsecs nanoseconds, -999,999,999 to 999,999,999
 */
@TypeName("duration")
public record Span(int secs, int nsecs) {
    public Span {
        if (nsecs < -999_999_999 || nsecs > 999_999_999) {
            throw new IllegalArgumentException("no duration: secs " + secs + ", nsecs " + nsecs);
        }
    }

    /** The same length; {@code duration} is shorter than 68 years. */
    public static Span of(java.time.Duration duration) {
        boolean negative = duration.isNegative();
        java.time.Duration length = duration.abs();
        int secs = Math.toIntExact(length.getSeconds());
        return negative ? new Span(-secs, -length.getNano()) : new Span(secs, length.getNano());
    }

    /** The same length. */
    public java.time.Duration duration() {
        return java.time.Duration.ofSeconds(secs, nsecs);
    }
}
