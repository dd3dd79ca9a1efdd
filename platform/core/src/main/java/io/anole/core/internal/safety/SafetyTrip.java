package io.anole.core.internal.safety;

import io.anole.core.SafetyGate.Trip;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A {@link Trip} in a flight recording. */
@Name("io.anole.SafetyTrip")
@Label("Safety Trip")
@Description("A safety rule has dropped commands or said the safe message, or an emergency stop began or ended")
@Category("Anole")
@StackTrace(false)
final class SafetyTrip extends Event {
    @Label("What")
    private String what;
    @Label("Bus")
    @Description("Empty for all")
    private String bus;
    @Label("Topic")
    @Description("Empty for an emergency stop")
    private String topic;
    @Label("By")
    private String by;
    @Label("Why")
    private String why;
    @Label("Count")
    private long count;

    static void record(Trip trip) {
        SafetyTrip event = new SafetyTrip();
        if (event.isEnabled()) {
            event.what = trip.what().name().toLowerCase(Locale.ROOT);
            event.bus = trip.bus();
            event.topic = trip.topic();
            event.by = trip.by();
            event.why = trip.why();
            event.count = trip.count();
            event.commit();
        }
    }
}
