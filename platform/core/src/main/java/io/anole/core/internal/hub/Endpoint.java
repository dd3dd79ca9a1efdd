package io.anole.core.internal.hub;

import io.anole.bus.Statistics;

/** Something a participant has opened. The hub remembers it and moves it from link to link until it is closed. */
interface Endpoint {
    /** Moves to the session, unless it is at a younger one or closed. Called outside every lock of the hub. */
    void attach(Session session);

    /** Leaves the session, if it is still there. */
    void detach(Session session);

    /** What it is and what it has counted. */
    Statistics.Endpoint describe();

    /** Nothing more will be handled or sent; returns at once. */
    void markEnded();

    /** Ends it. */
    void close();
}
