package io.anole.deployer.internal;

import java.util.Collection;
import java.util.Optional;

/** Holds back changes of processes while something is so. A service inside this bundle. */
interface Interlock {
    /** Why these processes are not to be touched now, or empty. */
    Optional<Hold> hold(Collection<String> processes);

    /**
     * A reason to hold back.
     *
     * @param reason   one line
     * @param postpone whether it is to be waited for its end; otherwise the change is refused
     * @param patience longest wait, in milliseconds
     */
    record Hold(String reason, boolean postpone, long patience) {
    }
}
