package io.anole.provider.tcp.internal;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * When the event loop sleeps. What it costs to wake its thread is most of what a message takes through a router, which has
 * three of them woken. So when all is done the loop first looks for more for a moment, and gives way to others between two
 * looks; the more often in a row that was in vain, the more seldom it does. Belongs to the event loop.
 */
final class Lookout implements SelectStrategy {
    /** About what a message and its answer take through a router if everybody has to be woken. */
    static final long MOMENT_NANOS = 100_000;
    /** After so many vain tries it is tried each time only out of 2 to the power of that. */
    static final int MOST_VAIN = 7;

    private final LongSupplier clock;
    private boolean looking;
    private long until;
    private int vain;
    private int pause;

    /** @param clock in ns */
    Lookout(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Called whenever the loop has nothing to do but look.
     *
     * @param look     how many sockets are ready now
     * @param hasTasks whether other threads want something done
     * @return how many sockets are ready, or {@link SelectStrategy#SELECT} to sleep
     */
    @Override
    public int calculateStrategy(IntSupplier look, boolean hasTasks) throws Exception {
        if (!looking && !hasTasks && !begin()) {
            return SELECT;
        }
        int ready = look.get();
        if (hasTasks || ready > 0) {
            end(true);
        } else if (clock.getAsLong() - until >= 0) {
            end(false);
            return SELECT;
        } else {
            Thread.yield();
        }
        return ready;
    }

    private boolean begin() {
        if (pause > 0) {
            pause--;
            return false;
        }
        looking = true;
        until = clock.getAsLong() + MOMENT_NANOS;
        return true;
    }

    private void end(boolean helped) {
        if (looking) {
            looking = false;
            vain = helped ? 0 : Math.min(vain + 1, MOST_VAIN);
            pause = helped ? 0 : (1 << vain) - 1;
        }
    }
}
