package io.anole.bus;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a bus was moved from one link to another, or why it was not.
 *
 * @param bus        the bus
 * @param from       kind of the provider it was on; empty if on none
 * @param to         kind of the provider it was to go to
 * @param cause      who or what asked for it
 * @param outcome    how it ended
 * @param reason     one line: why it was aborted, or what a user should know; empty if nothing is to be said
 * @param started    when it began
 * @param steps      what was done, in order
 * @param blackout   how long publishers were held back; zero if it never came to that
 * @param held       messages that waited meanwhile
 * @param resent     messages that the old link had not acknowledged and the new one was given
 * @param lost       messages that the old link had accepted and that never came to a subscription of this runtime
 * @param duplicates messages that came over both links and were delivered once
 * @param expired    messages that waited past their lifespan and were dropped
 */
public record SwapReport(String bus, String from, String to, String cause, Outcome outcome, String reason, Instant started,
        List<Step> steps, Duration blackout, long held, long resent, long lost, long duplicates, long expired) {
    public SwapReport {
        steps = List.copyOf(steps);
    }

    /** As a tree, as it is published and printed; times are milliseconds, and the start is ISO-8601 text. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bus", bus);
        tree.put("from", from);
        tree.put("to", to);
        tree.put("cause", cause);
        tree.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        tree.put("reason", reason);
        tree.put("started", started.toString());
        tree.put("blackout_ms", millis(blackout));
        tree.put("held", held);
        tree.put("resent", resent);
        tree.put("lost", lost);
        tree.put("duplicates", duplicates);
        tree.put("expired", expired);
        tree.put("steps", steps.stream().map(step -> Map.of("name", step.name(), "ms", millis(step.took()))).toList());
        return tree;
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e4) / 100.0;
    }

    /** How a swap ended. */
    public enum Outcome {
        /** The bus is on the new link. */
        DONE,
        /** The bus is where it was; nothing was lost. */
        ABORTED
    }

    /**
     * One thing that was done.
     *
     * @param name one word or two
     * @param took how long
     */
    public record Step(String name, Duration took) {
    }
}
