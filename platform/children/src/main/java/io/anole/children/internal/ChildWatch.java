package io.anole.children.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.Supervisor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * In a child JVM: tells the parent, on standard output, that its one process is alive, and ends the JVM when the process has ended,
 * so that the parent's policy decides what follows. In any other JVM it does nothing.
 */
@Component(service = {}, immediate = true)
public final class ChildWatch {
    /** Framework property: the process that this JVM is for. */
    static final String CHILD = "anole.child";
    private static final int FAILED = 3;
    private static final long LOOK_MILLIS = 20;

    private final Supervisor supervisor;
    private final String process;
    private final ScheduledExecutorService clock;
    private boolean told;

    @Activate
    public ChildWatch(BundleContext context, @Reference Supervisor supervisor) {
        this.supervisor = supervisor;
        this.process = context.getProperty(CHILD);
        this.clock = process == null ? null : Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "child watch"));
        if (clock != null) {
            clock.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What the parent waits for. */
    static String aliveLine(String process) {
        return "process " + process + " is alive";
    }

    private void look() {
        supervisor.process(process).ifPresent(this::look);
    }

    private void look(ProcessInfo info) {
        switch (info.state()) {
            case ACTIVE -> {
                if (!told) {
                    told = true;
                    say(aliveLine(process));
                }
            }
            case FINALIZED -> {
                say(info.reason());
                // Its process is dead, and a stop in order would end with 0.
                Runtime.getRuntime().halt(FAILED);
            }
            case INACTIVE -> {
                if (info.reason().startsWith("ended: ")) {
                    say(info.reason());
                    clock.shutdown();
                    new Thread(() -> System.exit(0), "child ends").start();
                }
            }
            default -> {
                // On its way.
            }
        }
    }

    /** Its standard output is the pipe to the parent. */
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    @Deactivate
    void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
    }
}
