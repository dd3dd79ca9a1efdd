package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Name;
import java.util.List;

/**
 * A message on its way through the router, or several of one address together; their bodies are never looked at.
 *
 * @param count   how many it is; with more than one the block is one of many
 * @param expires as in {@link Message#expires()}, by this JVM's clock
 */
record Routed(Name name, byte[] block, int count, long expires) {
    static Routed many(Name name, byte[] block, int count) {
        return new Routed(name, block, count, Message.NEVER);
    }

    /** @param clock of the side that it came from */
    static Routed of(Name name, byte[] block, PeerClock clock) {
        return new Routed(name, block, 1, clock.expires(Block.lifeOf(block)));
    }

    /** Each by itself. */
    List<Routed> split() {
        return Block.split(block).stream().map(one -> new Routed(name, one, 1, expires)).toList();
    }

    /** What is left of its life now, as below. */
    long left() {
        return expires == Message.NEVER ? 0 : left(System.nanoTime());
    }

    /** What is left of its life: 0 for ever, negative if it is over. */
    long left(long now) {
        if (expires == Message.NEVER) {
            return 0;
        }
        long left = expires - now;
        return left == 0 ? -1 : left;
    }
}
