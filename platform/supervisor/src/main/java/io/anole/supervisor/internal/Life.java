package io.anole.supervisor.internal;

import io.anole.bus.Shapes;
import io.anole.process.HandOver;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.Restart.OnError;
import io.anole.supervisor.StandIn;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a process, from birth to death, on one thread of its own. The process's component is delayed: getting its service
 * makes DS activate it here (birth), giving the service back makes DS deactivate it here (death). In between this thread runs
 * cycles at a fixed rate and whatever comes out of the queue, one thing at a time, in turns.
 *
 * <p><b>When the component is taken away</b> (its bundle stops, a reference or its configuration changes) Felix SCR unregisters
 * the service first, holding no lock that deactivation needs; the framework calls the supervisor within that. The supervisor
 * waits there, bounded, until this thread has given the service back; what DS finds afterwards is a component that is not active.
 * A process that outlasts its bound and an interruption is deactivated by DS beneath its running cycle, once: nothing in DS can
 * prevent that but a bundle that never stops. A birth that outlasts it is undone by SCR itself, without a death. If the process's
 * own thread takes the component away, in a cycle, its death is nested in that cycle.
 *
 * <p><b>When its bundle is replaced</b> its {@link Estate} is kept, and mail and messages that wait are left to its successor; see
 * {@link Succession}.
 *
 * <p>The monitor guards phase and end. Everybody may ask to stop; only this thread moves from phase to phase.
 */
final class Life implements Runnable {
    /** How far it is. */
    enum Phase { BIRTH, ALIVE, DEATH, OVER }

    /** Why it ends. */
    enum End {
        /** It wants to. */
        DIED,
        /** An exception, or it says so. */
        FAILED,
        /** It says that a restart would not help. */
        HOPELESS,
        /** Somebody wants it to. */
        STOPPED,
        /** Its component goes. */
        WITHDRAWN,
        /** Everything stops. */
        EMERGENCY
    }

    /**
     * What the lives of one supervisor share.
     *
     * @param child whether this is a child JVM, whose process leaves no mail to a successor: that is elsewhere
     */
    record Shared(BundleContext context, ScheduledExecutorService timer, Executor workers, Shapes shapes, boolean child) {
    }

    /** Hears how a life goes. Called without locks, on the process's thread but for {@code overdue}. */
    interface Listener {
        void born(Life life);

        void dying(Life life);

        /** What it says it is at has changed; on any thread. */
        void remarked(Life life);

        /** Its component goes and it has not given its state, since it threw this. */
        void keptBack(Life life, String why);

        /** It has not ended in time; {@code givenUp} says that interrupting it did not help. */
        void overdue(Life life, String what, boolean givenUp);

        /** Why DS has no instance of the component, in one line. */
        String whyUnborn(ServiceReference<?> component);

        /** What death has thrown on this thread since this time in milliseconds, in one line; null if nothing is known. */
        String whyDeathFailed(Thread thread, long since);

        /** It is over; {@code failure} is null if nothing failed. */
        void ended(Life life, String failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Life.class);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Spec spec;
    private final ServiceReference<ManagedProcess> component;
    private final Estate estate;
    private final Succession succession;
    private final MailQueue queue;
    private final Shared shared;
    private final Listener listener;
    private final Thread thread;
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final Pace pace = new Pace();
    private final AtomicLong cycles = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong handled = new AtomicLong();

    private volatile OnError onError;
    private volatile double hz;
    private volatile long period;
    private volatile boolean stopping;
    private volatile Postbox postbox;
    private volatile String lastError = "";
    private volatile String status = "";
    /** Of the process's thread alone: its component while it lives, and the time of the last cycle. */
    private ManagedProcess living;
    /** Of its component, if it is one. */
    private volatile StandIn standIn;
    private boolean inCycle;
    private long last;
    private Phase phase = Phase.BIRTH;
    private End end;
    private String why = "";
    private boolean hurry;
    private volatile boolean abandoned;
    /** Of its component, once it is born. */
    private volatile boolean handsOver;
    private long stopAsked;
    private volatile long started;
    private boolean born;
    private long quietUntil;
    private long unlogged;

    Life(Spec spec, ServiceReference<ManagedProcess> component, Estate estate, Shared shared, Listener listener) {
        this.spec = spec;
        this.component = component;
        this.estate = estate;
        this.queue = estate.queue();
        this.succession = new Succession(this, estate, shared);
        this.shared = shared;
        this.listener = listener;
        this.onError = spec.onLifeError();
        frequency(spec.hz());
        this.thread = new Thread(this, "process " + spec.name());
    }

    void start() {
        started = System.nanoTime();
        thread.start();
    }

    Spec spec() {
        return spec;
    }

    ServiceReference<ManagedProcess> component() {
        return component;
    }

    Thread thread() {
        return thread;
    }

    Estate estate() {
        return estate;
    }

    MailQueue queue() {
        return queue;
    }

    Postbox postbox() {
        return postbox;
    }

    /** The mailbox that its birth has opened. */
    void opened(Postbox opened) {
        postbox = opened;
    }

    /** Done when it is over, or when nobody should wait for it any longer. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    boolean stopping() {
        return stopping;
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized End end() {
        return end;
    }

    /** Whether it ends, or has ended, since it failed. */
    synchronized boolean failed() {
        return end == End.FAILED || end == End.HOPELESS;
    }

    synchronized String why() {
        return why;
    }

    synchronized boolean wasBorn() {
        return born;
    }

    double frequency() {
        return hz;
    }

    void frequency(double newHz) {
        period = Spec.period(newHz);
        hz = newHz;
        queue.wake();
    }

    void onError(OnError changed) {
        onError = changed;
    }

    long cycles() {
        return cycles.get();
    }

    Pace pace() {
        return pace;
    }

    long missed() {
        return missed.get();
    }

    long errors() {
        return errors.get();
    }

    long handledSoFar() {
        return handled.get();
    }

    /** Nanoseconds since its start. */
    long lived() {
        return System.nanoTime() - started;
    }

    String lastError() {
        return lastError;
    }

    /** What it says it is at; empty for nothing. */
    String status() {
        return status;
    }

    void status(String line) {
        status = Lines.oneLine(line);
        remarked();
    }

    /** What is to be said of it has changed. */
    void remarked() {
        listener.remarked(this);
    }

    void handled() {
        handled.incrementAndGet();
    }

    /** Counts an exception of the process's own code, and logs it. What follows is for its {@code onLifeError} to say. */
    void error(String where, Throwable thrown) {
        if (count(where, thrown)) {
            warn(lastError);
        }
    }

    /** As {@link #error}, for what somebody else logs. @return whether it goes on */
    boolean count(String where, Throwable thrown) {
        if (stopping && thrown instanceof InterruptedException) {
            return false;
        }
        // who sees that there was one reads what it was
        String line = where + ": " + Lines.of(thrown);
        lastError = line;
        errors.incrementAndGet();
        if (onError == OnError.FAIL) {
            stop(End.FAILED, line);
            return false;
        }
        return true;
    }

    /** Logs a line, at most one in a while, with the number that was left out. */
    synchronized void warn(String line) {
        long now = System.nanoTime();
        if (quietUntil != 0 && now - quietUntil < 0) {
            unlogged++;
            return;
        }
        LOG.warn("process '{}': {}{}", spec.name(), line, unlogged == 0 ? "" : " (and " + unlogged + " like this before)");
        unlogged = 0;
        quietUntil = now + QUIET_NANOS;
    }

    /** Asks it to end. The first reason stays; an emergency hurries an end that is under way. Never blocks. */
    void stop(End how, String reason) {
        Phase now;
        synchronized (this) {
            hurry |= how != End.STOPPED && how != End.WITHDRAWN;
            if (stopping || phase == Phase.OVER) {
                return;
            }
            end = how;
            why = reason;
            stopAsked = System.nanoTime();
            stopping = true;
            now = phase;
        }
        succession.stopping();
        stopSignal.countDown();
        queue.wake();
        watch(now);
        shared.workers().execute(this::turnAway);
    }

    /** Interrupts it if it is stopping, without waiting for its bound. */
    void interrupt() {
        synchronized (this) {
            if (stopping && phase != Phase.OVER) {
                thread.interrupt();
            }
        }
    }

    /** Whether it is of the kind that gives a state. */
    boolean handsOver() {
        return handsOver;
    }

    /** How the one is that this process stands for; empty if it is itself. */
    Optional<ProcessInfo> reading() {
        StandIn one = standIn;
        return one == null ? Optional.empty() : one.reading();
    }

    Succession succession() {
        return succession;
    }

    /**
     * Nobody waits for it any longer, if it is still in its birth: should that ever end, death follows at once, and its estate is
     * somebody else's.
     *
     * @return whether it was in its birth
     */
    boolean abandon() {
        synchronized (this) {
            if (phase != Phase.BIRTH) {
                return false;
            }
            abandoned = true;
        }
        settled.complete(null);
        return true;
    }

    boolean abandoned() {
        return abandoned;
    }

    private void turnAway() {
        if (abandoned) {
            return;
        }
        if (!estate.kept()) {
            queue.shut();
        }
        Postbox open = postbox;
        if (open != null) {
            open.quit();
        }
    }

    /** @return whether the whole time has passed without its being stopped */
    boolean sleep(Duration time) throws InterruptedException {
        return !stopSignal.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        String failure = null;
        boolean active = false;
        try {
            ManagedProcess process = shared.context().getService(component);
            if (process == null) {
                failure = listener.whyUnborn(component);
            } else {
                active = true;
                standIn = process instanceof StandIn one ? one : null;
                failure = succession.takeOver(process);
                if (failure == null && comeAlive()) {
                    live(process);
                }
            }
        } catch (RuntimeException | Error e) {
            failure = Lines.of(e);
        }
        enter(Phase.DEATH);
        // What was meant for a cycle must not hit death.
        Thread.interrupted();
        if (active) {
            listener.dying(this);
        }
        turnAway();
        Postbox open = postbox;
        if (open != null && estate.kept() && !abandoned) {
            // What is left to a successor is out of reach for death.
            estate.leave(open);
            queue.dropTasks();
        }
        if (active) {
            long since = System.currentTimeMillis();
            shared.context().ungetService(component);
            String death = listener.whyDeathFailed(thread, since);
            if (death != null) {
                errors.incrementAndGet();
                lastError = "death: " + death;
                failure = failure == null ? death : failure;
            }
        }
        if (open != null) {
            open.close();
        }
        enter(Phase.OVER);
        Thread.interrupted();
        listener.ended(this, failure);
        settled.complete(null);
    }

    private void dismissHelpers() {
        Postbox open = postbox;
        if (open != null && !open.dismissHelpers(spec.stop())) {
            LOG.error("process '{}': a helper thread has not ended within {} s and was interrupted; it is left to itself",
                    spec.name(), spec.stop().toMillis() / 1000.0);
        }
    }

    /** @return whether anybody still wants that */
    private boolean comeAlive() {
        synchronized (this) {
            if (abandoned) {
                return false;
            }
            born = true;
            phase = Phase.ALIVE;
        }
        enter(Phase.ALIVE);
        return true;
    }

    private void live(ManagedProcess process) {
        handsOver = process instanceof HandOver<?>;
        listener.born(this);
        living = process;
        last = System.nanoTime() - period;
        while (!stopping) {
            if (succession.wanted()) {
                succession.stand(process);
            } else if (cycleIfDue()) {
                // Mail gets its turn even if the cycles take all the time.
                run(queue.take(System.nanoTime()));
            } else {
                run(queue.take(last + period));
            }
        }
        String lost = succession.end(process);
        if (lost != null) {
            errors.incrementAndGet();
            lastError = lost;
            listener.keptBack(this, lost);
        }
        if (!estate.kept()) {
            // Whoever turns mail away may not have come to it yet: what is taken in after the last look would be lost.
            queue.shut();
            handleWhatWaits();
        }
        living = null;
        dismissHelpers();
    }

    /** Called on any thread before a message is handled: a cycle that is due does not wait for the rest of a batch. */
    void beforeMessage() {
        if (Thread.currentThread() == thread && living != null && !inCycle && !stopping) {
            cycleIfDue();
        }
    }

    private boolean cycleIfDue() {
        long due = last + period;
        long late = System.nanoTime() - due;
        if (late < 0) {
            return false;
        }
        pace.began(due + late, late);
        inCycle = true;
        cycle(living);
        inCycle = false;
        last = skipMissed(due);
        return true;
    }

    private void cycle(ManagedProcess process) {
        try {
            process.life();
        } catch (Exception | Error e) {
            error("life", e);
        }
        cycles.incrementAndGet();
    }

    /** The time of the last cycle that is done or given up: what is due by now has been missed. */
    private long skipMissed(long done) {
        long behind = System.nanoTime() - done;
        long lost = behind / period;
        missed.addAndGet(lost);
        return done + lost * period;
    }

    /**
     * What it has given itself to do can't be left to a successor. What waits before that is handled too.
     *
     * @return false if that takes too long, and so some mail would be lost
     */
    boolean runBeforeGiving() {
        long until = System.nanoTime() + spec.stop().toNanos();
        while ((shared.child() ? queue.held() > 0 : queue.hasTasks()) && System.nanoTime() - until < 0) {
            run(queue.take(System.nanoTime()));
        }
        return !shared.child() || queue.held() == 0;
    }

    private void run(MailQueue.Item item) {
        if (item == null) {
            return;
        }
        try {
            item.run(postbox);
        } catch (RuntimeException | Error e) {
            error("task", e);
        }
        if (item.held()) {
            handled.incrementAndGet();
        }
    }

    /** What was there when it was stopped, in order, within the bound. */
    private void handleWhatWaits() {
        for (int left = queue.size(); left > 0 && !outOfTime(); left--) {
            run(queue.take(System.nanoTime()));
        }
    }

    private synchronized boolean outOfTime() {
        return hurry || System.nanoTime() - stopAsked > spec.stop().toNanos();
    }

    private void enter(Phase next) {
        synchronized (this) {
            phase = next;
        }
        if (stopping && next != Phase.OVER) {
            watch(next);
        }
    }

    private void watch(Phase watched) {
        shared.timer().schedule(() -> overdue(watched), spec.stop().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void overdue(Phase watched) {
        synchronized (this) {
            if (phase != watched) {
                return;
            }
            thread.interrupt();
        }
        listener.overdue(this, overdueText(watched), false);
        shared.timer().schedule(() -> giveUp(watched), GRACE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUp(Phase watched) {
        if (phase() == watched) {
            listener.overdue(this, overdueText(watched) + ", without effect", true);
            settled.complete(null);
        }
    }

    private String overdueText(Phase watched) {
        String what = switch (watched) {
            case BIRTH -> "its birth";
            case ALIVE -> "its cycle or handler";
            default -> "its death";
        };
        double seconds = spec.stop().toMillis() / 1000.0;
        return what + " has not ended within " + seconds + " s and was interrupted";
    }
}
