package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Plan.Change;
import java.util.Locale;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A deploy in a flight recording, from its first step to the end of its probation. */
@Name("io.anole.Deploy")
@Label("Deploy")
@Description("Bundles were deployed, removed or brought back")
@Category("Anole")
@StackTrace(false)
final class DeployEvent extends Event {
    @Label("Id")
    @Description("In the history")
    private long id;
    @Label("What")
    private String what;
    @Label("Who")
    private String who;
    @Label("Changes")
    private String changes;
    @Label("Result")
    private String result;
    @Label("Reason")
    private String reason;

    void over(Outcome outcome) {
        if (isEnabled()) {
            id = outcome.id();
            what = outcome.what();
            who = outcome.who();
            changes = outcome.changes().stream().map(Change::toString).collect(Collectors.joining(", "));
            result = outcome.result().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            reason = outcome.reason();
            commit();
        }
    }
}
