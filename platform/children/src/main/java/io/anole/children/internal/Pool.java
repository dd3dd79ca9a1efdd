package io.anole.children.internal;

import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.bus.provider.Checkup;
import io.anole.core.Links;
import io.anole.process.ManagedProcess;
import io.anole.programs.Launch;
import io.anole.programs.ProgramLog;
import io.anole.programs.Programs;
import io.anole.supervisor.ChildProcess;
import io.anole.supervisor.Forks;
import io.anole.supervisor.ProcessUpdates;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts child JVMs, and keeps spares of the kinds that are in use. Processes ask for one on their own threads; everything about spares
 * that takes time is done by one thread of its own. The monitor guards who is spare.
 */
@Component(service = {Pool.class, Forks.class, Supplier.class, Checkup.class},
        property = "anole.readiness=contribution", configurationPid = PoolConfig.PID)
@Designate(ocd = PoolConfig.class)
public final class Pool implements Forks, Supplier<List<String>>, Checkup {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";
    private static final int LINE = 1000;
    private static final int LINES = 100;
    /** From one spare that failed to the next try. */
    private static final long AGAIN_SECONDS = 10;

    private final BundleContext context;
    private final Programs programs;
    private final Buses buses;
    private final Kinds kinds;
    private final Luggage luggage;
    private final Path place;
    private final Reception reception;
    private final Passes passes;
    private final String classPath = System.getProperty("java.class.path");
    private final Map<String, Jvm> jvms = new ConcurrentHashMap<>();
    private final Map<String, ServiceReference<ManagedProcess>> processes = new ConcurrentHashMap<>();
    /** From the begin of their births; those that are alive are in both. */
    private final Map<String, Forked> begun = new ConcurrentHashMap<>();
    private final Map<String, Forked> living = new ConcurrentHashMap<>();
    private final Renewals renewals;
    private final List<Jvm> spares = new ArrayList<>();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1,
            task -> new Thread(task, "spare children"));
    private int number;
    private volatile int wanted;
    private volatile Duration silence;
    private boolean closed;

    @Activate
    public Pool(BundleContext context, @Reference ConfigurationAdmin configurations, @Reference Links links, @Reference Programs programs,
            @Reference ProcessUpdates updates, @Reference Shapes shapes, @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")") Codec codec,
            PoolConfig config) throws IOException {
        this.programs = programs;
        this.renewals = new Renewals(updates, configurations);
        this.context = context;
        this.wanted = wanted(config);
        this.silence = silence(config);
        Path home = Path.of(Objects.requireNonNullElse(context.getProperty("anole.home"), "")).toAbsolutePath();
        Path launcher = Path.of(classPath.split(File.pathSeparator)[0]).toAbsolutePath();
        Stored stored = new Stored(configurations);
        place = home.resolve("children");
        // Of a former run.
        Luggage.delete(place);
        reception = new Reception(home.resolve("run/children.sock"), codec, shapes, jvms::get);
        buses = new Buses(context, this::moved);
        kinds = new Kinds(links, launcher.getParent().getParent());
        luggage = new Luggage(stored, kinds);
        passes = new Passes(Objects.requireNonNullElse(context.getProperty("anole.runtime"), "anole"));
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static int wanted(PoolConfig config) {
        if (config.spares() < 0 || config.spares() > 16) {
            throw new IllegalArgumentException("spares: " + config.spares() + " is not within 0 and 16");
        }
        return config.spares();
    }

    private static Duration silence(PoolConfig config) {
        if (!(config.silence_seconds() >= 1 && config.silence_seconds() <= 600)) {
            throw new IllegalArgumentException("silence.seconds: " + config.silence_seconds() + " is not within 1 and 600");
        }
        return Duration.ofMillis(Math.round(config.silence_seconds() * 1000));
    }

    @Modified
    void configure(PoolConfig config) {
        silence = silence(config);
        wanted = wanted(config);
        settleIn(0);
    }

    ProgramLog log(String process) {
        ServiceReference<ManagedProcess> component = processes.get(process);
        return component == null ? programs.log(process, LINES) : log(process, Kinds.bus(component));
    }

    /** A child may tell its log on its bus itself, as nodes of ROS do. */
    private ProgramLog log(String process, String bus) {
        return programs.log(process, LINES, bus);
    }

    String text(int status) {
        return programs.text(status);
    }

    // Processes.

    /** A process is to have a JVM of its own from now on. */
    void add(String process, ServiceReference<ManagedProcess> component) {
        processes.put(process, component);
        settleIn(0);
    }

    void remove(String process) {
        processes.remove(process);
        settleIn(0);
    }

    void alive(String process, Forked forked) {
        living.put(process, forked);
        settleIn(1);
        // It may have changed meanwhile.
        follow();
    }

    void over(String process, Forked forked) {
        begun.remove(process, forked);
        living.remove(process, forked);
    }

    /** What is to be known of the health of a process's child. */
    ChildHealth health(String process) {
        return new ChildHealth(context, process, silence);
    }

    /** What the health checks of children say. */
    @Override
    public List<Finding> look() {
        return living.values().stream().flatMap(forked -> forked.findings().stream()).toList();
    }

    /** What is not as it should be in children. */
    @Override
    public List<String> get() {
        List<String> all = new ArrayList<>();
        living.forEach((process, forked) -> forked.unsatisfied()
                .forEach(each -> all.add("in the child JVM of process '" + process + "': " + each)));
        return all;
    }

    @Override
    public Optional<String> refusal(ServiceReference<ManagedProcess> component) {
        try {
            kinds.of(component);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * A JVM for a process: a spare, if there is one of its kind; it may be starting still.
     *
     * @throws IllegalArgumentException with one line, if it can't have one
     */
    Jvm take(String process) throws IOException {
        Kind kind = kinds.of(component(process))
                .orElseThrow(() -> new IllegalArgumentException("the bus of process '" + process + "' is gone"));
        Optional<Jvm> spare;
        synchronized (this) {
            // One that is starting is ahead of one that would be started now.
            spare = spares.stream().filter(each -> each.kind().equals(kind)).max(Comparator.comparing(Jvm::ready));
            spare.ifPresent(spares::remove);
        }
        return spare.isPresent() ? spare.get() : start(kind, process);
    }

    private ServiceReference<ManagedProcess> component(String process) {
        ServiceReference<ManagedProcess> component = processes.get(process);
        if (component == null) {
            throw new IllegalArgumentException("the component of process '" + process + "' is gone");
        }
        return component;
    }

    /** Writes what a process takes along into its JVM. @return the feature's path */
    Path pack(String process, String provider) throws IOException {
        return luggage.pack(place.resolve("processes").resolve(process), component(process), provider);
    }

    // JVMs.

    private Jvm start(Kind kind, String process) throws IOException {
        String name;
        synchronized (this) {
            if (closed) {
                throw new IOException("the bundle that runs child JVMs is stopping");
            }
            name = "jvm-" + ++number;
        }
        Path home = place.resolve(name);
        Path features = Files.createDirectories(home.resolve("features"));
        // Features that require core have this one.
        Files.copy(kinds.feature("child"), features.resolve("core.json"));
        Path bus = home.resolve("bus.json");
        String identity = passes.identity(process);
        FeatureJson.write(bus, List.of(), Map.of("io.anole.bus~" + kind.bus(), passes.link(kind, identity, home)));
        String id = name + "-" + UUID.randomUUID();
        ProgramLog log = log(process, kind.bus());
        Jvm jvm = new Jvm(id, identity, kind, home, log::line);
        jvms.put(id, jvm);
        try {
            jvm.started(programs.start(new Launch(process, command(kind, home, bus, id), home, Map.of(), "TERM", kind.killAfter(), LINE),
                    jvm::line));
        } catch (IOException e) {
            jvms.remove(id);
            throw e;
        }
        jvm.program().over().whenComplete((done, error) -> gone(jvm));
        return jvm;
    }

    private List<String> command(Kind kind, Path home, Path bus, String id) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xms16m",
                "-Xmx" + kind.heapMb() + "m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8", "-D" + ChildProcess.PROPERTY + "=" + id,
                "-D" + Parent.SOCKET + "=" + reception.socket()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(each -> each.startsWith(ARCHIVE))
                .forEach(archive -> command.addAll(List.of(archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")));
        command.addAll(kind.options());
        command.addAll(List.of("-cp", classPath, "io.anole.launcher.internal.Main", "--home", home.toString(), "--port", "0",
                "--features", "core," + kind.provider() + "," + bus));
        return command;
    }

    private void gone(Jvm jvm) {
        jvms.remove(jvm.id());
        passes.withdraw(jvm.kind(), jvm.home());
        boolean spare;
        synchronized (this) {
            spare = spares.remove(jvm) && !closed;
        }
        if (spare) {
            LOG.warn("a spare child JVM has ended: {}; the next is started in {} s", text(jvm.program().exited().getNow(-1)),
                    AGAIN_SECONDS);
            settleIn(AGAIN_SECONDS);
        }
        try {
            Luggage.delete(jvm.home());
        } catch (IOException e) {
            LOG.warn("{} stays: {}", jvm.home(), e.getMessage());
        }
    }

    // When a bus has come or has moved.

    private void moved() {
        settleIn(0);
        follow();
    }

    /** Has those follow their buses that do not yet. */
    void follow() {
        synchronized (this) {
            if (!closed) {
                worker.execute(() -> living.forEach(this::follow));
            }
        }
    }

    private void follow(String process, Forked forked) {
        ServiceReference<ManagedProcess> component = processes.get(process);
        try {
            if (component != null) {
                kinds.of(component).ifPresent(forked::follow);
            }
        } catch (IllegalArgumentException e) {
            forked.hopeless(e.getMessage());
        }
    }

    /** What a child that lives is told of its bus. */
    Frame.Link link(Kind kind, Jvm jvm) {
        Map<String, Object> properties = passes.again(kind, jvm.home());
        properties.remove("provider");
        return new Frame.Link(kind.bus(), kind.provider(), properties);
    }

    /** It gives its state to another JVM. */
    void renew(String process, Forked forked, String why) {
        LOG.warn("process '{}' goes on in another JVM, since its own does not follow its bus: {}", process, why);
        try {
            renewals.begin(process, component(process).getBundle())
                    .exceptionally(error -> {
                        forked.cutOff("its JVM does not follow its bus: " + why);
                        return null;
                    });
        } catch (IllegalArgumentException e) {
            LOG.debug("process '{}' has gone meanwhile", process, e);
        }
    }

    /** A process begins: it has a JVM, and its state, if there was one for it. */
    void begins(String process, Forked forked) {
        begun.put(process, forked);
        renewals.over(process);
    }

    /** The processes that have JVMs on this bus now, those that are starting among them, by name. */
    List<String> on(String bus) {
        return begun.entrySet().stream().filter(each -> each.getValue().isOn(bus)).map(Map.Entry::getKey).sorted().toList();
    }

    // Spares.

    private void settleIn(long seconds) {
        synchronized (this) {
            if (!closed) {
                worker.schedule(this::settle, seconds, TimeUnit.SECONDS);
            }
        }
    }

    /** Ends the spares that fit nobody and starts those that are missing. */
    private void settle() {
        Set<Kind> inUse = new HashSet<>();
        for (ServiceReference<ManagedProcess> component : processes.values()) {
            try {
                kinds.of(component).ifPresent(inUse::add);
            } catch (IllegalArgumentException e) {
                // The process itself says so.
                LOG.debug("no kind of child", e);
            }
        }
        try {
            for (Jvm unfit : unfit(inUse)) {
                unfit.program().end();
            }
            for (Kind kind : inUse) {
                while (missing(kind)) {
                    Jvm spare = start(kind, "spare");
                    synchronized (this) {
                        spares.add(spare);
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("there is no spare child JVM: {}", e.getMessage());
        }
    }

    private synchronized Collection<Jvm> unfit(Set<Kind> inUse) {
        List<Jvm> unfit = new ArrayList<>();
        for (Jvm spare : List.copyOf(spares)) {
            long before = spares.stream().takeWhile(each -> each != spare).filter(each -> each.kind().equals(spare.kind())).count();
            if (!inUse.contains(spare.kind()) || before >= wanted) {
                unfit.add(spare);
                spares.remove(spare);
            }
        }
        return unfit;
    }

    private synchronized boolean missing(Kind kind) {
        return !closed && spares.stream().filter(each -> each.kind().equals(kind)).count() < wanted;
    }

    @Deactivate
    void close() throws IOException {
        List<Jvm> rest;
        synchronized (this) {
            closed = true;
            rest = List.copyOf(jvms.values());
        }
        buses.close();
        worker.shutdown();
        reception.close();
        rest.forEach(jvm -> jvm.program().end());
    }
}
