package io.anole.children.internal;

import io.anole.bus.Shapes;
import io.anole.bus.provider.Checkup.Finding;
import io.anole.process.Frequency;
import io.anole.process.Mail;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.programs.ProgramLog;
import io.anole.supervisor.HandedState;
import io.anole.supervisor.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in the parent for a process in a JVM of its own: has its mailbox and passes on what comes, so many at a time; starts the JVM
 * in its birth, ends it in its death, and tells the supervisor what becomes of it in between. What the child tells is heard on
 * the thread that reads its wire.
 */
@Component(service = ManagedProcess.class, configurationPid = Forked.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Frequency(hz = Forked.HZ)
public final class Forked implements StandIn {
    private static final Logger LOG = LoggerFactory.getLogger(Forked.class);
    static final String PID = "io.anole.child";
    static final double HZ = 2;
    /** Mails under way to the child's mailbox; what they are beyond that waits here. */
    private static final int WINDOW = 64;
    /** What the child's supervisor says of a process that it had to interrupt. */
    private static final String OVERDUE = "and was interrupted";
    private static final long LOOK_MILLIS = 20;
    private static final Duration START = Duration.ofSeconds(30);
    /** What ending all may take beyond its bound, and killing all when that is over. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Mailbox mail;
    private final Pool pool;
    private final Shapes shapes;
    private final ProgramLog log;
    private final CompletableFuture<Void> alive = new CompletableFuture<>();
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicLong refused = new AtomicLong();
    /** From when it is alive; null before. */
    private volatile ChildHealth health;
    /** How its bus is to be reached, while it is told so. */
    private volatile Kind moving;
    private volatile Jvm jvm;
    private volatile Frame.Report report;
    /** Of the process's thread: what is wrong in the child, as its state says it. */
    private String remark = "";
    /** Of the process's thread: its state was asked for, and it stands still since. */
    private volatile CompletableFuture<Object> given;

    @Activate
    public Forked(@Reference Mailboxes boxes, @Reference Pool pool, @Reference Shapes shapes) {
        this.pool = pool;
        this.shapes = shapes;
        this.mail = boxes.open();
        this.log = pool.log(mail.name());
        mail.otherwise(this::forward);
    }

    // Birth.

    @Override
    public void begin(Optional<HandedState> state) {
        long begin = System.nanoTime();
        try {
            Jvm own = pool.take(mail.name());
            jvm = own;
            boolean spare = own.ready();
            own.hears(log::line, this::hear);
            own.program().exited().thenAccept(this::ended);
            pool.begins(mail.name(), this);
            Path feature = pool.pack(mail.name(), own.kind().provider());
            own.first(Frame.of(Frame.Kind.ADMIT, new Frame.Admission(mail.name(), feature.toString(),
                    state.map(each -> new Frame.State(each.tree(), each.version())).orElse(null))));
            if (isAlive(own)) {
                LOG.info("process '{}' is alive in {} JVM, pid {}, after {} ms; on its bus it is {}", mail.name(),
                        spare ? "a spare" : "a new", own.program().pid().join(), (System.nanoTime() - begin) / 1_000_000, own.identity());
            }
        } catch (IllegalArgumentException e) {
            mail.giveUp(e.getMessage());
        } catch (IOException e) {
            mail.fail("its JVM does not start: " + e.getMessage());
        }
    }

    /** Waits until it is. @return false if it does not become that, or is not to */
    private boolean isAlive(Jvm own) {
        long until = System.nanoTime() + START.toNanos();
        String told = "";
        while (mail.active()) {
            if (isDone(alive, LOOK_MILLIS)) {
                health = pool.health(mail.name());
                mail.status(runs(own, ""));
                pool.alive(mail.name(), this);
                return true;
            }
            String at = own.program().pid().isDone() ? "starts as pid " + own.program().pid().join() + waits() : "starts";
            if (System.nanoTime() - until > 0) {
                mail.fail("not alive within " + START.toSeconds() + " s: " + at + lastWords());
            } else if (!at.equals(told)) {
                mail.status(at);
                told = at;
            }
        }
        return false;
    }

    /** A spare is known to others by a name that was given before anybody knew for whom. */
    private static String runs(Jvm own, String remark) {
        return "runs as pid " + own.program().pid().join() + ", " + own.identity() + " on its bus" + remark;
    }

    private String waits() {
        Frame.Report last = report;
        return last == null || last.info().reason().isEmpty() ? "" : ": " + last.info().reason();
    }

    /** @return false if it is not within that time, or if somebody interrupts */
    private static boolean isDone(CompletableFuture<?> future, long millis) {
        try {
            future.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException | TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        }
    }

    // What the child tells.

    private void hear(Frame frame) {
        switch (frame.kind()) {
            case ALIVE -> alive.complete(null);
            case REPORT -> hear(shapes.as(frame.body(), Frame.Report.class));
            case TAKEN -> {
                window.release();
                if (!frame.text().isEmpty()) {
                    refused.incrementAndGet();
                }
            }
            case GIVEN, KEPT -> {
                CompletableFuture<Object> waiting = given;
                if (waiting != null && frame.kind() == Frame.Kind.GIVEN) {
                    waiting.complete(frame.body());
                } else if (waiting != null) {
                    waiting.completeExceptionally(new IllegalStateException(frame.text()));
                }
            }
            case LINKED -> linked(frame.text());
            case EMERGENCY -> mail.emergencyStop(frame.text());
            case ENDED -> mail.die(frame.text());
            case FAILED -> mail.fail(frame.text());
            case HOPELESS -> mail.giveUp(frame.text());
            case HELLO, ADMIT, MAIL, GIVE, RESUME, FREQUENCY, LINK -> throw new IllegalStateException(frame.kind() + " from a child");
        }
    }

    private void hear(Frame.Report told) {
        report = told;
        ChildHealth known = health;
        if (known != null) {
            known.heard(told.checks());
        }
    }

    /** Unless somebody has asked for it, or it has said why before, nobody knows but the exit code. */
    private void ended(int status) {
        mail.fail(pool.text(status) + (alive.isDone() ? "" : " before it was alive") + lastWords());
    }

    private String lastWords() {
        return log.last().isEmpty() ? "" : "; its last line: " + log.last();
    }

    List<String> unsatisfied() {
        Frame.Report last = report;
        return last == null ? List.of() : last.unsatisfied();
    }

    List<Finding> findings() {
        ChildHealth known = health;
        return known == null ? List.of() : known.findings();
    }

    @Override
    public Optional<ProcessInfo> reading() {
        Frame.Report last = report;
        return last == null ? Optional.empty() : Optional.of(completed(last.info()));
    }

    /** With what is known here only. */
    private ProcessInfo completed(ProcessInfo info) {
        Jvm own = jvm;
        Optional<ProcessInfo.Jvm> there = info.jvm().filter(told -> !own.program().exited().isDone())
                .map(told -> new ProcessInfo.Jvm(told.pid(), told.heapMb(), told.heapMost(), own.kind().options()));
        return new ProcessInfo(info.name(), info.state(), info.reason(), info.bundle(), info.thread(), info.frequency(), info.cycles(),
                info.missed(), info.errors(), info.births(), info.deaths(), info.restarts(), info.mail(), info.handled(),
                info.dropped() + refused.get(), info.depends(), info.filters(), info.lastError(), info.rate(), info.jitterMillis(),
                true, there);
    }

    // What it is told.

    /** Its bus is configured anew: it moves there, or gives its state to a JVM that begins there. Called by the pool's thread. */
    void follow(Kind next) {
        Jvm own = jvm;
        // Who it is was settled when its JVM started, and matters only to those who ask.
        boolean known = next.clients().isEmpty() || next.clients().equals(own.kind().clients());
        if (moving != null || known && next.link().equals(own.kind().link())) {
            return;
        }
        if (known) {
            moving = next;
            own.tell(Frame.of(Frame.Kind.LINK, pool.link(next, own)));
        } else {
            pool.renew(mail.name(), this, "its router asks otherwise who it is");
        }
    }

    private void linked(String why) {
        Jvm own = jvm;
        own.moved(own.kind().on(moving.link()));
        moving = null;
        if (why.isEmpty()) {
            LOG.info("process '{}' in its JVM has followed bus '{}' to where it is now", mail.name(), own.kind().bus());
        } else {
            pool.renew(mail.name(), this, why);
        }
        pool.follow();
    }

    /** Whether its JVM is on this bus, and is to go on there. Any thread. */
    boolean isOn(String bus) {
        Jvm own = jvm;
        return own != null && own.kind().bus().equals(bus) && mail.active() && !own.program().exited().isDone();
    }

    /** Its bus is out of reach, and its policy decides what follows. */
    void cutOff(String why) {
        mail.fail(why);
    }

    /** No JVM could reach its bus any more: another start would be in vain. */
    void hopeless(String why) {
        mail.giveUp(why);
    }

    private void forward(Mail letter) throws InterruptedException {
        goOn();
        while (!window.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (jvm.program().exited().isDone()) {
                throw new IllegalStateException("its JVM has ended before it took mail from '" + letter.sender() + "'");
            }
        }
        jvm.tell(Frame.of(Frame.Kind.MAIL, letter));
    }

    /** A hand-over that did not come about. */
    private void goOn() {
        if (given != null) {
            given = null;
            jvm.tell(Frame.of(Frame.Kind.RESUME));
        }
    }

    /** The process runs by itself; a frequency that somebody has set here is meant for it. */
    @Override
    public void life() {
        goOn();
        log.tick();
        if (health != null) {
            tellHealth();
        }
        if (mail.frequency() != HZ) {
            jvm.tell(Frame.of(Frame.Kind.FREQUENCY, (Object) mail.frequency()));
            mail.frequency(HZ);
        }
    }

    private void tellHealth() {
        health.settle();
        String now = health.remark();
        if (!now.equals(remark)) {
            remark = now;
            mail.status(runs(jvm, now));
        }
    }

    @Override
    public Object handOver() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        given = answer;
        jvm.tell(Frame.of(Frame.Kind.GIVE));
        jvm.program().exited().thenRun(() -> answer.completeExceptionally(new IllegalStateException("its JVM has ended")));
        try {
            Object body = answer.get();
            return body == null ? null : shapes.as(body, Frame.State.class).tree();
        } catch (ExecutionException e) {
            given = null;
            throw new IllegalStateException(e.getCause().getMessage(), e);
        }
    }

    // Death.

    @Deactivate
    void death() {
        pool.over(mail.name(), this);
        if (health != null) {
            health.close();
        }
        Jvm own = jvm;
        if (own != null) {
            own.program().end();
            Duration bound = own.kind().killAfter().plus(GRACE);
            if (!isDone(own.program().over(), bound.toMillis())) {
                own.program().kill();
                if (!isDone(own.program().over(), GRACE.toMillis())) {
                    throw new IllegalStateException("its JVM, pid " + own.program().pid().getNow(0L) + ", does not end, not even killed");
                }
            }
        }
        mail.close();
        Frame.Report last = report;
        if (last != null && last.info().state() == State.DEACTIVATING && last.info().reason().contains(OVERDUE)) {
            throw new IllegalStateException("in its JVM " + last.info().reason() + "; it was killed");
        }
    }
}
