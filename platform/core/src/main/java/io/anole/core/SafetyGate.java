package io.anole.core;

import io.anole.bus.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The safety gate of all buses of this runtime: its rules, and the emergency stop. While a stop holds, topics whose rules latch
 * deliver the safe message and nothing else. A service; safe for any thread.
 */
@ProviderType
public interface SafetyGate {
    /**
     * An emergency stop that holds.
     *
     * @param by     the runtime that it was pressed on, or the name somebody else put it up under
     * @param bus    the bus it was seen on; empty for this runtime's own, which holds on all
     * @param reason one line
     * @param since  when it was pressed
     */
    record Stop(String by, String bus, String reason, Instant since) {
    }

    /**
     * Something that the gate has done.
     *
     * @param at    when
     * @param bus   the bus; empty for all
     * @param topic the topic; empty for an emergency stop
     * @param by    who pressed or reset, or the rule; empty if it is not known
     * @param why   one line
     * @param count how many commands were dropped since it was last told; otherwise 1
     */
    record Trip(Instant at, What what, String bus, String topic, String by, String why, long count) {
        /** What it has done. */
        public enum What {
            /** An emergency stop began. */
            STOPPED,
            /** An emergency stop ended. */
            RESET,
            /** No command came within the deadline, and the safe message was said. */
            SILENCE,
            /** Commands were not delivered. */
            DROPPED
        }
    }

    /** As {@link #stop(String, String)}, by nobody in particular. */
    default void stop(String reason) {
        stop(reason, "");
    }

    /**
     * Stops, at once, and on every bus of this runtime for whoever looks at it there, under the state key
     * {@code @estop/<runtime>}. The first reason stays.
     *
     * @param by who wants it, for {@link #trips}
     */
    void stop(String reason, String by);

    /** As {@link #reset(boolean, String)}, by nobody in particular. */
    default CompletableFuture<Void> reset(boolean others) {
        return reset(others, "");
    }

    /**
     * Ends what was stopped here. Nothing moves by that: what was commanded before is void. Stops that others have put up hold on.
     *
     * @param others whether to take those off the buses, too; who is still there puts his up again
     * @param by     who wants it, for {@link #trips}
     * @return done when the buses know, as far as they have a link
     * @throws IllegalStateException with the reason, if a restart would find it stopped again; then it holds on
     */
    CompletableFuture<Void> reset(boolean others, String by);

    /** All that hold, this runtime's own first. */
    List<Stop> stops();

    /** What it has done since this runtime started: the latest 64 stops and resets, and the latest 64 of rules; the newest first. */
    List<Trip> trips();

    /** What holds for a topic: texts by the keys of the configuration; empty if no rule does. */
    Optional<Map<String, Object>> rule(String bus, Name topic);
}
