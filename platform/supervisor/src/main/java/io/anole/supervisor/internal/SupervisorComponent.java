package io.anole.supervisor.internal;

import io.anole.bus.Bus;
import io.anole.bus.Shapes;
import io.anole.core.Participants;
import io.anole.core.SafetyGate;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.Supervisor;
import io.anole.supervisor.ChildProcess;
import io.anole.supervisor.ProcessUpdates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.log.LogReaderService;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Connects the processes with the framework: components come by the whiteboard, buses as services, the end of the runtime as the
 * event before its bundles are stopped one by one.
 *
 * <p>{@link Supervisor} and {@link Mailboxes} are registered by hand. As services of this component DS would withdraw them before
 * it is deactivated, and with them every process that has a mailbox, one after the other; so all stop in parallel first.
 */
@Component(service = {}, immediate = true, configurationPid = SupervisorConfig.PID)
@Designate(ocd = SupervisorConfig.class)
@Capability(namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.anole.process.Supervisor,io.anole.process.Mailboxes,"
                + "io.anole.supervisor.ProcessUpdates,io.anole.supervisor.ChildProcess\"",
        uses = {Supervisor.class, Mailboxes.class, ProcessUpdates.class, ChildProcess.class})
public final class SupervisorComponent {
    private static final int WORKERS = 8;
    private static final String RUNTIME_NAME = "anole.runtime";
    private static final String LOG_READER = "org.osgi.service.log.LogReaderService";

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;
    private final Births births;
    private final Processes processes;
    private final Commands commands;
    /** Null in a JVM that is nobody's child. */
    private final ChildDoor child;
    private final Supplier<CompletableFuture<Void>> closeBuses;
    private volatile Duration shutdown;
    private final BundleContext context;
    private final SynchronousBundleListener events;
    private final ServiceTracker<Object, Object> logs;
    private final ServiceTracker<Bus, String> buses;
    private final ServiceTracker<ManagedProcess, ServiceReference<ManagedProcess>> components;
    private final List<ServiceRegistration<?>> registrations;
    private final ServiceRegistration<?> readiness;

    @Activate
    public SupervisorComponent(BundleContext context, @Reference Participants participants, @Reference Shapes shapes,
            @Reference SafetyGate gate, @Reference ServiceComponentRuntime runtime, @Reference ConfigurationAdmin configurations,
            SupervisorConfig config) {
        this.context = context;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = task -> new Thread(task, "supervisor " + number.incrementAndGet());
        timer = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "supervisor timer"),
                new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers = new ThreadPoolExecutor(WORKERS, WORKERS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads,
                (task, pool) -> task.run());
        workers.allowCoreThreadTimeOut(true);
        String name = context.getProperty(RUNTIME_NAME);
        ComponentReasons reasons = new ComponentReasons(context, runtime);
        Life.Shared shared = new Life.Shared(context, timer, workers, shapes, context.getProperty(ChildProcess.PROPERTY) != null);
        Roster roster = new Roster();
        Noticeboard noticeboard = new Noticeboard(participants, name == null || name.isBlank() ? "anole" : name, timer,
                this::emergency);
        closeBuses = noticeboard::closeAll;
        Spec.period(config.defaultFrequencyHz());
        births = new Births(participants, shared, seconds(config.mailPatienceSeconds()), this::emergency);
        processes = new Processes(roster, shared, births, reasons, noticeboard, new Configurations(configurations, runtime),
                config.defaultFrequencyHz(), bounds(config));
        child = shared.child() ? new ChildDoor(roster, processes) : null;
        commands = new Commands(roster, processes, shared, reasons, noticeboard, gate::stop);
        shutdown = seconds(config.shutdownSeconds());
        events = event -> {
            if (event.getType() == BundleEvent.STOPPING
                    && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
                commands.end("the runtime stops", shutdown);
            } else if (event.getType() == BundleEvent.UNINSTALLED) {
                processes.updates().uninstalled(event.getBundle());
            }
        };
        logs = logTracker(reasons);
        buses = busTracker();
        components = componentTracker();
        context.addBundleListener(events);
        Supplier<List<String>> unsatisfied = commands::unsatisfied;
        readiness = context.registerService(Supplier.class, unsatisfied,
                new Hashtable<>(Map.of("anole.readiness", "contribution")));
        registrations = new ArrayList<>();
        if (child != null) {
            registrations.add(context.registerService(ChildProcess.class, child, null));
        }
        registrations.addAll(List.of(context.registerService(Supervisor.class, commands, null),
                context.registerService(Mailboxes.class, births, null),
                context.registerService(ProcessUpdates.class, processes.updates(), null)));
        logs.open();
        buses.open();
        components.open();
    }

    /** By name: the package need not be there. */
    private ServiceTracker<Object, Object> logTracker(ComponentReasons reasons) {
        return new ServiceTracker<>(context, LOG_READER, null) {
            @Override
            public Object addingService(ServiceReference<Object> reference) {
                Object log = super.addingService(reference);
                if (log instanceof LogReaderService reader) {
                    reasons.logsTo(new DeathLog(reader));
                }
                return log;
            }

            @Override
            public void removedService(ServiceReference<Object> reference, Object log) {
                reasons.logsTo(null);
                super.removedService(reference, log);
            }
        };
    }

    private ServiceTracker<Bus, String> busTracker() {
        return new ServiceTracker<>(context, Bus.class, null) {
            @Override
            public String addingService(ServiceReference<Bus> reference) {
                if (!(reference.getProperty(Bus.NAME) instanceof String name)) {
                    return null;
                }
                processes.busAdded(name);
                return name;
            }

            @Override
            public void removedService(ServiceReference<Bus> reference, String name) {
                processes.busRemoved(name);
            }
        };
    }

    private ServiceTracker<ManagedProcess, ServiceReference<ManagedProcess>> componentTracker() {
        return new ServiceTracker<>(context, ManagedProcess.class, null) {
            @Override
            public ServiceReference<ManagedProcess> addingService(ServiceReference<ManagedProcess> reference) {
                if (child != null && !child.admits(reference::getProperty)) {
                    return null;
                }
                processes.added(reference);
                return reference;
            }

            @Override
            public void modifiedService(ServiceReference<ManagedProcess> reference, ServiceReference<ManagedProcess> same) {
                processes.modified(reference);
            }

            @Override
            public void removedService(ServiceReference<ManagedProcess> reference, ServiceReference<ManagedProcess> same) {
                processes.removed(reference);
            }
        };
    }

    private void emergency(String reason) {
        commands.emergencyStop(reason);
    }

    private static Updates.Bounds bounds(SupervisorConfig config) {
        return new Updates.Bounds(seconds(config.updateSeconds()), seconds(config.handOverSeconds()));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    @Modified
    void configure(SupervisorConfig config) {
        Spec.period(config.defaultFrequencyHz());
        births.patience(seconds(config.mailPatienceSeconds()));
        shutdown = seconds(config.shutdownSeconds());
        processes.updates().bounds(bounds(config));
        processes.defaultHz(config.defaultFrequencyHz());
    }

    @Deactivate
    void deactivate() {
        commands.end("the supervisor stops", shutdown);
        components.close();
        registrations.forEach(ServiceRegistration::unregister);
        readiness.unregister();
        buses.close();
        logs.close();
        context.removeBundleListener(events);
        Processes.await(closeBuses.get());
        timer.shutdown();
        workers.shutdown();
    }
}
