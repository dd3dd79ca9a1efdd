package io.anole.core.internal.hub;

import io.anole.bus.Statistics.LinkState;
import io.anole.core.internal.hub.Session.State;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells the log when a bus loses its connection, and when it has it again. Of a link that is closed or followed by another nothing
 * is told: who does that says so. On the sweeper's thread alone, so that no link waits for a log; and not twice within
 * {@link #PAUSE}, however often a connection comes and goes.
 */
final class LinkLog implements Sweeper.Sweepable {
    /** How long a link may take to come up for the first time before that is told, in nanoseconds. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(2);
    static final long PAUSE = TimeUnit.SECONDS.toNanos(5);

    private final String bus;
    private final Supplier<Session> present;
    private final Consumer<String> warn;
    private final Consumer<String> info;
    /** The number of the session that was looked at last: itself it would be held in memory, with its provider, after it has gone. */
    private long watched;
    /** Whether it was up by what was told of it last, and how often it had been lost by then. */
    private boolean up;
    private long losses;
    private long silentUntil;

    /** @param present the session there is now, or null */
    LinkLog(String bus, Supplier<Session> present, Consumer<String> warn, Consumer<String> info) {
        this.bus = "bus '" + bus + "' ";
        this.present = present;
        this.warn = warn;
        this.info = info;
    }

    @Override
    public long sweep(long now) {
        Session session = present.get();
        if (session == null) {
            return Sweeper.NEVER;
        }
        State state = session.state();
        boolean isUp = state.link() == LinkState.UP;
        if (session.number != watched) {
            watched = session.number;
            up = true;
            losses = 0;
            silentUntil = isUp || state.losses() > 0 ? now : state.since() + GRACE;
        }
        if (isUp == up && state.losses() == losses) {
            return Sweeper.NEVER;
        }
        if (silentUntil - now > 0) {
            return silentUntil - now;
        }
        tell(state, isUp);
        up = isUp;
        losses = state.losses();
        silentUntil = now + PAUSE;
        return Sweeper.NEVER;
    }

    private void tell(State state, boolean isUp) {
        long more = state.losses() - losses;
        String times = more > 1 ? " (lost " + more + " times since it was told last)" : "";
        if (!isUp) {
            warn.accept(bus + (state.losses() == 0 ? "has not come up yet: " : "is down" + times + ": ") + state.detail());
        } else if (!up) {
            info.accept(bus + "is up" + times + " after " + time(state.away()) + ": " + state.detail());
        } else {
            warn.accept(bus + "was down for " + time(state.away()) + times + ", and is up: " + state.detail());
        }
    }

    private static String time(long nanos) {
        return String.format(Locale.ROOT, nanos < TimeUnit.SECONDS.toNanos(10) ? "%.1f s" : "%.0f s", nanos / 1e9);
    }
}
