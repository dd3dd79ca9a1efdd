package io.anole.supervisor.internal;

import io.anole.process.Mail;
import io.anole.process.Mail.Priority;
import java.util.Map;

/**
 * Mail on its way over a bus: a request to the service {@code mail/process/<name>}, answered by an {@link Ack}. On the local bus
 * it and its body pass by reference, on a wire as a tree. It does not name its sender: that is told by the bus, which knows.
 */
record Post(String id, String to, String subject, Object body, Map<String, String> headers, String thread, long index,
        long time, boolean urgent) {

    static Post of(Mail mail) {
        return new Post(mail.id(), mail.to(), mail.subject(), mail.body(), mail.headers(), mail.thread(), mail.index(),
                mail.time(), mail.priority() == Priority.URGENT);
    }

    Mail from(String sender) {
        return new Mail(id, sender, to, subject, body, headers == null ? Map.of() : headers, thread, index, time, Mail.INTERNAL,
                urgent ? Priority.URGENT : Priority.NORMAL, false);
    }

    /**
     * Whether the recipient's mailbox has taken it.
     *
     * @param outcome a {@link MailQueue.Outcome}
     * @param detail  for a user, if it has not
     */
    record Ack(MailQueue.Outcome outcome, String detail) {
    }
}
