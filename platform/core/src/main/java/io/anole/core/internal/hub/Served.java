package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.provider.RequestHandler;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * A served name: requests wait in a bounded queue, the lane hands them to the service one at a time. A request that can't
 * wait is refused; one that has no answer when the service closes fails, so that its caller can look for another.
 */
final class Served<Q, R> extends Attached implements RequestHandler {
    private static final int TRACE = 4_000;

    private final BusView view;
    private final Identity identity;
    private final Name name;
    private final Class<Q> requestType;
    private final Class<R> answerType;
    private final String answerTypeName;
    private final String source;
    private final Service<? super Q, ? extends R> handler;
    private final MpscAtomicArrayQueue<Answer> queue;
    private final int depth;
    private final AtomicLong answered = new AtomicLong();
    /** Handed to the service, which gives the answer later. */
    private final Set<Answer> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean byReference;

    Served(Hub hub, BusView view, Identity identity, Name name, Class<Q> requestType, Class<R> answerType, Lane lane,
            Service<? super Q, ? extends R> handler) {
        super(hub, lane);
        this.view = view;
        this.identity = identity;
        this.name = name;
        this.requestType = requestType;
        this.answerType = answerType;
        this.answerTypeName = hub.typeName(answerType);
        this.source = identity.source();
        this.handler = handler;
        this.depth = hub.config().serviceDepth();
        this.queue = new MpscAtomicArrayQueue<>(Math.max(2, depth));
    }

    @Override
    Registration register(Session session) {
        byReference = session.byReference();
        return session.link().serve(name, this);
    }

    @Override
    public CompletionStage<Message> handle(Message request) {
        Answer answer = new Answer(request);
        if (ended()) {
            return CompletableFuture.failedStage(gone());
        }
        if (!queue.offerIfBelowThreshold(answer, depth)) {
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
        Answer answer = queue.poll();
        if (answer == null) {
            return false;
        }
        if (!answer.begin()) {
            return true;
        }
        try {
            CompletionStage<? extends R> given = handler.answer(body(answer.request), answer.request);
            if (given == null) {
                throw new IllegalStateException("the service returned null instead of a stage");
            }
            CompletableFuture<? extends R> future = given.toCompletableFuture();
            if (future.isDone()) {
                finish(answer, future);
            } else {
                pending.add(answer);
                given.whenComplete((result, error) -> {
                    if (pending.remove(answer)) {
                        finish(answer, future);
                    }
                });
            }
        } catch (Throwable e) {
            refuse(answer, e);
        }
        return true;
    }

    private Q body(Message request) {
        Object body = request.body();
        return body == null || requestType.isInstance(body) ? requestType.cast(body) : hub.shapes().as(body, requestType);
    }

    private void finish(Answer answer, CompletableFuture<? extends R> future) {
        try {
            Object result = future.join();
            Object body = byReference ? result : hub.shapes().tree(result);
            String type = result == null || answerType != Object.class ? answerTypeName : hub.typeName(result.getClass());
            Message message = new Message(name, type, Map.of(), body, source, 0, hub.clock().wall(System.nanoTime()),
                    Message.NEVER);
            answered.incrementAndGet();
            tally.handledAnywhere();
            answer.give(message);
        } catch (CompletionException e) {
            refuse(answer, e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException e) {
            refuse(answer, e);
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
        return !queue.isEmpty();
    }

    @Override
    void discard() {
        for (Answer answer = queue.poll(); answer != null; answer = queue.poll()) {
            if (answer.begin()) {
                tally.dropped(Drop.CLOSED, 1);
                answer.refuse(gone());
            }
        }
        for (Answer answer : pending) {
            if (pending.remove(answer)) {
                tally.dropped(Drop.CLOSED, 1);
                answer.refuse(gone());
            }
        }
        hub.forget(this, view);
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
