package io.anole.process;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/** Runs the processes. A service; safe for any thread, never blocks. */
@ProviderType
public interface Supervisor {
    /** All known processes, by name. */
    List<ProcessInfo> processes();

    /** One process. */
    Optional<ProcessInfo> process(String name);

    /**
     * Starts a process, and what it depends on first. Lifts nothing else: after an emergency stop it is refused until
     * {@link #release()}.
     *
     * @return how it stands when its birth is over; fails with {@link java.util.NoSuchElementException} if unknown and with
     *         {@link IllegalStateException} and the reason if the birth failed or is refused
     */
    CompletableFuture<ProcessInfo> start(String name);

    /**
     * Stops a process, after those that depend on it. Mail that it has taken already is handled first, within its bound.
     * Stopping one that is stopping already interrupts it.
     *
     * @return how it stands when its death is over, truthfully: a process that did not end within its bound is reported as
     *         DEACTIVATING with the reason; fails with {@link java.util.NoSuchElementException} if unknown
     */
    CompletableFuture<ProcessInfo> stop(String name);

    /** Stops a process and those that depend on it, and starts all that were stopped; as {@link #stop} and {@link #start}. */
    CompletableFuture<ProcessInfo> restart(String name);

    /**
     * Changes the frequency of a process until its next birth; as {@link Mailbox#frequency(double)}.
     *
     * @throws java.util.NoSuchElementException if unknown
     * @throws IllegalArgumentException if it is not above 0 and at most 1000
     */
    void frequency(String name, double hz);

    /**
     * Stops every process, in parallel within a bound, mail that waits unhandled, and latches until {@link #release()}: the
     * reason stands under the state key {@code @emergency/<runtime>} of every bus that processes use. The safety gate of the
     * buses is stopped before that, for the same reason, and holds until it is reset by itself.
     */
    CompletableFuture<List<ProcessInfo>> emergencyStop(String reason);

    /** Why processes are held by an emergency stop, or empty. */
    Optional<String> emergency();

    /** Ends an emergency stop of processes. Starts nothing by itself, and the safety gate holds on. */
    void release();
}
