package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.provider.Outlet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A publisher. What it needs per message is in its fields: the outlet of the present link, replaced from outside when the
 * link changes, and null while there is none. A pending stage holds the caller back: at once where bodies pass by reference
 * (there it can only mean a full buffer), and beyond the window of unacknowledged messages elsewhere.
 */
final class HubPublisher<T> implements Publisher<T>, Endpoint {
    private static final int MOST_HEADERS = 64;
    /** The subscription's own limit comes first; this is for a link that never answers. */
    private static final long GRACE = 1_000;

    private final Hub hub;
    private final BusView view;
    private final Identity identity;
    private final Name name;
    private final Class<T> type;
    private final Qos qos;
    private final String source;
    private final long lifespan;
    private final boolean anyType;
    private final Clock clock;
    private final Semaphore window;
    private final AtomicLong sequence = new AtomicLong();
    private final Tally tally = new Tally();
    private volatile Outlet outlet;
    /** Why the present link gives no outlet. */
    private volatile BusException refusal;
    private volatile boolean byReference = true;
    /** A stage of the link that was seen to be completed: most links return the same one each time. */
    private CompletionStage<Void> completed = Subscription.DONE;
    private TypeOf typeOf;
    private Session session;
    private volatile boolean closed;

    HubPublisher(Hub hub, BusView view, Identity identity, Name name, Class<T> type, Qos qos) {
        this.hub = hub;
        this.view = view;
        this.identity = identity;
        this.name = name;
        this.type = type;
        this.qos = qos;
        this.source = identity.source();
        this.lifespan = qos.lifespan().toNanos();
        this.clock = hub.clock();
        this.anyType = type == Object.class;
        this.typeOf = new TypeOf(type, hub.typeName(type));
        this.window = new Semaphore(hub.config().publishWindow(), true);
    }

    /** The name of the class of the latest body, for publishers of any type. */
    private record TypeOf(Class<?> type, String name) {
    }

    @Override
    public Name name() {
        return name;
    }

    @Override
    public CompletionStage<Void> publish(T body) {
        return publish(body, Map.of());
    }

    @Override
    public CompletionStage<Void> publish(T body, Map<String, String> headers) {
        Outlet out = outlet;
        if (out == null) {
            return nowhere();
        }
        if (body != null && !type.isInstance(body)) {
            throw new IllegalArgumentException("the publisher of '" + name + "' takes " + type.getName() + ", not "
                    + body.getClass().getName());
        }
        if (headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException("a message on '" + name + "' has " + headers.size()
                    + " headers, " + MOST_HEADERS + " are allowed");
        }
        if (!byReference) {
            return acknowledged(out, body, headers);
        }
        CompletionStage<Void> stage = out.publish(message(body, typeOf(body), headers));
        return stage == Subscription.DONE || stage == completed ? stage : held(stage);
    }

    private Message message(Object body, String typeName, Map<String, String> headers) {
        long now = System.nanoTime();
        long expires = Message.NEVER;
        if (lifespan != 0) {
            expires = now + lifespan;
            if (expires == Message.NEVER) {
                expires = 1;
            }
        }
        return new Message(name, typeName, Map.copyOf(headers), body, source, sequence.incrementAndGet(), clock.wall(now),
                expires);
    }

    private String typeOf(Object body) {
        TypeOf known = typeOf;
        if (!anyType || body == null) {
            return known.name;
        }
        Class<?> found = body.getClass();
        if (known.type != found) {
            known = new TypeOf(found, hub.typeName(found));
            typeOf = known;
        }
        return known.name;
    }

    /** Waits for a buffer that is full. */
    private CompletionStage<Void> held(CompletionStage<Void> stage) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            completed = stage;
            return stage;
        }
        try {
            future.get(hub.config().blockTimeout().toMillis() + GRACE, TimeUnit.MILLISECONDS);
            return Subscription.DONE;
        } catch (ExecutionException e) {
            tally.failed();
            return stage;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return hub.away(future);
        } catch (TimeoutException e) {
            tally.failed();
            tally.dropped(Drop.REJECTED, 1);
            return CompletableFuture.failedStage(new Rejected(late()));
        }
    }

    /** Publishes as a tree, over a link that acknowledges later. */
    private CompletionStage<Void> acknowledged(Outlet out, T body, Map<String, String> headers) {
        Object tree = hub.shapes().tree(body);
        String typeName = typeOf(body);
        try {
            if (!window.tryAcquire() && !window.tryAcquire(hub.config().blockTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                tally.failed();
                tally.dropped(Drop.REJECTED, 1);
                return CompletableFuture.failedStage(new Rejected(late()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tally.failed();
            return CompletableFuture.failedStage(
                    new Rejected("interrupted while it waited to publish on '" + name + "'"));
        }
        Message message = message(tree, typeName, headers);
        CompletionStage<Void> stage;
        try {
            stage = out.publish(message);
        } catch (RuntimeException e) {
            window.release();
            tally.failed();
            return CompletableFuture.failedStage(e);
        }
        if (stage == completed) {
            window.release();
            return stage;
        }
        CompletableFuture<Void> future = stage.toCompletableFuture();
        if (future.isDone()) {
            window.release();
            if (future.isCompletedExceptionally()) {
                failed(future);
            } else {
                completed = stage;
            }
            return stage;
        }
        future.whenComplete((done, error) -> {
            window.release();
            if (error != null) {
                failed(future);
            }
        });
        return hub.away(future);
    }

    private void failed(CompletableFuture<Void> future) {
        tally.failed();
        future.exceptionally(error -> {
            Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            tally.dropped(cause instanceof LinkLost ? Drop.LINK_DOWN : Drop.REJECTED, 1);
            return null;
        });
    }

    private String late() {
        return "publishing on '" + name + "' of bus '" + hub.config().bus() + "' was held back for "
                + hub.config().blockTimeout().toMillis() + " ms (block.timeout.ms): what it sends to is too slow";
    }

    private CompletionStage<Void> nowhere() {
        tally.failed();
        if (closed) {
            return CompletableFuture.failedStage(new Closed("the publisher of '" + name + "' is closed"));
        }
        BusException why = refusal;
        if (why != null) {
            tally.dropped(Drop.REJECTED, 1);
            return CompletableFuture.failedStage(why);
        }
        tally.dropped(Drop.LINK_DOWN, 1);
        return CompletableFuture.failedStage(new LinkLost(hub.noLink()));
    }

    @Override
    public synchronized void attach(Session next) {
        if (closed || session != null && session.number >= next.number) {
            return;
        }
        Outlet former = outlet;
        session = next;
        try {
            Outlet fresh = next.link().advertise(name, typeOf.name, qos);
            byReference = next.byReference();
            completed = Subscription.DONE;
            outlet = fresh;
            refusal = null;
        } catch (BusException e) {
            refusal = e;
            outlet = null;
            throw e;
        } finally {
            if (former != null) {
                former.close();
            }
        }
    }

    @Override
    public synchronized void detach(Session from) {
        if (session == from && outlet != null) {
            Outlet former = outlet;
            outlet = null;
            former.close();
        }
    }

    @Override
    public void markEnded() {
        closed = true;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (outlet != null) {
                Outlet former = outlet;
                outlet = null;
                former.close();
            }
        }
        hub.forget(this, view);
    }

    @Override
    public Statistics.Endpoint describe() {
        return new Statistics.Endpoint(Kind.PUBLISHER, identity.participant(), name.toString(), hub.typeName(type),
                tally.read(sequence.get(), 0), 0);
    }
}
