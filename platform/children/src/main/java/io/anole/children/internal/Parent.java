package io.anole.children.internal;

import io.anole.bus.BusException;
import io.anole.bus.Bus;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.children.internal.Frame.Kind;
import io.anole.launcher.FeatureException;
import io.anole.launcher.Features;
import io.anole.process.Mail;
import io.anole.process.ProcessInfo;
import io.anole.process.Supervisor;
import io.anole.supervisor.ChildProcess;
import io.anole.supervisor.HandedState;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In a child JVM: does what the parent says, tells it how the process does, and ends the JVM with the process or with the parent. The
 * thread that reads the wire does what is told there; another one looks at the process. In any other JVM it does nothing.
 */
@Component(service = {}, immediate = true)
public final class Parent {
    /** Framework property: where the parent is. */
    static final String SOCKET = "anole.child.socket";
    private static final Logger LOG = LoggerFactory.getLogger(Parent.class);
    private static final int FAILED = 3;
    /** What the supervisor says of a process that ended as it wanted to. */
    private static final String ENDED = "ended: ";
    private static final long LOOK_MILLIS = 5;
    /** Once it is alive, in looks: from one look that is one to the next, to the next report and to the next search for deadlocks. */
    private static final int CALM = 4;
    private static final int REPORT = 100;
    private static final int SEARCH = 200;
    /** So many looks after it has come alive, and how often the parent is told till then: an update may wait for its good cycles. */
    private static final int YOUNG = 1000;
    private static final int REPORT_YOUNG = 10;
    /** For all steps of a swap, within their bounds. */
    private static final long MOVE_SECONDS = 60;

    private final BundleContext context;
    private final Features features;
    private final Supervisor supervisor;
    private final ChildProcess child;
    private final Wire wire;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "child watch"));
    /** Moves its bus. */
    private final ExecutorService mover = Executors.newSingleThreadExecutor(task -> new Thread(task, "child moves"));
    private final Farewell farewell;
    private final Checks checks;
    private volatile String process;
    private volatile boolean closed;
    /** Of the clock's thread. */
    private boolean told;
    private boolean pressed;
    private String reason = "";
    private int looks;
    private int grown;

    @Activate
    public Parent(BundleContext context, @Reference Features features, @Reference Supervisor supervisor,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) ChildProcess child, @Reference Shapes shapes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")") Codec codec) throws IOException {
        this.context = context;
        this.features = features;
        this.supervisor = supervisor;
        this.child = child;
        if (child == null) {
            wire = null;
            farewell = null;
            checks = null;
            return;
        }
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(context.getProperty(SOCKET)));
        wire = new Wire(channel, codec, shapes);
        wire.send(Frame.of(Kind.HELLO, context.getProperty(ChildProcess.PROPERTY)));
        checks = new Checks(context);
        farewell = new Farewell(line -> tell(Frame.of(Kind.FAILED, line)));
        Thread reader = new Thread(this::read, "parent");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            while (true) {
                hear(wire.next());
            }
        } catch (IOException | BusException.BadShape e) {
            if (!closed) {
                LOG.error("the parent has gone: {}", e.getMessage());
                exit();
            }
        }
    }

    private static void exit() {
        new Thread(() -> System.exit(0), Farewell.OWN).start();
    }

    private void tell(Frame frame) {
        try {
            wire.send(frame);
        } catch (IOException e) {
            LOG.debug("the parent does not hear {}", frame.kind(), e);
        }
    }

    private void hear(Frame frame) {
        Shapes shapes = wire.shapes();
        switch (frame.kind()) {
            case ADMIT -> admit(shapes.as(frame.body(), Frame.Admission.class));
            case MAIL -> child.deliver(shapes.as(frame.body(), Mail.class))
                    .whenComplete((why, error) -> tell(Frame.of(Kind.TAKEN, error == null ? why : error.getMessage())));
            case GIVE -> child.handOver().whenComplete(this::given);
            case RESUME -> child.resume();
            case LINK -> {
                Frame.Link link = shapes.as(frame.body(), Frame.Link.class);
                mover.execute(() -> tell(Frame.of(Kind.LINKED, move(link))));
            }
            case FREQUENCY -> supervisor.frequency(process, shapes.as(frame.body(), Double.class));
            default -> throw new BusException.BadShape(frame.kind() + " from the parent");
        }
    }

    private void admit(Frame.Admission admission) {
        child.admit(admission.process(),
                Optional.ofNullable(admission.state()).map(each -> new HandedState(each.tree(), each.version())));
        try {
            features.install(admission.feature());
            process = admission.process();
            clock.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (FeatureException e) {
            fail(Kind.HOPELESS, e.getMessage());
        }
    }

    /** @return why its bus does not move there, or an empty text */
    private String move(Frame.Link link) {
        try {
            features.install(link.provider());
            Bus bus = context.getService(context.getServiceReferences(Bus.class, "(" + Bus.NAME + "=" + link.bus() + ")")
                    .iterator().next());
            SwapReport report = bus.swap(link.provider(), link.properties()).get(MOVE_SECONDS, TimeUnit.SECONDS);
            return report.outcome() == Outcome.DONE ? "" : report.reason();
        } catch (FeatureException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause().getMessage());
        } catch (TimeoutException e) {
            return "it takes more than " + MOVE_SECONDS + " s";
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "its JVM is ending";
        }
    }

    private void given(Optional<HandedState> state, Throwable error) {
        if (error != null) {
            tell(Frame.of(Kind.KEPT, (error instanceof CompletionException ? error.getCause() : error).getMessage()));
        } else {
            tell(Frame.of(Kind.GIVEN, state.map(each -> new Frame.State(each.tree(), each.version())).orElse(null)));
        }
    }

    // How it does.

    private void look() {
        looks++;
        try {
            if (!told || looks % CALM == 0) {
                supervisor.process(process).ifPresent(this::look);
                child.refusal().ifPresent(why -> fail(Kind.HOPELESS, why));
            }
            if (looks % SEARCH == 0) {
                Deadlock.find().ifPresent(line -> fail(Kind.FAILED, line));
            }
        } catch (RuntimeException e) {
            // The next look must come.
            LOG.error("the parent is not told how the process does: {}", e.getMessage(), e);
        }
    }

    private void look(ProcessInfo info) {
        switch (info.state()) {
            case ACTIVE -> {
                if (!told) {
                    told = true;
                    grown = looks + YOUNG;
                    tell(Frame.of(Kind.ALIVE));
                    report(info);
                }
            }
            case FINALIZED -> fail(child.hopeless() ? Kind.HOPELESS : Kind.FAILED, info.reason());
            case INACTIVE -> {
                if (info.reason().startsWith(ENDED)) {
                    tell(Frame.of(Kind.ENDED, info.reason().substring(ENDED.length())));
                    clock.shutdown();
                    exit();
                }
            }
            default -> {
                // On its way.
            }
        }
        if (supervisor.emergency().isPresent() && !pressed) {
            pressed = true;
            tell(Frame.of(Kind.EMERGENCY, supervisor.emergency().get()));
        }
        if (looks % (looks < grown ? REPORT_YOUNG : REPORT) == 0 || !info.reason().equals(reason)) {
            reason = info.reason();
            report(info);
        }
    }

    private void report(ProcessInfo info) {
        tell(Frame.of(Kind.REPORT, new Frame.Report(Heap.in(info), unsatisfied(), checks.look())));
    }

    /** Tells what it died of, and ends this JVM: a stop in order would take its time, and end with 0. */
    private void fail(Kind kind, String why) {
        tell(Frame.of(kind, why));
        Runtime.getRuntime().halt(FAILED);
    }

    @SuppressWarnings("rawtypes")
    private List<String> unsatisfied() {
        List<String> all = new ArrayList<>();
        try {
            Collection<ServiceReference<Supplier>> given = context.getServiceReferences(Supplier.class, "(anole.readiness=contribution)");
            for (ServiceReference<Supplier> each : given) {
                Supplier<?> supplier = context.getService(each);
                if (supplier != null && supplier.get() instanceof List<?> lines) {
                    lines.forEach(line -> all.add(String.valueOf(line)));
                }
                context.ungetService(each);
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    @Deactivate
    void close() throws IOException {
        clock.shutdownNow();
        mover.shutdownNow();
        if (child == null) {
            return;
        }
        checks.close();
        farewell.say();
        closed = true;
        wire.close();
    }
}
