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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A caller of one service. What it calls comes in this order to a service of the same runtime, whatever links its bus has meanwhile. By
 * reference that is so by itself, and takes no lock: a request is in the service's queue when the call returns.
 */
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
    /** The last call that has come to a service of this runtime over a wire. */
    private final AtomicLong entered = new AtomicLong();
    private final Tally tally = new Tally();
    private volatile Session session;
    /** Calls that wait, while they have to; else null. Written with the lock of this object, and read there or after the session. */
    private volatile Deque<Held<R>> held;
    /** Guarded by this object. */
    private long sentOverWire;
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

    /** A call that waits, and its body as the link there was would have taken it. */
    private record Held<R>(Call<Message, R> call, Object body, String type) {
    }

    @Override
    public Name name() {
        return name;
    }

    /** Who it is; no other caller has it. */
    String source() {
        return source;
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
        String type = body == null || requestType != Object.class ? requestTypeName : hub.typeName(body.getClass());
        if (at != null && at.byReference() && held == null) {
            CompletionStage<Message> stage = send(at, call, body, type, now, timeout);
            if (!tooLate(at, stage)) {
                follow(call, stage);
                return call;
            }
        }
        return inOrder(call, body, type, now, timeout) ? call : refused(null);
    }

    /** One at a time, so that whoever holds calls back knows which was the last before; false if there is no link and none expected. */
    private synchronized boolean inOrder(Call<Message, R> call, Q body, String type, long now, Duration timeout) {
        Session at = session;
        if (at == null && held == null) {
            return false;
        }
        Object sent = at == null ? body : fit(at, body);
        if (held == null) {
            follow(call, send(at, call, sent, type, now, timeout));
        } else {
            held.add(new Held<>(call, sent, type));
            hub.calls().add(call);
        }
        return true;
    }

    /** Whether the link was replaced between the look at it and the call: nobody has had it. */
    private static boolean tooLate(Session at, CompletionStage<Message> stage) {
        if (!at.gone() || stage instanceof Answer) {
            return false;
        }
        CompletableFuture<Message> future = stage.toCompletableFuture();
        return future.isCompletedExceptionally() && future.handle((answer, error) -> Cause.of(error) instanceof Closed).getNow(false);
    }

    private Object fit(Session at, Object body) {
        return at.byReference() ? body : hub.shapes().tree(body);
    }

    private void follow(Call<Message, R> call, CompletionStage<Message> stage) {
        if (stage instanceof Answer answer) {
            hub.calls().add(call);
            answer.tell(call);
            return;
        }
        CompletableFuture<Message> future = stage.toCompletableFuture();
        if (future.isDone()) {
            future.whenComplete(call::answered);
        } else {
            call.from(stage);
            hub.calls().add(call);
            future.whenComplete(call);
        }
    }

    private CompletionStage<Message> send(Session at, Call<Message, R> call, Object body, String type, long now, Duration timeout) {
        call.session = at;
        Message request = new Message(name, type, Map.of(), body, source, sequence.incrementAndGet(), hub.clock().wall(now),
                call.deadline == Message.NEVER ? 1 : call.deadline);
        if (!at.byReference()) {
            sentOverWire = request.sequence();
        }
        return at.link().request(name, request, timeout);
    }

    /** Calls wait from now on, in order, until {@link #release}. */
    synchronized void hold() {
        if (held == null) {
            held = new ArrayDeque<>();
        }
    }

    /** What waits goes over the link there is now, and then everything. Without a link it fails. */
    synchronized void release() {
        if (held != null) {
            for (Held<R> one = held.poll(); one != null; one = held.poll()) {
                sendLate(one);
            }
            held = null;
        }
    }

    private void sendLate(Held<R> one) {
        Call<Message, R> call = one.call;
        Session at = session;
        long now = System.nanoTime();
        long rest = call.deadline - now;
        if (at == null || closed) {
            call.fail(closed ? over() : new LinkLost(hub.noLink()));
        } else if (rest >= SHORTEST && !call.settled()) {
            try {
                send(at, call, fit(at, one.body), one.type, now, Duration.ofNanos(rest)).whenComplete(call);
            } catch (RuntimeException e) {
                call.accept(null, e);
            }
        }
    }

    /** A service of this runtime has this call, which came over a wire. */
    void entered(long number) {
        entered.accumulateAndGet(number, Math::max);
    }

    /** Whether a call is under way over this wire that has come to no service of this runtime so far. */
    boolean isUnderWay(Session over) {
        long last;
        synchronized (this) {
            last = sentOverWire;
        }
        return entered.get() < last && hub.calls().waitsFor(call -> call.asker == this && call.session == over);
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
