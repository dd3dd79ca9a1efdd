package io.anole.core.internal.hub;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A handler that took its time, in a flight recording. While nobody records, asking costs the comparison with a constant that
 * the compiler removes, and nothing is made.
 */
@Name("io.anole.SlowHandler")
@Label("Slow Handler")
@Description("A handler of a message or a request held its lane")
@Category("Anole")
@StackTrace(false)
@Threshold("10 ms")
final class SlowHandler extends Event {
    /** Asked only whether it is enabled. */
    private static final SlowHandler ANY = new SlowHandler();

    @Label("Bus")
    private String bus;
    @Label("Name")
    @Description("Of the topic or the service")
    private String name;
    @Label("Participant")
    @Description("Whose handler it is")
    private String participant;
    @Label("Source")
    @Description("Who sent the message")
    private String source;

    /** One that has begun, or null if nobody wants to know. */
    static SlowHandler begun() {
        if (!ANY.isEnabled()) {
            return null;
        }
        SlowHandler event = new SlowHandler();
        event.begin();
        return event;
    }

    void over(String ofBus, Object ofName, String ofParticipant, String ofSource) {
        end();
        if (shouldCommit()) {
            bus = ofBus;
            name = ofName.toString();
            participant = ofParticipant;
            source = ofSource;
            commit();
        }
    }
}
