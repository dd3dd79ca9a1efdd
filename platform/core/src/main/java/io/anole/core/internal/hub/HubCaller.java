package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Caller;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A caller of one service. */
final class HubCaller<Q, R> implements Caller<Q, R>, Endpoint, Call.Asker<Message, R> {
    private static final long LONGEST = Duration.ofHours(1).toNanos();
    private static final long SHORTEST = Duration.ofMillis(1).toNanos();

    private final Hub hub;
    private final BusView view;
    private final Identity identity;
    private final Name name;
    private final Class<Q> requestType;
    private final Class<R> answerType;
    private final String requestTypeName;
    private final String source;
    private final AtomicLong sequence = new AtomicLong();
    private final Tally tally = new Tally();
    private volatile Session session;
    private volatile boolean closed;

    HubCaller(Hub hub, BusView view, Identity identity, Name name, Class<Q> requestType, Class<R> answerType) {
        this.hub = hub;
        this.view = view;
        this.identity = identity;
        this.name = name;
        this.requestType = requestType;
        this.answerType = answerType;
        this.requestTypeName = hub.typeName(requestType);
        this.source = identity.source();
    }

    @Override
    public Name name() {
        return name;
    }

    @Override
    public CompletableFuture<R> call(Q body) {
        return call(body, hub.config().requestTimeout());
    }

    @Override
    public CompletableFuture<R> call(Q body, Duration timeout) {
        long limit = timeout.compareTo(Duration.ofHours(2)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
        if (limit < SHORTEST || limit > LONGEST) {
            throw new IllegalArgumentException("the time-out of a call must be within 1 ms and 1 h, not " + timeout);
        }
        if (body != null && !requestType.isInstance(body)) {
            throw new IllegalArgumentException("the caller of '" + name + "' takes " + requestType.getName() + ", not "
                    + body.getClass().getName());
        }
        Session at = session;
        if (closed || hub.calls().full()) {
            return refused(at);
        }
        long now = System.nanoTime();
        Call<Message, R> call = new Call<>(this, now + limit);
        if (at == null) {
            Pause pause = hub.pause();
            if (pause == null || !pause.add(() -> sendLate(call, body))) {
                // The link may have come between the look at it and the end of the pause.
                return session == null ? refused(null) : call(body, timeout);
            }
            hub.calls().add(call);
            return call;
        }
        CompletionStage<Message> stage = send(at, call, body, now, timeout);
        if (stage instanceof Answer answer) {
            hub.calls().add(call);
            answer.tell(call);
            return call;
        }
        CompletableFuture<Message> future = stage.toCompletableFuture();
        if (future.isDone()) {
            future.whenComplete(call::answered);
        } else {
            call.from(stage);
            hub.calls().add(call);
            future.whenComplete(call);
        }
        return call;
    }

    /** A call that has waited for a link; its asker may be waiting for it. */
    private void sendLate(Call<Message, R> call, Q body) {
        Session at = session;
        Pause again = hub.pause();
        if (at == null && !closed && again != null && again.add(() -> sendLate(call, body))) {
            return;
        }
        long now = System.nanoTime();
        long rest = call.deadline - now;
        if (closed) {
            call.fail(over());
        } else if (at == null) {
            call.fail(new LinkLost(hub.noLink()));
        } else if (rest >= SHORTEST && !call.settled()) {
            send(at, call, body, now, Duration.ofNanos(rest)).whenComplete(call);
        }
    }

    private CompletionStage<Message> send(Session at, Call<Message, R> call, Q body, long now, Duration timeout) {
        call.session = at;
        Object sent = at.byReference() ? body : hub.shapes().tree(body);
        String type = body == null || requestType != Object.class ? requestTypeName : hub.typeName(body.getClass());
        Message request = new Message(name, type, Map.of(), sent, source, sequence.incrementAndGet(), hub.clock().wall(now),
                Message.NEVER);
        return at.link().request(name, request, timeout);
    }

    private CompletableFuture<R> refused(Session at) {
        tally.failed();
        if (closed) {
            return CompletableFuture.failedFuture(new Closed("the caller of '" + name + "' is closed"));
        }
        if (at == null) {
            tally.dropped(Drop.LINK_DOWN, 1);
            return CompletableFuture.failedFuture(new LinkLost(hub.noLink()));
        }
        tally.dropped(Drop.REJECTED, 1);
        return CompletableFuture.failedFuture(new Rejected(
                "bus '" + hub.config().bus() + "' has " + Calls.MOST + " calls under way, as many as it may"));
    }

    @Override
    public R convert(Message answer) {
        Object body = answer.body();
        return body == null || answerType.isInstance(body) ? answerType.cast(body) : hub.shapes().as(body, answerType);
    }

    @Override
    public BusException timedOut() {
        return new Timeout("no answer from '" + name + "' on bus '" + hub.config().bus() + "' in time");
    }

    @Override
    public BusException over() {
        if (closed) {
            return new Closed("the caller of '" + name + "' was closed");
        }
        return session == null && hub.pause() == null ? new LinkLost(hub.noLink()) : null;
    }

    @Override
    public Dispatcher dispatcher() {
        return hub.dispatcher();
    }

    @Override
    public void count(Throwable failure) {
        if (failure == null) {
            tally.handledAnywhere();
        } else {
            tally.failed();
        }
    }

    @Override
    public synchronized void attach(Session next) {
        if (!closed && (session == null || session.number < next.number)) {
            session = next;
        }
    }

    @Override
    public synchronized void detach(Session from) {
        if (session == from) {
            session = null;
        }
    }

    @Override
    public CompletionStage<Void> prepare(Session next) {
        return Subscription.DONE;
    }

    @Override
    public void take(Session next) {
        attach(next);
    }

    @Override
    public void abandon(Session next) {
        // Nothing was made ready: a call needs no registration.
    }

    @Override
    public void markEnded() {
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
        hub.calls().sweep(System.nanoTime());
        hub.forget(this, view);
    }

    @Override
    public Statistics.Endpoint describe() {
        return new Statistics.Endpoint(Kind.CALLER, identity.participant(), name.toString(), requestTypeName,
                tally.read(sequence.get(), 0), 0);
    }
}
