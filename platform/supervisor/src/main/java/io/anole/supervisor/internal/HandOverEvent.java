package io.anole.supervisor.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One end of a hand-over in a flight recording: a process gives its state, or its successor takes it. */
@Name("io.anole.HandOver")
@Label("Hand-over")
@Description("A process gave its state to its successor, or took that of its predecessor")
@Category("Anole")
@StackTrace(false)
final class HandOverEvent extends Event {
    @Label("Process")
    private String process;
    @Label("Step")
    @Description("give or take")
    private String step;
    @Label("Version")
    @Description("Of the state's schema")
    private int version;
    @Label("Failure")
    @Description("Empty if there was none")
    private String failure;

    /** @param ofFailure null if there was none */
    void over(String ofProcess, String ofStep, int ofVersion, String ofFailure) {
        if (isEnabled()) {
            process = ofProcess;
            step = ofStep;
            version = ofVersion;
            failure = ofFailure == null ? "" : ofFailure;
            commit();
        }
    }
}
