package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.MessageBus;

/** To all consumers. */
public final class VertxPublish extends Peer {
    public VertxPublish() {
        super("vertx-publish");
    }

    @Override
    public MessageBus bus() {
        return new VertxBus(true);
    }
}
