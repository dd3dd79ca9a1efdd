package io.anole.deployer;

import java.time.Instant;
import java.util.List;

/**
 * What became of a deploy, a rollback or a removal; one line of the history.
 *
 * @param id      counts up from 1 in a home directory
 * @param time    when it began
 * @param who     who asked for it
 * @param what    {@code deploy}, {@code rollback} or {@code remove}
 * @param changes what it was to do
 * @param result  whether it was done
 * @param reason  one line: why not, or what else is to be said; may be empty
 */
public record Outcome(long id, Instant time, String who, String what, List<Plan.Change> changes, Result result,
        String reason) {
    /** How it ended. */
    public enum Result {
        /** Done, and good. */
        COMMITTED,
        /** Tried, and the former versions brought back. */
        ROLLED_BACK,
        /** Nothing was touched. */
        REFUSED,
        /** The runtime ended meanwhile; after its next start the former versions ran. */
        INTERRUPTED,
        /** All of it ran already. */
        UNCHANGED;

        /** Whether what was asked for is there now. */
        public boolean isGood() {
            return this == COMMITTED || this == UNCHANGED;
        }
    }

    public Outcome {
        changes = List.copyOf(changes);
    }
}
