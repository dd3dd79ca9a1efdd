package io.anole.bus.provider;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks for what is wrong with the systems that a provider connects to, as a user would who knows them well. A service;
 * {@code anole doctor} asks all that there are.
 */
@ConsumerType
public interface Checkup {
    /**
     * Looks anew, on the caller's thread, for 5 s at most.
     *
     * @return also what was found to be well; empty if there is nothing to look at
     */
    List<Finding> look() throws InterruptedException;

    /** How bad it is. A notice is worth knowing, but not wrong. */
    enum Level { OK, NOTICE, PROBLEM }

    /**
     * One thing, each part a sentence for a user.
     *
     * @param area a short word for what it is about, such as {@code ros1}
     * @param what was found
     * @param why  the cause, or what follows; may be empty
     * @param todo the cure; empty if there is nothing to do
     */
    record Finding(Level level, String area, String what, String why, String todo) {
    }
}
