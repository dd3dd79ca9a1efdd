package io.anole.metrics.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.osgi.service.component.annotations.Component;

/** Alive unless threads wait for each other for good, which nothing but a restart ends. */
@Component(service = HealthCheck.class, property = {"hc.name=threads", "hc.tags=systemalive"})
public final class ThreadsCheck implements HealthCheck {
    @Override
    public Result execute() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] locked = threads.findDeadlockedThreads();
        return locked == null ? new Result(Status.OK, "no thread is deadlocked")
                : new Result(Status.CRITICAL, "deadlocked: " + Stream.of(threads.getThreadInfo(locked))
                        .map(ThreadInfo::getThreadName).collect(Collectors.joining(", ")));
    }
}
