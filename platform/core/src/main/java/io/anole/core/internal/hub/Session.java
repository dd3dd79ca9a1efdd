package io.anole.core.internal.hub;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One link of a hub, and what is known of it. Sessions are numbered: an endpoint only ever moves to a younger one. */
final class Session implements LinkListener {
    final long number;
    private final String provider;
    private final Tally tally;
    private final Runnable changed;
    private final CompletableFuture<Void> firstUp = new CompletableFuture<>();
    private volatile Link link;
    private volatile Capabilities capabilities;
    private volatile State state = new State(LinkState.DOWN, "the link is being opened", System.nanoTime(), 0, 0);
    /** Let go: what was asked of it and has no answer yet gets none. */
    private volatile boolean gone;

    /** @param changed is run whenever its state has changed, on the link's thread: it has to be short */
    Session(long number, String provider, Tally tally, Runnable changed) {
        this.number = number;
        this.provider = provider;
        this.tally = tally;
        this.changed = changed;
    }

    /**
     * @param since when it became so, as a reading of {@link System#nanoTime()}
     * @param away how long it was down the last time, in nanoseconds
     * @param losses how often it was up and then down
     */
    record State(LinkState link, String detail, long since, long away, long losses) {
        State up(String where) {
            long now = System.nanoTime();
            return new State(LinkState.UP, where, now, link == LinkState.UP ? away : now - since, losses);
        }

        State down(String reason) {
            return link == LinkState.UP ? new State(LinkState.DOWN, reason, System.nanoTime(), away, losses + 1)
                    : new State(LinkState.DOWN, reason, since, away, losses);
        }
    }

    void open(BusProvider provider, LinkConfig config) {
        Link opened = provider.open(config, this);
        capabilities = opened.capabilities();
        link = opened;
    }

    Link link() {
        return link;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    boolean byReference() {
        return capabilities.byReference();
    }

    State state() {
        return state;
    }

    /** The kind of its provider. */
    String provider() {
        return provider;
    }

    boolean isUp() {
        return state.link() == LinkState.UP;
    }

    /** When it came up last, as a reading of {@link System#nanoTime()}. */
    long upSince() {
        return state.since();
    }

    /** Waits until it is up for the first time; whether it came to that. */
    boolean awaitUp(Duration bound) throws InterruptedException {
        try {
            firstUp.get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    boolean gone() {
        return gone;
    }

    /** Closes the link. */
    void letGo() {
        gone = true;
        link.close();
    }

    @Override
    public synchronized void up(String where) {
        state = state.up(where);
        firstUp.complete(null);
        changed.run();
    }

    @Override
    public synchronized void down(String reason) {
        state = state.down(reason);
        changed.run();
    }

    @Override
    public void dropped(Drop reason, long count) {
        tally.dropped(reason, count);
    }
}
