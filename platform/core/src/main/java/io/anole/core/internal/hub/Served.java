package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * A served name: requests wait in a bounded queue, the lane hands them to the service one at a time. A request that can't
 * wait is refused; one whose caller has given up is not begun, so that nothing moves for somebody who looks after it no more;
 * one that has no answer when the service closes fails, so that its caller can look for another.
 */
final class Served extends Attached {
    private static final int TRACE = 4_000;

    private final BusView view;
    private final Identity identity;
    private final Name name;
    private final String requestTypeName;
    private final String answerTypeName;
    private final String source;
    /** Null while it is vacant. */
    private volatile Server<?, ?> server;
    private final MpscAtomicArrayQueue<Answer> queue;
    private final int depth;
    private final AtomicLong answered = new AtomicLong();
    /** Handed to the service, which gives the answer later. */
    private final Set<Answer> pending = ConcurrentHashMap.newKeySet();

    <Q, R> Served(Hub hub, BusView view, Identity identity, Name name, Class<Q> requestType, Class<R> answerType, Lane lane,
            Service<? super Q, ? extends R> handler) {
        super(hub, lane);
        this.view = view;
        this.identity = identity;
        this.name = name;
        this.requestTypeName = hub.typeName(requestType);
        this.answerTypeName = hub.typeName(answerType);
        this.source = identity.source();
        this.server = new Server<>(requestType, answerType == Object.class, handler);
        this.depth = hub.config().serviceDepth();
        this.queue = new MpscAtomicArrayQueue<>(Math.max(2, depth));
    }

    /** Who serves, and of what type requests are. */
    private record Server<Q, R>(Class<Q> requestType, boolean answersAny, Service<? super Q, ? extends R> handler) {
    }

    /** Nothing is handled until it is occupied. */
    void vacate() {
        server = null;
        refusePending();
    }

    <Q, R> void occupy(Class<Q> requestType, Class<R> answerType, Service<? super Q, ? extends R> handler) {
        server = new Server<>(requestType, answerType == Object.class, handler);
        if (waiting()) {
            schedule();
        }
    }

    @Override
    Registration register(Session session) {
        boolean byReference = session.byReference();
        return session.link().serve(name, requestTypeName, answerTypeName, request -> handle(request, byReference));
    }

    private CompletionStage<Message> handle(Message request, boolean byReference) {
        Answer answer = new Answer(request, byReference);
        if (ended()) {
            return CompletableFuture.failedStage(gone());
        }
        boolean full = !queue.offerIfBelowThreshold(answer, depth);
        if (!byReference) {
            hub.callers().entered(request);
        }
        if (full) {
            tally.dropped(Drop.REJECTED, 1);
            return CompletableFuture.failedStage(new Rejected(what() + " has " + depth + " requests waiting, as many as it may"));
        }
        schedule();
        if (ended() && answer.begin()) {
            answer.refuse(gone());
        }
        return answer;
    }

    @Override
    boolean next() {
        Server<?, ?> by = server;
        if (by == null) {
            return false;
        }
        Answer answer = queue.poll();
        if (answer == null) {
            return false;
        }
        if (answer.begin()) {
            SlowHandler watch = SlowHandler.begun();
            answer(answer, by);
            if (watch != null) {
                watch.over(hub.config().bus(), name, identity.participant(), answer.request.source());
            }
        }
        return true;
    }

    private <Q, R> void answer(Answer answer, Server<Q, R> by) {
        if (answer.request.expiredAt(System.nanoTime())) {
            tally.dropped(Drop.EXPIRED, 1);
            answer.refuse(new Timeout("'" + name + "' on bus '" + hub.config().bus() + "' was busy until its caller had given up"));
            return;
        }
        try {
            CompletionStage<? extends R> given = by.handler.answer(body(answer.request, by.requestType), answer.request);
            if (given == null) {
                throw new IllegalStateException("the service returned null instead of a stage");
            }
            CompletableFuture<? extends R> future = given.toCompletableFuture();
            boolean any = by.answersAny;
            if (future.isDone()) {
                finish(answer, future, any);
            } else {
                pending.add(answer);
                given.whenComplete((result, error) -> {
                    if (pending.remove(answer)) {
                        finish(answer, future, any);
                    }
                });
            }
        } catch (Throwable e) {
            refuse(answer, e);
        }
    }

    private <Q> Q body(Message request, Class<Q> requestType) {
        Object body = request.body();
        return body == null || requestType.isInstance(body) ? requestType.cast(body) : hub.shapes().as(body, requestType);
    }

    private void finish(Answer answer, CompletableFuture<?> future, boolean anyType) {
        try {
            Object result = future.join();
            Object body = answer.byReference ? result : hub.shapes().tree(result);
            String type = result == null || !anyType ? answerTypeName : hub.typeName(result.getClass());
            Message message = new Message(name, type, Map.of(), body, source, 0, hub.clock().wall(System.nanoTime()),
                    Message.NEVER);
            answered.incrementAndGet();
            tally.handledAnywhere();
            answer.give(message);
        } catch (RuntimeException e) {
            refuse(answer, Cause.of(e));
        }
    }

    private void refuse(Answer answer, Throwable error) {
        tally.failed();
        if (error instanceof RemoteError || error instanceof Rejected) {
            answer.refuse(error);
            return;
        }
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        String text = trace.toString();
        String message = error.getMessage() == null ? "" : error.getMessage();
        answer.refuse(new RemoteError(error.getClass().getName(), message,
                text.length() > TRACE ? text.substring(0, TRACE) + "..." : text));
    }

    @Override
    boolean waiting() {
        return server != null && !queue.isEmpty();
    }

    @Override
    void discard() {
        for (Answer answer = queue.poll(); answer != null; answer = queue.poll()) {
            if (answer.begin()) {
                tally.dropped(Drop.CLOSED, 1);
                answer.refuse(gone());
            }
        }
        refusePending();
        hub.forget(this, view);
    }

    private void refusePending() {
        for (Answer answer : pending) {
            if (pending.remove(answer)) {
                tally.dropped(Drop.CLOSED, 1);
                answer.refuse(gone());
            }
        }
    }

    /** Whether it has had this name, and so has what is asked of it. */
    boolean serves(Name asked) {
        return name.equals(asked) && readiedBefore(Long.MAX_VALUE);
    }

    private BusException gone() {
        return new NoProvider("'" + name + "' on bus '" + hub.config().bus() + "' was closed before it answered");
    }

    @Override
    String what() {
        return "the service '" + name + "' of '" + identity.participant() + "' on bus '" + hub.config().bus() + "'";
    }

    @Override
    public Statistics.Endpoint describe() {
        return new Statistics.Endpoint(Kind.SERVICE, identity.participant(), name.toString(), answerTypeName,
                tally.read(answered.get(), queue.currentProducerIndex()), queue.size());
    }
}
