package io.anole.supervisor.internal;

import io.anole.bus.BusException;
import io.anole.bus.Caller;
import io.anole.core.ParticipantBus;
import io.anole.process.Letter;
import io.anole.process.Mail;
import io.anole.supervisor.internal.Post.Ack;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What a process sends, and the replies it waits for. Any thread; replies complete on the supervisor's workers. */
final class Correspondence {
    /** What a call may take beyond the time its mail waits for room. */
    private static final Duration CALL_TIME = Duration.ofSeconds(5);
    private static final Duration LONGEST_QUESTION = Duration.ofHours(1);
    private static final int MAX_QUESTIONS = 1024;
    private static final int MAX_CALLERS = 256;

    private record Place(String thread, long index) {
    }

    private record Question(CompletableFuture<Mail> reply, Letter letter) {
    }

    private final Life life;
    private final ParticipantBus view;
    private final Life.Shared shared;
    private final Duration patience;
    private final Map<Place, Question> questions = new ConcurrentHashMap<>();
    private final Map<String, Caller<Post, Ack>> callers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Correspondence(Life life, ParticipantBus view, Life.Shared shared, Duration patience) {
        this.life = life;
        this.view = view;
        this.shared = shared;
        this.patience = patience;
    }

    private String name() {
        return life.spec().name();
    }

    CompletableFuture<Mail> send(Letter letter) {
        return post(begin(letter));
    }

    CompletableFuture<Mail> ask(Letter letter, Duration timeout) {
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
        if (life.stopping() || closed) {
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
                fail(question, Lines.cause(error));
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

    /** Whether somebody here has waited for this mail. */
    boolean answered(Mail mail) {
        Question question = questions.remove(new Place(mail.thread(), mail.index()));
        if (question == null) {
            return false;
        }
        shared.workers().execute(() -> question.reply().complete(mail));
        return true;
    }

    private Mail begin(Letter letter) {
        String id = UUID.randomUUID().toString();
        return new Mail(id, name(), letter.to(), letter.subject(), letter.body(), letter.headers(), id, 1, now(),
                Mail.INTERNAL, letter.priority(), false);
    }

    CompletableFuture<Mail> reply(Mail to, Letter letter) {
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
        return view.caller(MailDoor.SERVICE + to, Post.class, Ack.class);
    }

    private CompletableFuture<Mail> sent(Mail mail, Ack ack, Throwable error) {
        if (error != null) {
            Throwable cause = Lines.cause(error);
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

    /** Nobody here waits for replies any more. */
    void giveUp() {
        questions.values().forEach(question -> fail(question, stopped(question.letter())));
    }

    void close() {
        closed = true;
        giveUp();
    }
}
