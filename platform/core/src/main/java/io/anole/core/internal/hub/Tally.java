package io.anole.core.internal.hub;

import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What an endpoint counts beyond what its queue and its sequence tell already. {@code handled} is written by the one thread
 * that runs the endpoint at a time, without a fence; all else is rare. An object of its own with room in front, so that the
 * handler's writes do not slow down publishers that read the endpoint.
 */
final class Tally {
    private static final Drop[] DROPS = Drop.values();
    private static final VarHandle HANDLED;

    static {
        try {
            HANDLED = MethodHandles.lookup().findVarHandle(Tally.class, "handled", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;
    private long handled;
    @SuppressWarnings("unused")
    private long q0, q1, q2, q3, q4, q5, q6, q7;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLongArray drops = new AtomicLongArray(DROPS.length);

    /** Only from the thread that runs the endpoint. */
    void handled() {
        HANDLED.setRelease(this, handled + 1);
    }

    /** Only from the thread that runs the endpoint. */
    long handledSoFar() {
        return handled;
    }

    /** From any thread. */
    void handledAnywhere() {
        HANDLED.getAndAdd(this, 1L);
    }

    void failed() {
        failed.incrementAndGet();
    }

    void missed() {
        missed.incrementAndGet();
    }

    void dropped(Drop reason, long count) {
        drops.addAndGet(reason.ordinal(), count);
    }

    Counters read(long sent, long received) {
        Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
        for (Drop reason : DROPS) {
            long count = drops.get(reason.ordinal());
            if (count > 0) {
                dropped.put(reason, count);
            }
        }
        return new Counters(sent, received, (long) HANDLED.getAcquire(this), failed.get(), missed.get(),
                Map.copyOf(dropped));
    }

    static Counters sum(Counters a, Counters b) {
        Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
        a.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
        b.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
        return new Counters(a.sent() + b.sent(), a.received() + b.received(), a.handled() + b.handled(),
                a.failed() + b.failed(), a.missedDeadlines() + b.missedDeadlines(), Map.copyOf(dropped));
    }
}
