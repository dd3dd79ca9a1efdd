package io.anole.core.internal.hub;

import io.anole.bus.Statistics;
import io.anole.core.internal.safety.Safety;
import java.util.concurrent.CompletionStage;

/** Something a participant has opened. The hub remembers it and moves it from link to link until it is closed. */
interface Endpoint {
    /** Moves to the session, unless it is at a younger one or closed. Called outside every lock of the hub. */
    void attach(Session session);

    /** Leaves the session, if it is still there. */
    void detach(Session session);

    /**
     * Makes ready to move to the session, and goes on where it is.
     *
     * @return done when nothing that the new system accepts from then on would be missed; fails if it refuses
     */
    CompletionStage<Void> prepare(Session session);

    /** Moves to the session, which it was made ready for or is now. What it had on the former one ends with that link. */
    void take(Session session);

    /** Stays where it is: takes back what it was made ready with. */
    void abandon(Session session);

    /** Takes its guard, if it needs one: at first, and whenever rules have changed. */
    default void guard(Safety safety) {
        // only what carries messages on topics
    }

    /** What it is and what it has counted. */
    Statistics.Endpoint describe();

    /** Nothing more will be handled or sent; returns at once. */
    void markEnded();

    /** Ends it. */
    void close();
}
