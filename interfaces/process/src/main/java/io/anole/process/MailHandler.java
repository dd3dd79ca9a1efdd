package io.anole.process;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes mail, on the process's own thread. */
@ConsumerType
@FunctionalInterface
public interface MailHandler {
    /** @throws Exception is counted and shown with the process; other handlers of the same mail still run */
    void handle(Mail mail) throws Exception;
}
