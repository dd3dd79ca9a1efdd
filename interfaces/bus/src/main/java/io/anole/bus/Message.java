package io.anole.bus;

import java.util.Map;

/**
 * One message as it travels. Immutable as long as its body is, which inside one JVM is passed by reference: give away
 * records and do not change arrays after publishing them.
 *
 * @param name     the topic or service it was sent to
 * @param type     the type's name, such as {@code geometry_msgs/Twist}; empty for an untyped value
 * @param headers  texts the publisher attached; never null, usually empty
 * @param body     a record, map, list, text, number, boolean, {@code byte[]} or null
 * @param source   who sent it, {@code <runtime>/<participant>/<number>}, set by the platform and never by the sender;
 *                 empty for a foreign client that tells nothing of itself
 * @param sequence counts the messages of this source on this name from 1 without gaps; 0 if the source does not count
 * @param time     when it was published, in nanoseconds since 1970-01-01T00:00Z; messages without a lifespan of which one
 *                 publisher sends millions a second may share a reading of the clock, then some ms early at worst
 * @param expires  when it must no longer be delivered, as a reading of this JVM's {@link System#nanoTime()}, or
 *                 {@link #NEVER}. Monotonic, so that a corrected wall clock neither revives a stale command nor kills a
 *                 fresh one; a wire carries the remaining time instead
 */
public record Message(Name name, String type, Map<String, String> headers, Object body, String source, long sequence,
        long time, long expires) {
    /** {@link #expires} of a message without a lifespan. */
    public static final long NEVER = 0;

    /** Whether its lifespan is over. {@code now} is a reading of {@link System#nanoTime()}. */
    public boolean expiredAt(long now) {
        return expires != NEVER && now - expires > 0;
    }

    /** The same message with another body; used where a body is converted. */
    public Message withBody(Object other) {
        return new Message(name, type, headers, other, source, sequence, time, expires);
    }
}
