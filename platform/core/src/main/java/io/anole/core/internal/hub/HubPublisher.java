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
import io.anole.core.internal.hub.Transit.Way;
import io.anole.core.internal.safety.Guard;
import io.anole.core.internal.safety.Safety;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A publisher. What it needs per message is in its fields; the way over the present link is kept by its {@link Transit}, replaced from
 * outside when the link changes, and null while there is none. A pending stage holds the caller back: at once where bodies
 * pass by reference (there it can only mean a full buffer, or a gate), and beyond the window of unacknowledged messages
 * elsewhere.
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
    /** In ns, 0 for ever: its own, or that of a safety rule if shorter. */
    private volatile long lifespan;
    /** Null where no safety rule holds. */
    private volatile Guard guard;
    private final boolean anyType;
    private final boolean keeps;
    private final Clock clock;
    private final Stamp stamp;
    private final Window window;
    private final Batch.Ended ended = this::ended;
    private final AtomicLong sequence = new AtomicLong();
    private final Tally tally = new Tally();
    private final Transit transit;
    /** Why the present link gives no outlet. */
    private volatile BusException refusal;
    /** A stage of the link that was seen to be completed: most links return the same one each time. */
    private CompletionStage<Void> completed = Subscription.DONE;
    private TypeOf typeOf;
    private volatile boolean closed;
    /** Guarded by this object, as is the next. */
    private Session session;
    /** The outlet on a session that may become the one. */
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
        this.stamp = new Stamp(clock);
        this.anyType = type == Object.class;
        this.keeps = qos.durability() == Durability.TRANSIENT_LOCAL;
        this.typeOf = new TypeOf(type, hub.typeName(type));
        this.window = new Window(Math.max(1, hub.config().publishWindow()));
        this.transit = new Transit(hub, sequence::get, message -> message.withBody(hub.shapes().tree(message.body())));
    }

    /** The name of the class of the latest body, for publishers of any type. */
    private record TypeOf(Class<?> type, String name) {
    }

    private record Prepared(Session session, Outlet outlet) {
    }

    /** Sends on what comes from elsewhere, by a publisher of any type. */
    record Relay(HubPublisher<Object> to) implements Publisher<Message> {
        @Override
        public Name name() {
            return to.name;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            return publish(message, message.headers());
        }

        @Override
        public CompletionStage<Void> publish(Message message, Map<String, String> headers) {
            return to.publish(message.body(), headers, message);
        }

        @Override
        public void close() {
            to.close();
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
        return publish(body, headers, null);
    }

    /** Publishes; what comes from elsewhere keeps its type, its time and what is left of its life. */
    private CompletionStage<Void> publish(T body, Map<String, String> headers, Message from) {
        Way now = transit.way();
        if (now == null) {
            return nowhere();
        }
        Guard by = guard;
        Drop refused = by == null ? null : by.refuses(source);
        if (refused != null) {
            return guarded(by, refused);
        }
        if (body != null && !type.isInstance(body)) {
            throw unfit(body);
        }
        if (headers.size() > MOST_HEADERS) {
            throw tooMany(headers);
        }
        if (!now.byReference()) {
            return acknowledged(body, headers, from);
        }
        if (keeps) {
            return keeping(body, headers, from);
        }
        Message message = message(body, from == null ? typeOf(body) : from.type(), headers, from);
        CompletionStage<Void> stage = now.outlet().publish(message);
        return stage == Subscription.DONE || stage == completed ? stage : held(now, message, stage);
    }

    /** What happens rarely is apart from {@link #publish}: so that is small enough for the compiler to put it into its callers. */
    private CompletionStage<Void> guarded(Guard by, Drop refused) {
        tally.failed();
        tally.dropped(refused, 1);
        by.refused(refused, source);
        return CompletableFuture.failedStage(new Rejected(by.why(refused, source)));
    }

    private IllegalArgumentException unfit(Object body) {
        return new IllegalArgumentException("the publisher of '" + name + "' takes " + type.getName() + ", not "
                + body.getClass().getName());
    }

    private IllegalArgumentException tooMany(Map<String, String> headers) {
        return new IllegalArgumentException("a message on '" + name + "' has " + headers.size() + " headers, " + MOST_HEADERS
                + " are allowed");
    }

    private Message message(Object body, String typeName, Map<String, String> headers, Message from) {
        Map<String, String> own = Map.copyOf(headers);
        long number = sequence.incrementAndGet();
        long life = lifespan;
        if (from == null && life == 0) {
            return new Message(name, typeName, own, body, source, number, stamp.time(number), Message.NEVER);
        }
        long now = System.nanoTime();
        long expires = Message.NEVER;
        if (life != 0) {
            expires = now + life;
            if (expires == Message.NEVER) {
                // By chance: a nanosecond more.
                expires++;
            }
        }
        long time = clock.wall(now);
        if (from != null) {
            time = from.time();
            if (from.expires() != Message.NEVER && (expires == Message.NEVER || from.expires() - expires < 0)) {
                expires = from.expires();
            }
        }
        return new Message(name, typeName, own, body, source, number, time, expires);
    }

    @Override
    public synchronized void guard(Safety safety) {
        Guard found = safety.guard(name);
        long limit = found == null ? 0 : found.limit();
        long wanted = qos.lifespan().toNanos();
        lifespan = limit == 0 || wanted != 0 && wanted < limit ? wanted : limit;
        guard = found;
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

    /** Publishes by reference what another link must be given too. */
    private CompletionStage<Void> keeping(T body, Map<String, String> headers, Message from) {
        String typeName = from == null ? typeOf(body) : from.type();
        Transit.Passed passed = transit.keep(
                now -> message(now.byReference() ? body : hub.shapes().tree(body), typeName, headers, from));
        if (passed == null) {
            return nowhere();
        }
        CompletionStage<Void> stage = passed.stage();
        return stage == Subscription.DONE || stage == completed ? stage : held(passed.way(), passed.message(), stage);
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
                return hub.dispatcher().away(future);
            }
            future.get(bound, TimeUnit.MILLISECONDS);
            return Subscription.DONE;
        } catch (ExecutionException e) {
            Way now = transit.way();
            if (e.getCause() instanceof Closed && now != null && now != through && !closed) {
                return again(now, message);
            }
            failed(future);
            return stage;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(future);
            return hub.dispatcher().away(future);
        } catch (TimeoutException e) {
            Rejected late = new Rejected(late());
            if (!future.completeExceptionally(late)) {
                failed(future);
                return hub.dispatcher().away(future);
            }
            count(late);
            return CompletableFuture.failedStage(late);
        }
    }

    /** The link was replaced between the look at the way and the publish: nobody has had the message. */
    private CompletionStage<Void> again(Way now, Message message) {
        if (now.byReference()) {
            CompletionStage<Void> stage = now.outlet().publish(message);
            return stage == Subscription.DONE ? stage : held(now, message, stage);
        }
        CompletionStage<Void> stage = transit.track(now.outlet(), transit.fit(message, false));
        failed(stage.toCompletableFuture());
        return stage;
    }

    /** Publishes as a tree, over a link that acknowledges later. */
    private CompletionStage<Void> acknowledged(T body, Map<String, String> headers, Message from) {
        Object tree = hub.shapes().tree(body);
        String typeName = from == null ? typeOf(body) : from.type();
        int places = window.places(tree);
        try {
            if (!window.take(places, hub.config().blockTimeout())) {
                Rejected late = new Rejected(late());
                count(late);
                return CompletableFuture.failedStage(late);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tally.failed();
            return CompletableFuture.failedStage(
                    new Rejected("interrupted while it waited to publish on '" + name + "'"));
        }
        CompletionStage<Void> stage;
        try {
            stage = transit.send(now -> message(tree, typeName, headers, from), keeps, places, ended);
        } catch (RuntimeException e) {
            window.giveBack(places);
            tally.failed();
            return CompletableFuture.failedStage(e);
        }
        if (stage == null) {
            window.giveBack(places);
            return nowhere();
        }
        if (!(stage instanceof Batch.Place)) {
            window.giveBack(places);
        }
        return stage;
    }

    /** A message that was under way is not any more. */
    private void ended(int places, Throwable error) {
        window.giveBack(places);
        if (error != null) {
            count(Cause.of(error));
        }
    }

    /** Counts it if it fails. */
    private void failed(CompletableFuture<Void> future) {
        future.exceptionally(error -> {
            count(Cause.of(error));
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
            take(next);
        } catch (BusException e) {
            synchronized (this) {
                session = next;
                refusal = e;
            }
            transit.close(e, false);
            throw e;
        }
    }

    @Override
    public synchronized CompletionStage<Void> prepare(Session next) {
        if (!closed && older(next)) {
            outlet(next);
        }
        return Subscription.DONE;
    }

    /** Its outlet on the session, made now unless it was made ready; also if it has been closed meanwhile, which then closes this. */
    private Outlet outlet(Session next) {
        if (prepared == null || prepared.session != next) {
            prepared = new Prepared(next, next.link().advertise(name, typeOf.name, qos));
        }
        return prepared.outlet;
    }

    private boolean older(Session next) {
        return session == null || session.number < next.number;
    }

    /** Gives the session it was made ready for the message that the former one has kept. */
    synchronized void leaveKept(Session next) {
        Message last = transit.kept();
        if (last != null && prepared != null && prepared.session == next && !last.expiredAt(System.nanoTime())) {
            prepared.outlet.publish(transit.fit(last, next.byReference()));
        }
    }

    @Override
    public synchronized void take(Session next) {
        if (closed || !older(next)) {
            return;
        }
        Outlet fresh = outlet(next);
        session = next;
        prepared = null;
        refusal = null;
        completed = Subscription.DONE;
        if (hub.config().publishWindow() == 0) {
            window.resize(next.link().publishWindow());
        }
        transit.take(fresh, next.byReference());
    }

    @Override
    public synchronized void abandon(Session next) {
        if (prepared != null && prepared.session == next) {
            prepared.outlet.close();
            prepared = null;
        }
        transit.stay();
    }

    @Override
    public synchronized void detach(Session from) {
        if (session == from) {
            transit.leave();
        }
    }

    Transit transit() {
        return transit;
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

    long lifespan() {
        return lifespan;
    }

    @Override
    public void markEnded() {
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            if (prepared != null) {
                prepared.outlet.close();
                prepared = null;
            }
        }
        transit.close(new Closed("the publisher of '" + name + "' is closed"), true);
        hub.forget(this, view);
    }

    @Override
    public Statistics.Endpoint describe() {
        return new Statistics.Endpoint(Kind.PUBLISHER, identity.participant(), name.toString(), hub.typeName(type),
                tally.read(sequence.get(), 0), 0);
    }
}
