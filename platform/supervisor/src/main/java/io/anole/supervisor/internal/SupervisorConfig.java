package io.anole.supervisor.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Anole supervisor", description = "Runs the processes of this runtime.")
@interface SupervisorConfig {
    String PID = "io.anole.supervisor";

    @AttributeDefinition(name = "Default frequency",
            description = "Cycles per second of a process that names none, above 0 and at most 1000.", min = "0", max = "1000")
    double defaultFrequencyHz() default 30;

    @AttributeDefinition(name = "Patience of mail",
            description = "Seconds that mail waits for room in a full mailbox before its sender is refused.", min = "0",
            max = "60")
    double mailPatienceSeconds() default 5;

    @AttributeDefinition(name = "Shutdown bound",
            description = "Seconds that all processes together may take to stop when the runtime stops; those that are not "
                    + "done by then are named and left behind.",
            min = "1", max = "3600")
    double shutdownSeconds() default 30;

    @AttributeDefinition(name = "Longest update",
            description = "Seconds after which an update of processes that was begun and not ended is ended, and what waits for it "
                    + "is let go.",
            min = "1", max = "86400")
    double updateSeconds() default 600;

    @AttributeDefinition(name = "Hand-over by hand",
            description = "Seconds for which the state and the mail of a process that hands over wait for it when its bundle is "
                    + "stopped by hand, in case it is being replaced. 0 for never.",
            min = "0", max = "600")
    double handOverSeconds() default 5;
}
