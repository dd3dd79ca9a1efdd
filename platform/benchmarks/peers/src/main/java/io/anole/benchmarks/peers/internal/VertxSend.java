package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.MessageBus;

/** Point to point, and requests. */
public final class VertxSend extends Peer {
    public VertxSend() {
        super("vertx-send");
    }

    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return subscribers < 2;
    }

    @Override
    public MessageBus bus() {
        return new VertxBus(false);
    }

    @Override
    public Asker asker() {
        return new VertxBus(false).serve();
    }
}
