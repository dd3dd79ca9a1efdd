package io.anole.supervisor.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Shapes;
import io.anole.process.Mail;
import io.anole.supervisor.internal.MailQueue.Mailed;
import io.anole.supervisor.internal.MailQueue.Outcome;
import io.anole.supervisor.internal.Post.Ack;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where a process's mail comes in: requests on the bus's threads, which only put it into the queue. Replies that the tenant waits
 * for pass the queue by.
 */
final class MailDoor {
    /** Service that takes a process's mail. */
    static final String SERVICE = "/mail/process/";

    private final String process;
    private final MailQueue queue;
    private final Shapes shapes;
    private volatile Duration patience = Duration.ZERO;
    /** Null while it is away. */
    private volatile Postbox tenant;

    MailDoor(String process, MailQueue queue, Shapes shapes) {
        this.process = process;
        this.queue = queue;
        this.shapes = shapes;
    }

    /** @param wait longest that mail waits for room */
    void tenant(Postbox next, Duration wait) {
        patience = wait;
        tenant = next;
    }

    void vacate() {
        tenant = null;
    }

    CompletionStage<Ack> receive(Object body, Message request) {
        String sender = participant(request.source());
        Postbox now = tenant;
        Post post;
        try {
            post = shapes.as(body, Post.class);
        } catch (BusException.BadShape e) {
            if (now != null) {
                now.unreadable(sender, e);
            }
            queue.offer(new Mailed(new Mail(UUID.randomUUID().toString(), sender, process, Lines.of(e), body, Map.of(),
                    UUID.randomUUID().toString(), 1, request.time(), Mail.INTERNAL, Mail.Priority.NORMAL, true)), false);
            throw e;
        }
        return post(complete(post, request).from(sender));
    }

    /** Takes mail in, whichever way it came. */
    CompletionStage<Ack> post(Mail mail) {
        Postbox now = tenant;
        if (now != null && now.answered(mail)) {
            return CompletableFuture.completedFuture(new Ack(Outcome.TAKEN, ""));
        }
        boolean urgent = mail.priority() == Mail.Priority.URGENT;
        return queue.offer(new Mailed(mail), urgent, patience).thenApply(this::ack);
    }

    /** Fills in what a foreign client may leave out. */
    private Post complete(Post post, Message request) {
        String id = post.id() == null || post.id().isEmpty() ? UUID.randomUUID().toString() : post.id();
        String thread = post.thread() == null || post.thread().isEmpty() ? id : post.thread();
        return new Post(id, process, Objects.requireNonNullElse(post.subject(), ""), post.body(),
                Objects.requireNonNullElse(post.headers(), Map.of()), thread, Math.max(1, post.index()),
                post.time() == 0 ? request.time() : post.time(), post.urgent());
    }

    private Ack ack(Outcome outcome) {
        return new Ack(outcome, detail(outcome));
    }

    private String detail(Outcome outcome) {
        return switch (outcome) {
            case TAKEN -> "";
            case FULL -> "the mailbox of process '" + process + "' stayed full for " + patience.toMillis() / 1000.0 + " s ("
                    + queue.capacity() + " waiting)";
            case GONE -> stopping();
        };
    }

    String stopping() {
        return "process '" + process + "' is stopping";
    }

    /** The middle of {@code <runtime>/<participant>/<number>}. */
    private static String participant(String source) {
        int last = source.lastIndexOf('/');
        int first = source.lastIndexOf('/', last - 1);
        return last < 0 ? source : source.substring(first + 1, last);
    }
}
