package io.anole.process;

import io.anole.process.Mail.Priority;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a process writes; the platform adds identity, thread and time and makes it {@link Mail}. Immutable.
 *
 * @param to       the process it is for; upper case is made lower
 * @param subject  what it is about; null is made empty
 * @param body     a record or a tree, or null
 * @param headers  further texts
 * @param priority URGENT overtakes what waits in the mailbox
 */
public record Letter(String to, String subject, Object body, Map<String, String> headers, Priority priority) {
    public Letter {
        to = to.toLowerCase(Locale.ROOT);
        subject = subject == null ? "" : subject;
        headers = Map.copyOf(headers);
    }

    /** A letter without headers. */
    public static Letter to(String to, String subject, Object body) {
        return new Letter(to, subject, body, Map.of(), Priority.NORMAL);
    }

    /** This, with a header more. */
    public Letter header(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Letter(to, subject, body, more, priority);
    }

    /** This, overtaking what waits. */
    public Letter urgent() {
        return new Letter(to, subject, body, headers, Priority.URGENT);
    }
}
