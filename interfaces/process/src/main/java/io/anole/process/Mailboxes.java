package io.anole.process;

import org.osgi.annotation.versioning.ProviderType;

/** Hands each process its mailbox. A service. */
@ProviderType
public interface Mailboxes {
    /**
     * The mailbox of the process that is being born on this thread, whatever its configuration names it.
     *
     * @throws IllegalStateException if no process is being born on this thread
     */
    Mailbox open();

    /**
     * As {@link #open()}, for a process that insists on its name.
     *
     * @param process the process's name, as in {@link ProcessName}
     * @throws IllegalStateException if the caller is not that process in its birth
     */
    Mailbox open(String process);
}
