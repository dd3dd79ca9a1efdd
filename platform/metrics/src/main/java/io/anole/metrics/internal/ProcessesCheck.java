package io.anole.metrics.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.util.List;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Not ready while a process has failed, or has been given up. One that somebody has stopped is as it should be. */
@Component(service = HealthCheck.class, property = {"hc.name=processes", "hc.tags=systemready"})
public final class ProcessesCheck implements HealthCheck {
    private final Supervisor supervisor;

    @Activate
    public ProcessesCheck(@Reference Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public Result execute() {
        List<String> failed = supervisor.processes().stream()
                .filter(process -> process.state() == State.ERRORPROCESSING
                        || process.state() == State.FINALIZED && !process.lastError().isEmpty())
                .map(ProcessInfo::name).toList();
        return failed.isEmpty() ? new Result(Status.OK, "no process has failed")
                : new Result(Status.CRITICAL, "failed: " + String.join(", ", failed));
    }
}
