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
     * Stops, at once, and on every bus of this runtime for whoever looks at it there, under the state key
     * {@code @estop/<runtime>}. The first reason stays.
     */
    void stop(String reason);

    /**
     * Ends what was stopped here. Nothing moves by that: what was commanded before is void. Stops that others have put up hold on.
     *
     * @param others whether to take those off the buses, too; who is still there puts his up again
     * @return done when the buses know, as far as they have a link
     * @throws IllegalStateException with the reason, if a restart would find it stopped again; then it holds on
     */
    CompletableFuture<Void> reset(boolean others);

    /** All that hold, this runtime's own first. */
    List<Stop> stops();

    /** What holds for a topic: texts by the keys of the configuration; empty if no rule does. */
    Optional<Map<String, Object>> rule(String bus, Name topic);
}
