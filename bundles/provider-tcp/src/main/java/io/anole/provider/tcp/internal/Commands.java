package io.anole.provider.tcp.internal;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Brings what any thread wants done to the event loop, in order, many at a time; then what was written goes out at once. */
final class Commands {
    private final EventLoop loop;
    private final Runnable after;
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();

    /** @param after done when the queue has been emptied */
    Commands(EventLoop loop, Runnable after) {
        this.loop = loop;
        this.after = after;
    }

    /** Whether it will be done; not after the loop has ended. */
    boolean add(Runnable command) {
        queue.add(command);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException ended) {
                return false;
            }
        }
        return true;
    }

    private void drain() {
        awake.set(false);
        for (Runnable command = queue.poll(); command != null; command = queue.poll()) {
            command.run();
        }
        after.run();
    }
}
