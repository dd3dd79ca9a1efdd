package io.anole.process;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Implemented by a {@link ManagedProcess} that gives its state to its successor when its bundle is replaced by another version.
 * Both methods are called on the process's own thread, so they need no locks.
 *
 * <p>The state crosses from one version's class loader to the other's by shape: it becomes a tree when it is given and an instance
 * of the successor's class when it is taken, as {@link io.anole.bus.Shapes} says. A field that only the successor has is at its
 * default; one that the successor does not know is refused. {@link StateSchema} says which versions of it fit together.
 *
 * <p>Mail and messages that arrive in between wait, and reach the successor after it has taken the state. A restart of the same
 * version hands nothing over.
 *
 * @param <S> the state: a record, or a tree
 */
@ConsumerType
public interface HandOver<S> {
    /** The class in which the state is wanted: that of {@code S}, or {@code Object} for the tree as it is. */
    Class<S> stateType();

    /**
     * The state, when its last cycle and its last handler are over; its helper threads may still run. What it opened it may
     * close in its death; here it only tells: if another process of the same update can't hand over, this one goes on as if it had not been asked.
     *
     * @return within {@link Supervision#stopSeconds()}; null for none
     * @throws Exception refuses the update, and this process goes on
     */
    S handOver() throws Exception;

    /**
     * Takes the state of the predecessor, after birth and before the first mail, message or cycle. Not called if there was no
     * predecessor, or if it gave nothing.
     *
     * @throws Exception fails this birth; the state is kept for whoever comes next, such as the former version
     */
    void takeOver(S state) throws Exception;
}
