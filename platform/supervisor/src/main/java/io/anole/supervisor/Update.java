package io.anole.supervisor;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/**
 * An update under way. Until {@link #commit()} mail, messages and requests for its processes wait while they are away, bounded as
 * their mailboxes, subscriptions and services are, and reach the successors that register the same; and a process that has failed
 * is not restarted by its policy. Safe for any thread; stages complete on threads where blocking is allowed.
 *
 * <p>It is bounded too: after the supervisor's {@code updateSeconds} it commits itself, with a warning.
 */
@ProviderType
public interface Update {
    /** The processes that lived when it began: those that must come back. */
    Set<String> processes();

    /** Takes a bundle in that was installed since. */
    void include(Bundle bundle);

    /**
     * Has every process that implements {@link io.anole.process.HandOver} give its state, in parallel, and stand still from then
     * on: it handles nothing until its bundle stops. Without this call they give it when they are stopped, when it is too late
     * to refuse.
     *
     * @return done when all have given; fails with {@link IllegalStateException} and one line if one throws or does not give
     *         within its {@code stopSeconds}. Then all go on as before, and the update is to be committed, untouched
     */
    CompletionStage<Void> handOver();

    /**
     * Watches the successors.
     *
     * @return done when every process that lived before has a successor that is active, has taken the state and has done its
     *         good cycles, and so has every other process of these bundles that is to run; fails at once with
     *         {@link IllegalStateException} and one line when a birth or a take-over throws or has more errors than allowed, and
     *         at the bound when something hangs or does not come back
     */
    CompletionStage<Void> settled(Trial trial);

    /**
     * Before the bundles are put back: what lives of the new version is stopped, births that hang are interrupted and then left to
     * themselves, nothing is taken over from them, and the state that was given first is offered again. Then {@link #settled}
     * may be asked again.
     */
    void restore();

    /**
     * Ends it: what waits and nobody has adopted is dropped and counted, states are let go. Processes that stand still go on.
     * Idempotent.
     */
    void commit();

    /**
     * What a successor has to show.
     *
     * @param goodCycles cycles each must have done; of a slow process no more than are due in half the bound
     * @param errors     exceptions in cycles and handlers that each may have meanwhile
     * @param bound      longest time for all of it
     */
    record Trial(int goodCycles, long errors, Duration bound) {
    }
}
