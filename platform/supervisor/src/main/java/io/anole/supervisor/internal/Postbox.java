package io.anole.supervisor.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.bus.Message;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.process.BodyHandler;
import io.anole.process.Filter;
import io.anole.process.Letter;
import io.anole.process.Mail;
import io.anole.process.MailHandler;
import io.anole.process.Mailbox;
import io.anole.supervisor.internal.MailQueue.Outcome;
import io.anole.supervisor.internal.Post.Ack;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailbox of one life of a process. Mail comes in as requests on the bus's threads, which only put it into the queue; filters
 * and handlers run on the process's thread; replies that somebody waits for pass both by. Everything else may be called by any
 * thread.
 */
final class Postbox implements Mailbox {
    /** Service that takes a process's mail. */
    static final String SERVICE = "/mail/process/";
    private static final Logger LOG = LoggerFactory.getLogger(Postbox.class);
    /** What a call may take beyond the time its mail waits for room. */
    private static final Duration CALL_TIME = Duration.ofSeconds(5);
    /** Longest wait for the service to be known on the bus before birth goes on. */
    private static final Duration READY_TIME = Duration.ofSeconds(1);
    private static final Duration LONGEST_QUESTION = Duration.ofHours(1);
    private static final int MAX_QUESTIONS = 1024;
    private static final int MAX_CALLERS = 256;
    private static final int MAX_HELPERS = 16;

    private record Place(String thread, long index) {
    }

    private record Question(CompletableFuture<Mail> reply, Letter letter) {
    }

    private final Life life;
    private final ParticipantBus view;
    private final ProcessBus bus;
    private final Shapes shapes;
    private final Life.Shared shared;
    private final Duration patience;
    private final EmergencyButton emergency;
    private final Registration service;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Map<Place, Question> questions = new ConcurrentHashMap<>();
    private final Map<String, Caller<Post, Ack>> callers = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    /** Guarded by the entries, as is closing it. */
    private ThreadPoolExecutor helpers;
    private volatile boolean closed;
    private volatile String complaint = "";

    /** Stops everything. */
    @FunctionalInterface
    interface EmergencyButton {
        void press(String reason);
    }

    Postbox(Life life, ParticipantBus view, Shapes shapes, Life.Shared shared, Duration patience, EmergencyButton emergency) {
        this.life = life;
        this.view = view;
        this.bus = new ProcessBus(view, life.queue()::drain, life);
        this.shapes = shapes;
        this.shared = shared;
        this.patience = patience;
        this.emergency = emergency;
        this.service = view.serve(SERVICE + name(), Object.class, Ack.class, this::receive);
    }

    /** Waits a little for the bus to know where this mail goes. */
    void settle() {
        try {
            service.ready().toCompletableFuture().get(READY_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("bus '{}' takes its time for the mail of process '{}'", view.name(), name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            complaint = "it gets no mail: " + Lines.of(e);
        }
    }

    /** What is wrong with it, or empty. */
    String complaint() {
        return complaint;
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

    private CompletionStage<Ack> receive(Object body, Message request) {
        String sender = participant(request.source());
        Post post;
        try {
            post = shapes.as(body, Post.class);
        } catch (BusException.BadShape e) {
            life.error("mail from '" + sender + "'", e);
            Mail unread = new Mail(UUID.randomUUID().toString(), sender, name(), Lines.of(e), body, Map.of(),
                    UUID.randomUUID().toString(), 1, request.time(), Mail.INTERNAL, Mail.Priority.NORMAL, true);
            deliver(unread);
            throw e;
        }
        Mail mail = complete(post, request).from(sender);
        Question question = questions.remove(new Place(mail.thread(), mail.index()));
        if (question != null) {
            shared.workers().execute(() -> question.reply().complete(mail));
            return CompletableFuture.completedFuture(new Ack(Outcome.TAKEN, ""));
        }
        boolean urgent = mail.priority() == Mail.Priority.URGENT;
        return life.queue().offer(() -> dispatch(mail), urgent, patience).thenApply(this::ack);
    }

    /** Fills in what a foreign client may leave out. */
    private Post complete(Post post, Message request) {
        String id = post.id() == null || post.id().isEmpty() ? UUID.randomUUID().toString() : post.id();
        String thread = post.thread() == null || post.thread().isEmpty() ? id : post.thread();
        return new Post(id, name(), Objects.requireNonNullElse(post.subject(), ""), post.body(),
                Objects.requireNonNullElse(post.headers(), Map.of()), thread, Math.max(1, post.index()),
                post.time() == 0 ? request.time() : post.time(), post.urgent());
    }

    private Ack ack(Outcome outcome) {
        return new Ack(outcome, switch (outcome) {
            case TAKEN -> "";
            case FULL -> "the mailbox of process '" + name() + "' stayed full for " + patience.toMillis() / 1000.0 + " s ("
                    + life.queue().capacity() + " waiting)";
            case GONE -> "process '" + name() + "' is stopping";
        });
    }

    /** The middle of {@code <runtime>/<participant>/<number>}. */
    private static String participant(String source) {
        int last = source.lastIndexOf('/');
        int first = source.lastIndexOf('/', last - 1);
        return last < 0 ? source : source.substring(first + 1, last);
    }

    private void dispatch(Mail mail) {
        boolean selected = false;
        String unreadable = null;
        for (Entry entry : entries) {
            if (!entry.fallThrough() && entry.selects(mail)) {
                selected = true;
                unreadable = first(unreadable, entry.handle(mail));
            }
        }
        if (!selected) {
            for (Entry entry : entries) {
                if (entry.fallThrough()) {
                    selected = true;
                    unreadable = first(unreadable, entry.handle(mail));
                }
            }
        }
        if (!selected) {
            life.warn("no filter selects mail '" + mail.subject() + "' from '" + mail.sender() + "'; it is dropped");
        }
        if (unreadable != null && !mail.failed()) {
            dispatch(new Mail(mail.id(), mail.sender(), mail.to(), unreadable, mail.body(), mail.headers(), mail.thread(),
                    mail.index(), mail.time(), mail.route(), mail.priority(), true));
        }
    }

    private static String first(String one, String other) {
        return one != null ? one : other;
    }

    @Override
    public boolean deliver(Mail mail) {
        return life.queue().offer(() -> dispatch(mail), mail.priority() == Mail.Priority.URGENT) == Outcome.TAKEN;
    }

    @Override
    public void run(Runnable task) {
        Objects.requireNonNull(task, "task");
        Outcome outcome = life.queue().offer(task, false);
        if (outcome != Outcome.TAKEN) {
            throw new BusException.Rejected(outcome == Outcome.GONE ? ack(outcome).detail()
                    : "the mailbox of process '" + name() + "' is full (" + life.queue().capacity() + " waiting)");
        }
    }

    // Filters.

    @Override
    public Registration on(Filter filter, MailHandler handler) {
        return add(null, filter, handler);
    }

    @Override
    public Registration on(String id, Filter filter, MailHandler handler) {
        return add(Objects.requireNonNull(id, "id"), filter, handler);
    }

    @Override
    public <T> Registration on(Filter filter, Class<T> type, BodyHandler<? super T> handler) {
        Objects.requireNonNull(handler, "handler");
        return add(null, filter, mail -> {
            T body;
            try {
                body = shapes.as(mail.body(), type);
            } catch (BusException.BadShape e) {
                throw new Unreadable(e);
            }
            handler.handle(body, mail);
        });
    }

    @Override
    public Registration otherwise(MailHandler handler) {
        return add(null, null, handler);
    }

    private Registration add(String wanted, Filter filter, MailHandler handler) {
        Objects.requireNonNull(handler, "handler");
        synchronized (entries) {
            if (closed) {
                throw new BusException.Closed("the mailbox of process '" + name() + "' is closed");
            }
            String id = wanted;
            while (id == null || wanted == null && taken(id)) {
                id = "filter-" + lastId.incrementAndGet();
            }
            if (taken(id)) {
                throw new IllegalArgumentException("process '" + name() + "' has a filter '" + id + "' already");
            }
            Entry entry = new Entry(id, filter, handler);
            entries.add(entry);
            return entry;
        }
    }

    private boolean taken(String id) {
        return entries.stream().anyMatch(entry -> entry.id.equals(id));
    }

    @Override
    public List<String> filters() {
        return entries.stream().map(Entry::toString).toList();
    }

    @Override
    public <T> T body(Mail mail, Class<T> type) {
        return shapes.as(mail.body(), type);
    }

    /** A body of another shape than its handler takes: found while dispatching, and told to filters for failed mail. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(BusException.BadShape cause) {
            super(cause);
        }
    }

    /** One filter with its handler. The monitor is held while the handler runs, so that closing waits for it. */
    private final class Entry implements Registration {
        private final String id;
        private final Filter filter;
        private final MailHandler handler;
        private boolean ended;

        Entry(String id, Filter filter, MailHandler handler) {
            this.id = id;
            this.filter = filter;
            this.handler = handler;
        }

        boolean fallThrough() {
            return filter == null;
        }

        boolean selects(Mail mail) {
            try {
                return filter.test(mail);
            } catch (RuntimeException e) {
                life.error("filter " + id, e);
                return false;
            }
        }

        /** @return why the body could not be read, or null */
        synchronized String handle(Mail mail) {
            if (ended) {
                return null;
            }
            try {
                handler.handle(mail);
                return null;
            } catch (Unreadable e) {
                life.error("mail '" + mail.subject() + "' from '" + mail.sender() + "'", e.getCause());
                return Lines.of(e.getCause());
            } catch (Exception | Error e) {
                life.error("mail '" + mail.subject() + "' from '" + mail.sender() + "'", e);
                return null;
            }
        }

        @Override
        public CompletionStage<Void> ready() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            entries.remove(this);
            synchronized (this) {
                ended = true;
            }
        }

        @Override
        public String toString() {
            return id + ": " + (filter == null ? "otherwise" : filter);
        }
    }

    // Sending.

    @Override
    public CompletableFuture<Mail> send(Letter letter) {
        return post(begin(letter));
    }

    @Override
    public CompletableFuture<Mail> ask(Letter letter, Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST_QUESTION) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not within 1 ms and 1 h");
        }
        Mail mail = begin(letter);
        CompletableFuture<Mail> reply = new CompletableFuture<>();
        Question question = new Question(reply, letter);
        Place place = new Place(mail.thread(), mail.index() + 1);
        if (questions.size() >= MAX_QUESTIONS) {
            return CompletableFuture.failedFuture(new BusException.Rejected(
                    "process '" + name() + "' waits for " + MAX_QUESTIONS + " replies already"));
        }
        questions.put(place, question);
        if (!active()) {
            questions.remove(place);
            return CompletableFuture.failedFuture(stopped(letter));
        }
        Future<?> timer = shared.timer().schedule(() -> fail(question, new BusException.Timeout("no reply from process '"
                + letter.to() + "' to '" + letter.subject() + "' within " + timeout.toMillis() / 1000.0 + " s")),
                timeout.toNanos(), TimeUnit.NANOSECONDS);
        reply.whenComplete((answer, error) -> {
            questions.remove(place, question);
            timer.cancel(false);
        });
        post(mail).whenComplete((sent, error) -> {
            if (error != null) {
                fail(question, error instanceof CompletionException ? error.getCause() : error);
            }
        });
        return reply;
    }

    private void fail(Question question, Throwable error) {
        shared.workers().execute(() -> question.reply().completeExceptionally(error));
    }

    private BusException.Closed stopped(Letter letter) {
        return new BusException.Closed("process '" + name() + "' was stopped before '" + letter.to() + "' replied to '"
                + letter.subject() + "'");
    }

    private Mail begin(Letter letter) {
        String id = UUID.randomUUID().toString();
        return new Mail(id, name(), letter.to(), letter.subject(), letter.body(), letter.headers(), id, 1, now(),
                Mail.INTERNAL, letter.priority(), false);
    }

    @Override
    public CompletableFuture<Mail> reply(Mail to, Object body) {
        return reply(to, Letter.to(to.sender(), "reply", body));
    }

    @Override
    public CompletableFuture<Mail> reply(Mail to, Letter letter) {
        Map<String, String> headers = new HashMap<>(to.headers());
        headers.putAll(letter.headers());
        String recipient = to.sender().equals(name()) ? to.to() : to.sender();
        return post(new Mail(UUID.randomUUID().toString(), name(), recipient, letter.subject(), letter.body(), headers,
                to.thread(), to.index() + 1, now(), Mail.INTERNAL, letter.priority(), false));
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private CompletableFuture<Mail> post(Mail mail) {
        String to = mail.to();
        if (!Spec.legal(to)) {
            throw new IllegalArgumentException("'" + to + "' is no name of a process");
        }
        if (closed) {
            return CompletableFuture.failedFuture(
                    new BusException.Closed("the mailbox of process '" + name() + "' is closed"));
        }
        Caller<Post, Ack> kept = callers.get(to);
        boolean keep = kept != null || callers.size() < MAX_CALLERS;
        Caller<Post, Ack> caller = kept != null ? kept
                : keep ? callers.computeIfAbsent(to, this::caller) : caller(to);
        return caller.call(Post.of(mail), patience.plus(CALL_TIME)).handle((ack, error) -> {
            if (!keep) {
                caller.close();
            }
            return sent(mail, ack, error);
        }).thenCompose(stage -> stage);
    }

    private Caller<Post, Ack> caller(String to) {
        return view.caller(SERVICE + to, Post.class, Ack.class);
    }

    private CompletableFuture<Mail> sent(Mail mail, Ack ack, Throwable error) {
        if (error != null) {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            return CompletableFuture.failedFuture(
                    cause instanceof BusException.NoProvider ? noProcess(mail.to()) : cause);
        }
        return switch (ack.outcome()) {
            case TAKEN -> CompletableFuture.completedFuture(mail);
            case FULL -> CompletableFuture.failedFuture(new BusException.Rejected(ack.detail()));
            case GONE -> CompletableFuture.failedFuture(new BusException.NoProvider(ack.detail()));
        };
    }

    private BusException.NoProvider noProcess(String to) {
        return new BusException.NoProvider("there is no process '" + to + "' with a mailbox on bus '" + view.name() + "'");
    }

    // The process.

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public ExecutorService helpers() {
        synchronized (entries) {
            if (closed) {
                throw new BusException.Closed("the mailbox of process '" + name() + "' is closed");
            }
            if (helpers == null) {
                AtomicLong number = new AtomicLong();
                helpers = new ThreadPoolExecutor(0, MAX_HELPERS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
                        task -> new Thread(task, "process " + name() + " helper " + number.incrementAndGet()));
            }
            return helpers;
        }
    }

    /** Ends its helper threads. @return whether all have ended within the time */
    boolean dismissHelpers(Duration time) {
        ThreadPoolExecutor mine;
        synchronized (entries) {
            mine = helpers;
        }
        if (mine == null) {
            return true;
        }
        mine.shutdownNow();
        try {
            return mine.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return mine.isTerminated();
        }
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
    public void emergencyStop(String reason) {
        emergency.press(reason);
    }

    /** The process is stopping: nobody finds it any more, and nobody in it waits for replies. */
    void quit() {
        service.close();
        questions.values().forEach(question -> fail(question, stopped(question.letter())));
    }

    @Override
    public void close() {
        synchronized (entries) {
            if (closed) {
                return;
            }
            closed = true;
        }
        dismissHelpers(Duration.ZERO);
        quit();
        List.copyOf(entries).forEach(Entry::close);
        view.close();
    }
}
