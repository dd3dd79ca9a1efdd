package io.anole.supervisor;

import io.anole.process.Mail;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one process of a child JVM, for whoever connects it with the parent. A service where the framework property {@value #PROPERTY} is
 * set; no other process runs there, and its mail comes by this service and not by the bus. Safe for any thread, never blocks.
 */
@ProviderType
public interface ChildProcess {
    /** Framework property of child JVMs. */
    String PROPERTY = "anole.child";

    /** Lets the process of this name run, once its bundle is there. To be called once, before that. */
    void admit(String process, Optional<HandedState> state);

    /**
     * Puts mail into its mailbox.
     *
     * @return empty when it was taken, or why not in one line
     */
    CompletionStage<String> deliver(Mail mail);

    /**
     * Has it handle what waits in its mailbox, give its state, and stand still until it is stopped or {@link #resume}d.
     *
     * @return the state, if it has one; fails with {@link IllegalStateException} and one line, and then it goes on
     */
    CompletionStage<Optional<HandedState>> handOver();

    /** Whether it has failed for a reason that no restart mends. */
    boolean hopeless();

    /** Why its component is refused: of its settings, so no restart mends that either. Empty while it is not there, or is all right. */
    Optional<String> refusal();

    /** It goes on, if it stands still. */
    void resume();
}
