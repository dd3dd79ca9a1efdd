package io.anole.core.internal.hub;

import io.anole.bus.SwapReport;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A swap in a flight recording, from its begin to its end. */
@Name("io.anole.Swap")
@Label("Swap of a Bus")
@Description("A bus was moved to another link, or stayed where it was")
@Category("Anole")
@StackTrace(false)
final class BusSwap extends Event {
    @Label("Bus")
    private String bus;
    @Label("From")
    private String from;
    @Label("To")
    private String to;
    @Label("Cause")
    private String cause;
    @Label("Outcome")
    private String outcome;
    @Label("Reason")
    private String reason;
    @Label("Blackout")
    @Description("How long publishers were held back")
    @Timespan(Timespan.NANOSECONDS)
    private long blackout;
    @Label("Lost")
    private long lost;
    @Label("Duplicates")
    private long duplicates;

    void over(SwapReport report) {
        if (isEnabled()) {
            bus = report.bus();
            from = report.from();
            to = report.to();
            cause = report.cause();
            outcome = report.outcome().name().toLowerCase(Locale.ROOT);
            reason = report.reason();
            blackout = report.blackout().toNanos();
            lost = report.lost();
            duplicates = report.duplicates();
            commit();
        }
    }
}
