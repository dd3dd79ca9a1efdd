package io.anole.process;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A letter between processes. Immutable.
 *
 * @param id       unique; a reply has one of its own
 * @param sender   the process that sent it, set by the platform
 * @param to       the process it is for
 * @param subject  what it is about; may be empty
 * @param body     a record or a tree, or null
 * @param headers  further texts; never null
 * @param thread   shared by a mail and all replies to it
 * @param index    place in its thread, from 1
 * @param time     when it was sent, in nanoseconds since 1970-01-01T00:00Z
 * @param route    {@code mail} between processes, otherwise the name of the bus or door it came in by
 * @param priority URGENT overtakes what waits
 * @param failed   it stands for something that could not be read; the subject says what
 */
public record Mail(String id, String sender, String to, String subject, Object body, Map<String, String> headers,
        String thread, long index, long time, String route, Priority priority, boolean failed) {
    /** The route between processes. */
    public static final String INTERNAL = "mail";
    /** The header that holds the topic of mail that came in by another route; see {@link Filter#topic}. */
    public static final String TOPIC = "topic";

    /** Place in the mailbox. */
    public enum Priority { NORMAL, URGENT }

    public Mail {
        Objects.requireNonNull(to, "to");
        headers = Map.copyOf(headers);
    }

    /** Something that came in by a door of one's own, for {@link Mailbox#deliver}: it has no sender and begins a thread. */
    public static Mail incoming(String route, String topic, Object body) {
        Instant now = Instant.now();
        String id = UUID.randomUUID().toString();
        return new Mail(id, "", "", "", body, Map.of(TOPIC, topic), id, 1,
                now.getEpochSecond() * 1_000_000_000L + now.getNano(), route, Priority.NORMAL, false);
    }
}
