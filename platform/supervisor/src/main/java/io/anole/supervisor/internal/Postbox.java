package io.anole.supervisor.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.process.BodyHandler;
import io.anole.process.Filter;
import io.anole.process.Letter;
import io.anole.process.Mail;
import io.anole.process.MailHandler;
import io.anole.process.Mailbox;
import io.anole.supervisor.internal.MailQueue.Mailed;
import io.anole.supervisor.internal.MailQueue.Outcome;
import io.anole.supervisor.internal.MailQueue.Task;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailbox of one life of a process. What may outlive this life is in its {@link Estate}; publishers, callers, watches and what
 * runs on lanes of its own are in a view of the bus that ends with it. Any thread.
 */
final class Postbox implements Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Postbox.class);
    /** Longest wait for the service to be known on the bus before birth goes on. */
    private static final Duration READY_TIME = Duration.ofSeconds(1);
    /** From one try to have a name that is taken to the next. */
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final Life life;
    private final ParticipantBus view;
    private final ProcessBus bus;
    private final Estate estate;
    private final MailQueue queue;
    private final Life.Shared shared;
    private final Shapes shapes;
    private final Consumer<String> emergency;
    private final Filters filters;
    private final Correspondence correspondence;
    private final Helpers helpers;
    private volatile boolean closed;
    private volatile String complaint = "";

    /**
     * @param view      ends with this
     * @param patience  how long mail waits for room
     * @param emergency stops everything, for a reason
     */
    Postbox(Life life, ParticipantBus view, Life.Shared shared, Duration patience, Consumer<String> emergency) {
        this.life = life;
        this.view = view;
        this.estate = life.estate();
        this.queue = estate.queue();
        this.bus = new ProcessBus(view, this, estate, life);
        this.shared = shared;
        this.shapes = shared.shapes();
        this.emergency = emergency;
        this.filters = new Filters(life, shapes);
        this.correspondence = new Correspondence(life, view, shared, patience);
        this.helpers = new Helpers(name());
    }

    /** Waits a little for the bus to know where this mail goes. */
    void settle() {
        CompletionStage<Void> ready = estate.ready();
        ready.whenComplete((done, error) -> served(error));
        try {
            ready.toCompletableFuture().get(READY_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("bus '{}' takes its time for the mail of process '{}'", view.name(), name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.debug("process '{}' is told that it gets no mail", name(), e);
        }
    }

    /** Of a runtime that has died the bus may keep names for a while: so it asks again, as long as it lives. */
    private void served(Throwable error) {
        Throwable cause = Lines.cause(error);
        String before = complaint;
        complaint = cause == null ? "" : "it gets no mail: " + Lines.of(cause);
        if (!complaint.equals(before)) {
            life.remarked();
        }
        if (cause instanceof BusException.Conflict && active()) {
            shared.timer().schedule(() -> shared.workers().execute(this::serveAgain), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void serveAgain() {
        if (active()) {
            estate.serveAgain().whenComplete((done, error) -> served(error));
        }
    }

    /** What is wrong with it, or what its process says it is at; or empty. */
    String remark() {
        return complaint.isEmpty() ? life.status() : complaint;
    }

    @Override
    public String name() {
        return life.spec().name();
    }

    @Override
    public boolean active() {
        return !life.stopping() && !closed;
    }

    // Receiving.

    /** Mail has come that is none. */
    void unreadable(String sender, BusException.BadShape why) {
        life.error("mail from '" + sender + "'", why);
    }

    /** Whether this mail was waited for. */
    boolean answered(Mail reply) {
        return correspondence.answered(reply);
    }

    void dispatch(Mail mail) {
        filters.dispatch(mail);
    }

    @Override
    public boolean deliver(Mail mail) {
        return queue.offer(new Mailed(mail), mail.priority() == Mail.Priority.URGENT) == Outcome.TAKEN;
    }

    @Override
    public void run(Runnable task) {
        Objects.requireNonNull(task, "task");
        Outcome outcome = life.stopping() ? Outcome.GONE : queue.offer(new Task(task), false);
        if (outcome != Outcome.TAKEN) {
            throw new BusException.Rejected(outcome == Outcome.GONE ? estate.door().stopping()
                    : "the mailbox of process '" + name() + "' is full (" + queue.capacity() + " waiting)");
        }
    }

    @Override
    public Registration on(Filter filter, MailHandler handler) {
        return filters.add(null, filter, handler);
    }

    @Override
    public Registration on(String id, Filter filter, MailHandler handler) {
        return filters.add(Objects.requireNonNull(id, "id"), filter, handler);
    }

    @Override
    public <T> Registration on(Filter filter, Class<T> type, BodyHandler<? super T> handler) {
        return filters.add(filter, type, handler);
    }

    @Override
    public Registration otherwise(MailHandler handler) {
        return filters.add(null, null, handler);
    }

    @Override
    public List<String> filters() {
        return filters.list();
    }

    @Override
    public <T> T body(Mail mail, Class<T> type) {
        return shapes.as(mail.body(), type);
    }

    // Sending.

    @Override
    public CompletableFuture<Mail> send(Letter letter) {
        return correspondence.send(letter);
    }

    @Override
    public CompletableFuture<Mail> ask(Letter letter, Duration timeout) {
        return correspondence.ask(letter, timeout);
    }

    @Override
    public CompletableFuture<Mail> reply(Mail to, Object body) {
        return reply(to, Letter.to(to.sender(), "reply", body));
    }

    @Override
    public CompletableFuture<Mail> reply(Mail to, Letter letter) {
        return correspondence.reply(to, letter);
    }

    // The process.

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public ExecutorService helpers() {
        return helpers.get();
    }

    /** Ends its helper threads. @return whether all have ended within the time */
    boolean dismissHelpers(Duration time) {
        return helpers.dismiss(time);
    }

    @Override
    public double frequency() {
        return life.frequency();
    }

    @Override
    public void frequency(double hz) {
        life.frequency(hz);
    }

    @Override
    public boolean sleep(Duration time) {
        try {
            return life.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void die(String reason) {
        life.stop(Life.End.DIED, reason);
    }

    @Override
    public void fail(String reason) {
        life.stop(Life.End.FAILED, reason);
    }

    @Override
    public void giveUp(String reason) {
        life.stop(Life.End.HOPELESS, reason);
    }

    @Override
    public void status(String line) {
        life.status(line);
    }

    @Override
    public void emergencyStop(String reason) {
        emergency.accept(reason);
    }

    /** The process is stopping: unless it has a successor nobody finds it any more, and nobody in it waits for replies. */
    void quit() {
        if (!estate.kept()) {
            estate.shut();
        }
        correspondence.giveUp();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        helpers.close();
        filters.close();
        estate.leave(this);
        correspondence.close();
        view.close();
    }
}
