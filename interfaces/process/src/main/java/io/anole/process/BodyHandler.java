package io.anole.process;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes mail whose body has the class that was asked for, on the process's own thread.
 *
 * @param <T> the body's class
 */
@ConsumerType
@FunctionalInterface
public interface BodyHandler<T> {
    /** @throws Exception is counted and shown with the process; other handlers of the same mail still run */
    void handle(T body, Mail mail) throws Exception;
}
