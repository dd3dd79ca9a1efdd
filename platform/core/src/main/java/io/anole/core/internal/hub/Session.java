package io.anole.core.internal.hub;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;

/** One link of a hub, and what is known of it. Sessions are numbered: an endpoint only ever moves to a younger one. */
final class Session implements LinkListener {
    final long number;
    private final Tally tally;
    private volatile Link link;
    private volatile Capabilities capabilities;
    private volatile State state = new State(LinkState.DOWN, "the link is being opened");

    Session(long number, Tally tally) {
        this.number = number;
        this.tally = tally;
    }

    record State(LinkState link, String detail) {
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

    @Override
    public void up(String where) {
        state = new State(LinkState.UP, where);
    }

    @Override
    public void down(String reason) {
        state = new State(LinkState.DOWN, reason);
    }

    @Override
    public void dropped(Drop reason, long count) {
        tally.dropped(reason, count);
    }
}
