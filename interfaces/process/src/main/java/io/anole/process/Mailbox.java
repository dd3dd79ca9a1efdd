package io.anole.process;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Handler;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one bounded queue through which everything reaches a process, on the process's own thread: mail, messages of its
 * subscriptions, requests to its services, changes it watches. Sending is safe from any thread.
 *
 * <p>Everything registered through it carries the process's identity and ends with it.
 */
@ProviderType
public interface Mailbox extends AutoCloseable {
    /** The process's name. */
    String name();

    /** Whether the process is neither stopping nor stopped; long loops should look. */
    boolean active();

    /**
     * Calls the handler for mail the filter selects. All matching handlers run, in the order of registration.
     *
     * @return closing it ends the filter; its {@code ready()} is done at once
     */
    Registration on(Filter filter, MailHandler handler);

    /**
     * As {@link #on(Filter, MailHandler)}, under an id.
     *
     * @throws IllegalArgumentException if the id is taken
     */
    Registration on(String id, Filter filter, MailHandler handler);

    /**
     * As {@link #on(Filter, MailHandler)}, with the body as an instance of a class: by reference, or converted by shape where
     * it comes from another bundle or over a wire. A body that does not fit is counted as an error, and the mail goes once
     * more through the filters, as {@linkplain Filter#failed() failed}, its subject saying what is wrong.
     */
    <T> Registration on(Filter filter, Class<T> body, BodyHandler<? super T> handler);

    /** Calls the handler for mail that no filter has selected; there may be several. */
    Registration otherwise(MailHandler handler);

    /** The filters' ids and conditions, in order. */
    List<String> filters();

    /**
     * The mail's body as an instance of the class, for replies to {@link #ask}.
     *
     * @throws BusException.BadShape if it has not that shape
     */
    <T> T body(Mail mail, Class<T> type);

    /**
     * Sends a letter. The platform sets sender, id, thread and time.
     *
     * @return the mail as sent, done when the recipient's mailbox has taken it; fails with {@link BusException.NoProvider}
     *         if there is no such process, with {@link BusException.Rejected} if its mailbox stayed full for the runtime's
     *         bound, 5 s unless configured, and as {@link Caller#call} if the bus fails
     * @throws IllegalArgumentException if its recipient is no legal name of a process
     */
    CompletableFuture<Mail> send(Letter letter);

    /**
     * Sends a letter and waits for the reply to it. The future completes on any thread but that of this process, so that it
     * may also be waited for inside {@link ManagedProcess#life()}. A reply that is waited for reaches no filter; one that
     * comes too late does.
     *
     * @param timeout at least 1 ms, at most 1 h
     * @return the reply; fails as {@link #send}, with {@link BusException.Timeout}, and with {@link BusException.Closed} as
     *         soon as this process is being stopped
     */
    CompletableFuture<Mail> ask(Letter letter, Duration timeout);

    /** Replies, in the thread of the mail and with its headers, subject {@code reply}; otherwise as {@link #send}. */
    CompletableFuture<Mail> reply(Mail to, Object body);

    /**
     * Replies with the letter's subject, body and headers; headers of the mail that it does not name are kept. Its recipient
     * is ignored: a reply goes to the sender, and one to a mail of one's own goes after it, to its recipient.
     */
    CompletableFuture<Mail> reply(Mail to, Letter letter);

    /**
     * Puts something from elsewhere through the filters of its route, on the process's thread: the way a door of one's own
     * (a serial line, a socket) becomes mail.
     *
     * @return whether the mailbox had room
     */
    boolean deliver(Mail mail);

    /**
     * The bus the process is on, as the process: its publishers carry its identity; its handlers run on the process's thread
     * unless they are given another lane.
     */
    Bus bus();

    /** As {@link Bus#publisher(String, Class)}. */
    default <T> Publisher<T> publisher(String topic, Class<T> type) {
        return bus().publisher(topic, type);
    }

    /** As {@link Bus#publisher(String, Class, Qos)}. */
    default <T> Publisher<T> publisher(String topic, Class<T> type, Qos qos) {
        return bus().publisher(topic, type, qos);
    }

    /** Subscribes, on the process's thread. */
    default <T> Registration subscribe(String pattern, Class<T> type, Consumer<? super T> handler) {
        return bus().subscribe(pattern, type, handler);
    }

    /** Subscribes, on the process's thread. */
    default <T> Registration subscribe(String pattern, Class<T> type, Qos qos, Handler<? super T> handler) {
        return bus().subscribe(pattern, type, qos, handler);
    }

    /** As {@link Bus#caller}. */
    default <Q, R> Caller<Q, R> caller(String service, Class<Q> request, Class<R> answer) {
        return bus().caller(service, request, answer);
    }

    /** Serves, on the process's thread. */
    default <Q, R> Registration serve(String service, Class<Q> request, Class<R> answer,
            Service<? super Q, ? extends R> handler) {
        return bus().serve(service, request, answer, handler);
    }

    /** Watches, on the process's thread. */
    default <T> Registration watch(String pattern, Class<T> type, Watcher<? super T> watcher) {
        return bus().watch(pattern, type, watcher);
    }

    /**
     * Runs a task on the process's thread, after what waits.
     *
     * @throws BusException.Rejected if the mailbox is full or the process is being stopped
     */
    void run(Runnable task);

    /**
     * Threads of its own for work that blocks, such as reading a serial line: at most 16, named after the process. They are
     * interrupted when its last cycle is over, and its death waits for them, up to {@link Supervision#stopSeconds()}; a task
     * beyond the 16 is rejected.
     */
    ExecutorService helpers();

    /** Cycles per second. */
    double frequency();

    /** Changes the frequency at once: the next cycle is one new period after the last; above 0, at most 1000. */
    void frequency(double hz);

    /**
     * Sleeps on the process's thread, woken at once when the process is stopped. Mail waits meanwhile.
     *
     * @return whether it slept the whole time
     */
    boolean sleep(Duration time);

    /**
     * Ends this process after the cycle or handler under way, for this reason; what waits in its mailbox is dropped and
     * counted. The restart policy counts it as a normal end.
     */
    void die(String reason);

    /** As {@link #die}, but as a failure: the restart policy decides what follows. In its birth it is then not born. */
    void fail(String reason);

    /**
     * As {@link #fail}, for what no restart can mend, such as a setting that is wrong: whatever its policy, it stays down until
     * it is configured anew or started by command.
     */
    void giveUp(String reason);

    /**
     * Says what the process is at, in one line that begins with a verb: {@code runs as pid 4711}. While it is in its birth or
     * alive this is the reason of its state.
     */
    void status(String line);

    /** Stops the safety gate and every process of the runtime, for this reason; both latch and are visible everywhere. */
    void emergencyStop(String reason);

    /**
     * Ends all that was registered through it; pending questions fail with {@link BusException.Closed}. The supervisor does
     * so too after death. Idempotent.
     */
    @Override
    void close();
}
