package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Name;

/**
 * A message on its way through the router; its body is never looked at.
 *
 * @param expires as in {@link Message#expires()}, by this JVM's clock
 */
record Routed(Name name, byte[] block, long expires) {
    static Routed of(Name name, byte[] block) {
        long life = Block.lifeOf(block);
        if (life == 0) {
            return new Routed(name, block, Message.NEVER);
        }
        long expires = System.nanoTime() + life;
        return new Routed(name, block, expires == Message.NEVER ? 1 : expires);
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
