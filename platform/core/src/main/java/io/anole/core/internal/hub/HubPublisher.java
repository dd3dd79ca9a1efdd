package io.anole.core.internal.hub;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.provider.Outlet;
import java.util.ArrayDeque;
import java.util.List;
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
 * A publisher. What it needs per message is in its fields: the way over the present link, replaced from outside when the
 * link changes, and null while there is none. A pending stage holds the caller back: at once where bodies pass by reference
 * (there it can only mean a full buffer), and beyond the window of unacknowledged messages elsewhere.
 *
 * <p>While the link is replaced a {@link Gate} takes the place of the outlet. Over a wire, and where the newest message is
 * kept, messages are sent under the lock {@code sending}, so that whoever closes the gate knows which message was the last
 * before it. By reference there is no lock: a thread that is late uses the former outlet, which either still delivers or
 * says that it is closed, and then the thread tries again.
 */
final class HubPublisher<T> implements Publisher<T>, Endpoint {
    private static final int MOST_HEADERS = 64;
    /** The subscription's own limit comes first; this is for a link that never answers. */
    private static final long GRACE = 1_000;
    private static final int LEAST_HELD = 1024;

    private final Hub hub;
    private final BusView view;
    private final Identity identity;
    private final Name name;
    private final Class<T> type;
    private final Qos qos;
    private final String source;
    private final long lifespan;
    private final boolean anyType;
    private final boolean keeps;
    private final Clock clock;
    private final Semaphore window;
    private final AtomicLong sequence = new AtomicLong();
    private final Tally tally = new Tally();
    private volatile Way way;
    /** Why the present link gives no outlet. */
    private volatile BusException refusal;
    /** A stage of the link that was seen to be completed: most links return the same one each time. */
    private CompletionStage<Void> completed = Subscription.DONE;
    private TypeOf typeOf;
    private Session session;
    private volatile boolean closed;

    private final Object sending = new Object();
    /** Not acknowledged yet, in order. Guarded by sending, as are the next eleven. */
    private final ArrayDeque<Outgoing> unsettled = new ArrayDeque<>();
    /** The last message the present system has accepted, if that is over a wire. */
    private long accepted;
    private boolean overWire;
    /** The hub's count of readiness when the last message was sent. */
    private long sentAt;
    /** The newest message, where the system keeps it. */
    private Message kept;
    /** While it is closed; with the way before it, if there was one, and the last message that took that. */
    private Gate gate;
    private Way before;
    private long lastBeforeGate;
    private long held;
    private long resent;
    private long expired;
    /** The outlet on a session that may become the one. Guarded by this object, as is the session. */
    private Prepared prepared;

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
        this.keeps = qos.durability() == Durability.TRANSIENT_LOCAL;
        this.typeOf = new TypeOf(type, hub.typeName(type));
        this.window = new Semaphore(hub.config().publishWindow(), true);
    }

    /** The name of the class of the latest body, for publishers of any type. */
    private record TypeOf(Class<?> type, String name) {
    }

    /** Where messages go now, and how. */
    private record Way(Outlet outlet, boolean byReference) {
    }

    private record Prepared(Session session, Outlet outlet) {
    }

    private final class Tracked implements Outlet {
        private final Outlet outlet;

        Tracked(Outlet outlet) {
            this.outlet = outlet;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            return track(outlet, message);
        }

        @Override
        public void close() {
            outlet.close();
        }
    }

    /** A message on its way over a wire. */
    private static final class Outgoing {
        final Message message;
        /** What its publisher was given, if it came straight from there, and not by a gate, which knows its publisher. */
        final CompletableFuture<Void> given;
        /** What says how it went; another one when it is sent again. Guarded by sending. */
        CompletionStage<Void> stage;

        Outgoing(Message message, CompletionStage<Void> stage, CompletableFuture<Void> given) {
            this.message = message;
            this.stage = stage;
            this.given = given;
        }
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
        Way now = way;
        if (now == null) {
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
        if (!now.byReference) {
            return acknowledged(body, headers);
        }
        if (keeps) {
            return keeping(body, headers);
        }
        Message message = message(body, typeOf(body), headers);
        CompletionStage<Void> stage = now.outlet.publish(message);
        return stage == Subscription.DONE || stage == completed ? stage : held(now, message, stage);
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

    /** Publishes by reference and remembers the message: another link must be given it. */
    private CompletionStage<Void> keeping(T body, Map<String, String> headers) {
        Way now;
        Message message;
        CompletionStage<Void> stage;
        synchronized (sending) {
            now = way;
            if (now == null) {
                return nowhere();
            }
            message = message(now.byReference ? body : hub.shapes().tree(body), typeOf(body), headers);
            kept = message;
            stage = now.outlet.publish(message);
        }
        return stage == Subscription.DONE || stage == completed ? stage : held(now, message, stage);
    }

    /** Waits for a buffer that is full, or for a gate to open. */
    private CompletionStage<Void> held(Way through, Message message, CompletionStage<Void> stage) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            completed = stage;
            return stage;
        }
        try {
            long bound = hub.config().blockTimeout().toMillis() + GRACE;
            if (stage instanceof Gate.Passage passage && !passage.passed.get(bound, TimeUnit.MILLISECONDS)) {
                // On a wire by now, which acknowledges later.
                failed(future);
                return hub.away(future);
            }
            future.get(bound, TimeUnit.MILLISECONDS);
            return Subscription.DONE;
        } catch (ExecutionException e) {
            Way now = way;
            if (e.getCause() instanceof Closed && now != null && now != through && !closed) {
                return again(now, message);
            }
            failed(future);
            return stage;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return hub.away(future);
        } catch (TimeoutException e) {
            Rejected late = new Rejected(late());
            if (!future.completeExceptionally(late)) {
                return hub.away(future);
            }
            tally.failed();
            tally.dropped(Drop.REJECTED, 1);
            return CompletableFuture.failedStage(late);
        }
    }

    /** The link was replaced between the look at the way and the publish: nobody has had the message. */
    private CompletionStage<Void> again(Way now, Message message) {
        CompletionStage<Void> stage = now.outlet.publish(fit(message, now.byReference));
        return stage == Subscription.DONE ? stage : held(now, message, stage);
    }

    private Message fit(Message message, boolean byReference) {
        return byReference ? message : message.withBody(hub.shapes().tree(message.body()));
    }

    /** Publishes as a tree, over a link that acknowledges later. */
    private CompletionStage<Void> acknowledged(T body, Map<String, String> headers) {
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
        Outgoing one;
        CompletionStage<Void> stage;
        synchronized (sending) {
            Way now = way;
            if (now == null) {
                window.release();
                return nowhere();
            }
            Message message = message(tree, typeName, headers);
            if (keeps) {
                kept = message;
            }
            sentAt = hub.readiedSoFar();
            try {
                stage = now.outlet.publish(message);
            } catch (RuntimeException e) {
                window.release();
                tally.failed();
                return CompletableFuture.failedStage(e);
            }
            CompletableFuture<Void> future = stage.toCompletableFuture();
            if (stage == completed || future.isDone() && !future.isCompletedExceptionally()) {
                completed = stage;
                accepted = message.sequence();
                window.release();
                return stage;
            }
            one = new Outgoing(message, stage, new CompletableFuture<>());
            unsettled.add(one);
        }
        follow(one, stage);
        return one.given;
    }

    private void follow(Outgoing one, CompletionStage<Void> stage) {
        stage.whenComplete((done, error) -> {
            synchronized (sending) {
                if (one.stage != stage) {
                    return;
                }
                if (unsettled.peekFirst() == one) {
                    unsettled.pollFirst();
                } else {
                    unsettled.remove(one);
                }
                if (error == null && overWire) {
                    accepted = Math.max(accepted, one.message.sequence());
                }
            }
            if (one.given != null) {
                window.release();
                settle(one.given, error);
            }
        });
    }

    /** Sends what has waited in a gate over a wire, so that the next move knows of it. */
    private CompletionStage<Void> track(Outlet fresh, Message message) {
        synchronized (sending) {
            sentAt = hub.readiedSoFar();
            CompletionStage<Void> stage = fresh.publish(message);
            Outgoing one = new Outgoing(message, stage, null);
            unsettled.add(one);
            follow(one, stage);
            return stage;
        }
    }

    private void settle(CompletableFuture<Void> given, Throwable error) {
        if (error == null) {
            hub.dispatcher().execute(() -> given.complete(null));
            return;
        }
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        count(cause);
        hub.dispatcher().execute(() -> given.completeExceptionally(cause));
    }

    private void failed(CompletableFuture<Void> future) {
        future.exceptionally(error -> {
            count(error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
            return null;
        });
    }

    private void count(Throwable cause) {
        tally.failed();
        tally.dropped(cause instanceof LinkLost ? Drop.LINK_DOWN : Drop.REJECTED, 1);
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

    // Moving, by one thread of the hub at a time

    @Override
    public void attach(Session next) {
        try {
            prepare(next);
            take(next);
        } catch (BusException e) {
            refuse(next, e);
            throw e;
        }
    }

    private synchronized void refuse(Session next, BusException why) {
        session = next;
        refusal = why;
        synchronized (sending) {
            way = null;
            before = null;
            if (gate != null) {
                gate.refuse(why);
                gate = null;
            }
        }
    }

    @Override
    public synchronized CompletionStage<Void> prepare(Session next) {
        if (!closed && older(next) && (prepared == null || prepared.session != next)) {
            prepared = new Prepared(next, next.link().advertise(name, typeOf.name, qos));
        }
        return Subscription.DONE;
    }

    private boolean older(Session next) {
        return session == null || session.number < next.number;
    }

    /** Closes the gate: what is published from now on waits. Also where there is no link yet, but one is expected. */
    void hold() {
        synchronized (sending) {
            if (!closed && gate == null) {
                before = way;
                gate = new Gate(Math.max(LEAST_HELD, hub.config().publishWindow()));
                lastBeforeGate = sequence.get();
                way = new Way(gate, before == null || before.byReference);
            }
        }
    }

    /** Gives the session it was made ready for the message that the former one has kept. */
    synchronized void leaveKept(Session next) {
        Message last;
        synchronized (sending) {
            last = kept;
        }
        if (last != null && prepared != null && prepared.session == next && !last.expiredAt(System.nanoTime())) {
            prepared.outlet.publish(fit(last, next.byReference()));
        }
    }

    /** What was not acknowledged is sent again, then what waits in the gate, if it is closed, and then anything else. */
    @Override
    public synchronized void take(Session next) {
        if (closed || !older(next)) {
            return;
        }
        prepare(next);
        Outlet fresh = prepared.outlet;
        boolean byReference = next.byReference();
        session = next;
        prepared = null;
        refusal = null;
        Way former;
        synchronized (sending) {
            former = gate == null ? way : before;
            completed = Subscription.DONE;
            accepted = 0;
            overWire = !byReference;
            if (gate != null) {
                resend(fresh, byReference);
            }
            openGate(fresh, byReference);
        }
        if (former != null) {
            former.outlet.close();
        }
    }

    /** Under sending. */
    private void openGate(Outlet fresh, boolean byReference) {
        if (gate != null) {
            gate.open(byReference ? fresh : new Tracked(fresh), byReference, message -> fit(message, byReference));
            held += gate.held();
            expired += gate.expired();
        }
        way = new Way(fresh, byReference);
        gate = null;
        before = null;
    }

    /** Under sending. */
    private void resend(Outlet fresh, boolean byReference) {
        for (Outgoing one : List.copyOf(unsettled)) {
            if (one.message.sequence() > lastBeforeGate || accepted(one.stage)) {
                continue;
            }
            if (one.message.expiredAt(System.nanoTime())) {
                expired++;
                one.stage = CompletableFuture.failedStage(
                        new Rejected("a message on '" + name + "' waited past its lifespan"));
            } else {
                resent++;
                one.stage = fresh.publish(fit(one.message, byReference));
            }
            follow(one, one.stage);
        }
    }

    private static boolean accepted(CompletionStage<Void> stage) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        return future.isDone() && !future.isCompletedExceptionally();
    }

    /** Opens the gate to where it was: the bus stays. */
    @Override
    public synchronized void abandon(Session next) {
        if (prepared != null && prepared.session == next) {
            prepared.outlet.close();
            prepared = null;
        }
        synchronized (sending) {
            if (gate != null && before != null) {
                openGate(before.outlet, before.byReference);
            }
        }
    }

    /** No link came in time. */
    void giveUp(BusException why) {
        synchronized (sending) {
            if (gate != null) {
                gate.refuse(why);
                gate = null;
                way = null;
            }
        }
    }

    boolean reliable() {
        return qos.reliability() == Reliability.RELIABLE;
    }

    boolean keeps() {
        return keeps;
    }

    String source() {
        return source;
    }

    long lastBeforeGate() {
        synchronized (sending) {
            return lastBeforeGate;
        }
    }

    long lifespan() {
        return lifespan;
    }

    /** What the present system has accepted last, and the hub's count of readiness when the last message was sent. */
    Sent sent() {
        synchronized (sending) {
            return new Sent(accepted, sentAt);
        }
    }

    record Sent(long accepted, long at) {
    }

    /** Whether a message is under way that the present system has not acknowledged. */
    boolean unsettled() {
        synchronized (sending) {
            return unsettled.stream().anyMatch(one -> one.message.sequence() <= lastBeforeGate);
        }
    }

    /** What was moved since it was asked last. */
    Moved moved() {
        synchronized (sending) {
            Moved all = new Moved(held, resent, expired);
            held = 0;
            resent = 0;
            expired = 0;
            return all;
        }
    }

    record Moved(long held, long resent, long expired) {
    }

    /** A closed gate stays closed: what waits there waits for the next link. */
    @Override
    public synchronized void detach(Session from) {
        if (session != from) {
            return;
        }
        synchronized (sending) {
            Way former = gate == null ? way : before;
            if (gate == null) {
                way = null;
            }
            before = null;
            if (former != null) {
                former.outlet.close();
            }
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
            if (prepared != null) {
                prepared.outlet.close();
                prepared = null;
            }
            synchronized (sending) {
                Way former = gate == null ? way : before;
                way = null;
                if (gate != null) {
                    gate.refuse(new Closed("the publisher of '" + name + "' is closed"));
                    gate = null;
                }
                if (former != null) {
                    former.outlet.close();
                }
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
