package io.anole.process;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A process. Register it as a delayed DS component (not {@code immediate}) under this interface, with
 * {@link ProcessName}: the supervisor then activates it on the process's own thread, where {@link #life()} and every
 * handler of its {@link Mailbox} run too, one at a time; so a process needs no locks.
 */
@ConsumerType
public interface ManagedProcess {
    /**
     * One cycle, called at the frequency of the process, at a fixed rate without drift: cycles that a slow one has missed
     * are skipped and counted, never made up in a burst.
     *
     * @throws Exception is counted and shown with the process; what follows is decided by {@link Restart#onLifeError()}
     */
    default void life() throws Exception {
    }
}
