package io.anole.supervisor;

import io.anole.process.HandOver;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A process that stands for one of the same name that runs elsewhere, such as in a child JVM. It has the mailbox and passes on what
 * comes; what it takes over and hands over is the other's state; and what is shown of it is how the other is.
 */
@ConsumerType
public interface StandIn extends ManagedProcess, HandOver<Object> {
    /** Service property: the id of the bundle that the process comes from, a {@code Long}. */
    String BUNDLE = "process.standin.bundle";
    /** Service property: the PIDs of that process's configuration, a {@code String[]}. */
    String PIDS = "process.standin.pids";

    /**
     * Begins, in the end of its birth: it may take as long as a birth may.
     *
     * @param state of its predecessor, if there is one; it counts as taken if this returns and the process has not failed
     * @throws Exception fails this birth
     */
    void begin(Optional<HandedState> state) throws Exception;

    /** How the other is, as far as known; called by any thread, must not block. */
    Optional<ProcessInfo> reading();

    /** Not called: {@link #begin} is. */
    @Override
    default void takeOver(Object state) {
        throw new UnsupportedOperationException("a stand-in begins with the state");
    }

    @Override
    default Class<Object> stateType() {
        return Object.class;
    }
}
