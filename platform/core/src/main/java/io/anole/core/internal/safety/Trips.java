package io.anole.core.internal.safety;

import io.anole.core.SafetyGate.Trip;
import io.anole.core.SafetyGate.Trip.What;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * What the gate has done lately, for people to look at afterwards. Rules may trip many times a minute, so emergency stops have room of
 * their own. Safe for any thread; never waits for anything.
 */
final class Trips {
    /** Of each kind. */
    static final int MOST = 64;

    /** Guarded by this object, as is the next. */
    private final Deque<Trip> stops = new ArrayDeque<>();
    private final Deque<Trip> rules = new ArrayDeque<>();

    void stop(What what, String bus, String by, String why) {
        add(stops, new Trip(Instant.now(), what, bus, "", by, why, 1));
    }

    void rule(What what, String bus, String topic, String by, String why, long count) {
        add(rules, new Trip(Instant.now(), what, bus, topic, by, why, count));
    }

    private void add(Deque<Trip> to, Trip trip) {
        synchronized (this) {
            if (to.size() == MOST) {
                to.removeFirst();
            }
            to.add(trip);
        }
        SafetyTrip.record(trip);
    }

    /** The newest first. */
    synchronized List<Trip> latest() {
        List<Trip> all = new ArrayList<>(stops);
        all.addAll(rules);
        all.sort(Comparator.comparing(Trip::at).reversed());
        return all;
    }
}
