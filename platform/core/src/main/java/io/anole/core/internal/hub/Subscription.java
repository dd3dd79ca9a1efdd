package io.anole.core.internal.hub;

import io.anole.bus.BusException.Rejected;
import io.anole.bus.Handler;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.provider.FanOut;
import io.anole.bus.provider.MessageHandler;
import io.anole.core.internal.safety.Safety;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A subscription: its buffer, and the way from there into the user's handler. Publishers, or threads of the link, put
 * messages into the buffer without ever waiting; the lane takes them out. What does not fit a full BLOCK buffer is parked
 * beside it, in order, with a stage that its publisher waits for.
 */
final class Subscription extends Attached implements MessageHandler, Sweeper.Sweepable {
    /** The shared result of a message that went straight into the buffer. */
    static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);
    /** A buffer that has room for what comes together. */
    private static final int DEEP = 4 * Inbound.MOST_LATER;
    /** A parked message is let in at once below half a buffer, and else when it has waited this long. */
    private static final long IMPATIENT = 1_000_000;
    /** A subscription that had to leave its seat comes back when so many messages have gone through its buffer; then twice. */
    private static final long LEAST_PATIENCE = 256;
    private static final long MOST_PATIENCE = 1 << 20;

    private final BusView view;
    private final Identity identity;
    private final Pattern pattern;
    private final String typeName;
    private final Qos qos;
    /** What the sources begin with that it does not hear; empty if it hears all. */
    private final String deafTo;
    /** Null where no safety rule holds. */
    private volatile Sentry sentry;
    /** Null while it is vacant. */
    private volatile Hearer<?> hearer;
    private final Buffer buffer;
    /** Where it takes messages of its topic from, beside the buffer; null if all come into the buffer. Set with parked's lock. */
    private volatile Seat seat;
    private final Seen seen;
    private final Pace pace = new Pace();
    private final Flood flood = new Flood();
    private final int depth;
    private final int mostParked;
    /** Parked messages; guarded by itself, its size told in {@link #parkedNow}. */
    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private volatile int parkedNow;
    private volatile long parkedSince;
    /** How many messages it was given at seats it has left. Guarded by parked. */
    private long givenBefore;
    /** Where it may sit. */
    private volatile Fan fan;
    /** How many must come into the buffer before it sits down again, and since when they count. Only the running thread. */
    private long patience = LEAST_PATIENCE;
    private long stoodUp;
    /** Whether the link by reference may repeat what a former link has brought. */
    private volatile boolean checking;
    /** The latest way in over a wire. */
    private volatile Inbound inbound;
    /** Held by its ways in over wires while they bring a message; a link has one thread, but two links have two. */
    private final Object order = new Object();
    /** Whether the sweeper looks after it. Guarded by parked. */
    private boolean swept;
    /** For the deadline: how many messages there were, and when that was first seen, or missed last. Only the sweeper. */
    private long receivedBefore;
    private long receivedAt = System.nanoTime();

    <T> Subscription(Hub hub, BusView view, Identity identity, Pattern pattern, Class<T> type, Qos qos, Lane lane,
            String deafTo, Handler<? super T> handler) {
        super(hub, lane);
        this.view = view;
        this.identity = identity;
        this.pattern = pattern;
        this.typeName = hub.typeName(type);
        this.qos = qos;
        this.deafTo = deafTo;
        this.hearer = new Hearer<>(type, handler);
        this.depth = qos.depth();
        this.mostParked = Math.max(1024, depth);
        this.buffer = qos.overflow() == Overflow.DROP_OLDEST ? new Buffer.Newest(depth) : new Buffer.All(depth);
        this.seen = new Seen();
        if (!qos.deadline().isZero()) {
            swept = true;
            hub.sweeper().add(this);
        }
    }

    /** Who hears it, and as what. */
    private record Hearer<T>(Class<T> type, Handler<? super T> handler) {
    }

    private static final class Parked extends CompletableFuture<Void> {
        final Message message;
        final long until;

        Parked(Message message, long until) {
            this.message = message;
            this.until = until;
        }
    }

    @Override
    Registration register(Session session) {
        if (!session.byReference()) {
            inbound = new Inbound(session, hub.session() == session, Math.max(depth, Inbound.LEAST), this);
            return session.link().subscribe(pattern, qos, inbound);
        }
        // What a new link inside this JVM keeps comes from the former one, where this subscription has heard it.
        boolean heardKept = readiedBefore(Long.MAX_VALUE);
        return session.link().subscribe(pattern, heardKept ? qos.durability(Durability.VOLATILE) : qos, this);
    }

    /** What came over a link before the bus has moved to it goes in now. */
    @Override
    public void take(Session session) {
        super.take(session);
        Inbound now = inbound;
        if (now == null) {
            return;
        }
        if (now.from == session) {
            now.open();
        } else {
            now.settle();
        }
    }

    /** How many messages the former link still has to bring before what came over the next one can follow in order. */
    long gap() {
        Inbound next = inbound;
        return next == null ? 0 : next.gap(seen);
    }

    @Override
    public CompletionStage<Void> accept(Message message) {
        return checking && known(message) ? DONE : enter(message, false);
    }

    Object order() {
        return order;
    }

    /** Whether this message was here before; then it is counted. */
    boolean known(Message message) {
        boolean before = seen.before(message);
        if (before) {
            tally.dropped(Drop.DUPLICATE, 1);
        }
        return before;
    }

    boolean hears(Name name) {
        return pattern.matches(name);
    }

    boolean reliable() {
        return qos.reliability() == Reliability.RELIABLE;
    }

    /** How many of a source's messages up to this one have not come over a wire yet. */
    long missing(String source, Name name, long last) {
        return Math.max(0, last - seen.highest(source, name));
    }

    /** All up to this message has come, however it did. */
    void heard(String source, Name name, long last) {
        seen.advance(source, name, last);
    }

    /** From now on also a link by reference is not trusted to bring each message once. */
    void check() {
        checking = true;
        leaveSeat();
    }

    /** Whether the bus is on this session. */
    boolean on(Session session) {
        return hub.session() == session;
    }

    void overflowed() {
        tally.dropped(Drop.OVERFLOW, 1);
    }

    @Override
    public synchronized void guard(Safety safety) {
        if (!safety.guards(pattern)) {
            sentry = null;
        } else if (sentry == null) {
            sentry = new Sentry(safety, pattern, tally);
            leaveSeat();
        } else {
            sentry.renew(pattern);
        }
    }

    @Override
    public Optional<FanOut> fanOut() {
        return Optional.of(new Fan());
    }

    /** This fan has it among its own. */
    void belongsTo(Fan one) {
        fan = one;
    }

    int depth() {
        return depth;
    }

    /** How many messages have come into its buffer. */
    long buffered() {
        return buffer.offered();
    }

    /** How many messages fit into its buffer. */
    long room() {
        return Math.max(0, depth - buffer.size() - parkedNow);
    }

    /** Whether it may take a seat: nothing looks at its messages one by one as they come, and nobody is held back by it. */
    boolean maySit() {
        return mayStay() && qos.overflow() != Overflow.DROP_OLDEST && pattern.name().isPresent() && parkedNow == 0
                && seat == null;
    }

    /** Whether it may keep the seat it has. */
    boolean mayStay() {
        return sentry == null && !checking && deafTo.isEmpty() && !ended();
    }

    /** Takes a seat; false if it has one. */
    boolean sit(Seat at) {
        synchronized (parked) {
            if (seat != null) {
                return false;
            }
            seat = at;
            return true;
        }
    }

    /** From now on messages come into the buffer. */
    private void leaveSeat() {
        Seat at = seat;
        if (at != null && !at.left()) {
            at.fan.leave(at);
        }
    }

    /** The class its handler takes, or null while it is vacant. */
    Class<?> type() {
        Hearer<?> to = hearer;
        return to == null ? null : to.type;
    }

    /** Hands over a safe message, before all that waits. */
    void say(Message safe) {
        Sentry by = sentry;
        if (by != null && !ended()) {
            by.say(safe);
            schedule();
        }
    }

    /** Handles what waits; told by a link that has put messages in without. */
    void wake() {
        if (waiting()) {
            schedule();
        }
    }

    /** @param more whether {@link #wake} follows, so that the handler need not begin yet */
    CompletionStage<Void> enter(Message came, boolean more) {
        if (!deafTo.isEmpty() && came.source().startsWith(deafTo)) {
            return DONE;
        }
        Sentry by = sentry;
        Message message = by == null ? came : by.judge(came);
        if (message == null) {
            return DONE;
        }
        leaveSeat();
        if (parkedNow == 0) {
            int outcome = offer(message);
            if (outcome >= 0) {
                if (outcome > 0) {
                    tally.dropped(Drop.OVERFLOW, outcome);
                }
                if (!more || depth < DEEP) {
                    schedule();
                }
                return DONE;
            }
        }
        return full(message);
    }

    private int offer(Message message) {
        Seat at = seat;
        return buffer.offer(message, at == null ? 0 : at.waiting());
    }

    private CompletionStage<Void> full(Message message) {
        if (ended()) {
            tally.dropped(Drop.CLOSED, 1);
            return DONE;
        }
        if (qos.overflow() == Overflow.REJECT) {
            return refuse("holds " + depth + " messages, as many as it may");
        }
        if (blockedBy(Thread.currentThread())) {
            return refuse("is full, and only the publishing thread itself could empty it");
        }
        long now = System.nanoTime();
        Parked one = new Parked(message, now + hub.config().blockTimeout().toNanos());
        synchronized (parked) {
            if (parked.isEmpty() && offer(message) >= 0) {
                one = null;
            } else if (parked.size() >= mostParked) {
                return refuse("is full, and " + mostParked + " publishers wait for it");
            } else {
                parked.add(one);
                parkedNow = parked.size();
                if (parkedNow == 1) {
                    parkedSince = now;
                }
                if (!swept) {
                    swept = true;
                    hub.sweeper().add(this);
                }
            }
        }
        schedule();
        if (one == null) {
            return DONE;
        }
        if (ended()) {
            letGo();
        }
        hub.sweeper().arm();
        return one;
    }

    private CompletionStage<Void> refuse(String why) {
        tally.dropped(Drop.REJECTED, 1);
        return CompletableFuture.failedStage(new Rejected(what() + " " + why));
    }

    /** Nothing is handled until it is occupied. */
    void vacate() {
        hearer = null;
    }

    <T> void occupy(Class<T> type, Handler<? super T> handler) {
        hearer = new Hearer<>(type, handler);
        if (waiting()) {
            schedule();
        }
    }

    @Override
    boolean next() {
        Hearer<?> to = hearer;
        if (to == null) {
            return false;
        }
        Sentry by = sentry;
        if (by != null && by.saying()) {
            deliver(by.next(unhandled()), to);
            return true;
        }
        Seat at = seat;
        Message message = at == null ? buffer.poll() : take(at);
        if (message == null) {
            if (parkedNow == 0) {
                return at == null && sitDown();
            }
            admit();
            return !buffer.isEmpty();
        }
        if (message.expires() != Message.NEVER && message.expiredAt(System.nanoTime())) {
            if (by == null) {
                tally.dropped(Drop.EXPIRED, 1);
            } else {
                by.expired(message);
            }
        } else if (by == null || !by.holds(message, unhandled())) {
            deliver(message, to);
        }
        if (parkedNow != 0 && (unhandled() - parkedNow <= depth / 2 || System.nanoTime() - parkedSince > IMPATIENT)) {
            admit();
        }
        return true;
    }

    /**
     * The next message if it has, or had, a seat. What comes into the buffer while it sits goes before what it finds at the
     * ring from then on: a publisher that goes over from the ring to the buffer has it leave its seat first. What comes into
     * the buffer after that goes after all that is left at the ring.
     */
    private Message take(Seat at) {
        if (at.hasNext()) {
            return at.take();
        }
        // In this order.
        long index = at.index();
        boolean more = !buffer.isEmpty() || parkedNow != 0;
        if (!at.left()) {
            return more ? buffer.poll() : at.look(index) ? at.take() : null;
        }
        if (buffer.gone() < at.buffered()) {
            return buffer.poll();
        }
        if (at.lookAtRest()) {
            return at.take();
        }
        synchronized (parked) {
            givenBefore += at.given();
            seat = null;
        }
        stoodUp = buffer.gone();
        return buffer.poll();
    }

    /** Takes a seat again if it has caught up; false, there is nothing to handle. */
    private boolean sitDown() {
        Fan at = fan;
        if (at != null && buffer.offered() - stoodUp >= patience) {
            stoodUp = buffer.offered();
            patience = Math.min(2 * patience, MOST_PATIENCE);
            at.seat(this);
        }
        return false;
    }

    private long unhandled() {
        Seat at = seat;
        return buffer.size() + parkedNow + (at == null ? 0 : at.waiting());
    }

    private long received() {
        synchronized (parked) {
            Seat at = seat;
            return buffer.offered() + givenBefore + (at == null ? 0 : at.given());
        }
    }

    @SuppressWarnings("unchecked")
    private <T> void deliver(Message message, Hearer<T> to) {
        Object body = message.body();
        T typed;
        if (body == null || to.type.isInstance(body)) {
            typed = (T) body;
        } else {
            try {
                typed = hub.shapes().as(body, to.type);
            } catch (RuntimeException e) {
                tally.dropped(Drop.MALFORMED, 1);
                malformed(message.name().toString(), e);
                return;
            }
        }
        SlowHandler watch = SlowHandler.begun();
        try {
            to.handler.handle(typed, message);
            tally.handled();
        } catch (Throwable e) {
            failure("the handler of a message on '" + message.name() + "' from '" + message.source() + "'", e);
        }
        if (watch != null) {
            watch.over(hub.config().bus(), message.name(), identity.participant(), message.source());
        }
    }

    /** Lets parked messages into the buffer, in order, and their publishers go on. Only from the running thread. */
    private void admit() {
        List<Parked> admitted = new ArrayList<>();
        synchronized (parked) {
            for (Parked first = parked.peek(); first != null && offer(first.message) >= 0; first = parked.peek()) {
                admitted.add(parked.poll());
            }
            parkedNow = parked.size();
            parkedSince = System.nanoTime();
        }
        admitted.forEach(one -> one.complete(null));
    }

    /** Refuses what has been parked too long, and looks after the deadline. */
    @Override
    public long sweep(long now) {
        long wait = parkedNow == 0 ? Sweeper.NEVER : refuseLate(now);
        long deadline = qos.deadline().toNanos();
        if (deadline > 0) {
            long received = received();
            if (received != receivedBefore) {
                receivedBefore = received;
                receivedAt = now;
            } else if (now - receivedAt >= deadline) {
                receivedAt = now;
                tally.missed();
            }
            wait = Math.min(wait, Math.max(Sweeper.TICK, Math.min(deadline / 4, receivedAt + deadline - now)));
        }
        return wait;
    }

    private long refuseLate(long now) {
        List<Parked> late = new ArrayList<>();
        long wait;
        synchronized (parked) {
            for (Parked first = parked.peek(); first != null && now - first.until >= 0; first = parked.peek()) {
                late.add(parked.poll());
            }
            parkedNow = parked.size();
            wait = parked.isEmpty() ? Sweeper.NEVER : parked.peek().until - now;
        }
        for (Parked one : late) {
            tally.dropped(Drop.REJECTED, 1);
            one.completeExceptionally(new Rejected(what() + " was full for "
                    + hub.config().blockTimeout().toMillis() + " ms (block.timeout.ms); its handler is too slow"));
        }
        return wait;
    }

    @Override
    int pause(int together) {
        return pace.after(together);
    }

    @Override
    boolean flood() {
        return flood.at(System.nanoTime(), tally.handledSoFar());
    }

    @Override
    boolean waiting() {
        Sentry by = sentry;
        Seat at = seat;
        return hearer != null && (!buffer.isEmpty() || parkedNow != 0 || at != null && at.waiting() > 0
                || by != null && by.saying());
    }

    @Override
    void discard() {
        leaveSeat();
        Seat at = seat;
        long lost = at == null ? 0 : at.clear();
        while (buffer.poll() != null) {
            lost++;
        }
        if (lost > 0) {
            tally.dropped(Drop.CLOSED, lost);
        }
        letGo();
        hub.sweeper().remove(this);
        hub.forget(this, view);
    }

    private void letGo() {
        List<Parked> rest;
        synchronized (parked) {
            rest = List.copyOf(parked);
            parked.clear();
            parkedNow = 0;
        }
        if (!rest.isEmpty()) {
            tally.dropped(Drop.CLOSED, rest.size());
            rest.forEach(one -> one.complete(null));
        }
    }

    @Override
    String what() {
        return "the subscription of '" + identity.participant() + "' to '" + pattern + "' on bus '" + hub.config().bus() + "'";
    }

    @Override
    public Statistics.Endpoint describe() {
        Sentry by = sentry;
        return new Statistics.Endpoint(Kind.SUBSCRIPTION, identity.participant(), pattern.toString(),
                typeName, tally.read(0, received() + (by == null ? 0 : by.said())), unhandled());
    }
}
