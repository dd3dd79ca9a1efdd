package io.anole.core.internal.hub;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.MessageHandler;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The way of one subscription's messages in from one link over a wire, where they may come again: by themselves, or over two
 * links while the bus is moved. What comes before the bus has moved to this link waits, since the former link, if it leads to
 * the same system, may be behind with what was sent before.
 */
final class Inbound implements MessageHandler {
    /** Messages that may wait at least. */
    static final int LEAST = 4096;
    /** Messages after which the handler begins though more are on their way. */
    static final int MOST_LATER = 64;

    final Session from;
    private final Subscription to;
    private final int most;
    /** The subscription's, of all its ways in: what counts as heard must be in its buffer before another way brings the next. */
    private final Object order;
    /** Guarded by this object, as is the next. */
    private final ArrayDeque<Early> waiting = new ArrayDeque<>();
    private final Map<Flow, Long> firsts = new HashMap<>();
    private volatile boolean open;
    /** Messages since the handler was last made to begin. Only the link's thread. */
    private int later;

    Inbound(Session from, boolean open, int most, Subscription to) {
        this.from = from;
        this.open = open;
        this.most = most;
        this.to = to;
        this.order = to.order();
    }

    private record Early(Message message, CompletableFuture<Void> taken) {
    }

    private record Flow(String source, Name name) {
    }

    @Override
    public CompletionStage<Void> acceptSome(Message message) {
        if (++later >= MOST_LATER) {
            later = 0;
            return accept(message, false);
        }
        return accept(message, true);
    }

    @Override
    public void rest() {
        later = 0;
        to.wake();
    }

    @Override
    public CompletionStage<Void> accept(Message message) {
        return accept(message, false);
    }

    private CompletionStage<Void> accept(Message message, boolean more) {
        if (message.sequence() == 0) {
            // Nothing tells it from its double; so only one link is heard at a time.
            return to.on(from) ? to.enter(message, more) : Subscription.DONE;
        }
        if (!open) {
            synchronized (this) {
                if (!open) {
                    return keep(message);
                }
            }
        }
        return enter(message, more);
    }

    private CompletionStage<Void> enter(Message message, boolean more) {
        synchronized (order) {
            return to.known(message) ? Subscription.DONE : to.enter(message, more);
        }
    }

    private CompletionStage<Void> keep(Message message) {
        if (waiting.size() >= most) {
            to.overflowed();
            return Subscription.DONE;
        }
        Early early = new Early(message, new CompletableFuture<>());
        waiting.add(early);
        firsts.putIfAbsent(new Flow(message.source(), message.name()), message.sequence());
        return early.taken;
    }

    /** The bus is on this link now. */
    synchronized void open() {
        for (Early early = waiting.poll(); early != null; early = waiting.poll()) {
            CompletableFuture<Void> taken = early.taken;
            enter(early.message, false).whenComplete((done, error) -> {
                if (error == null) {
                    taken.complete(null);
                } else {
                    taken.completeExceptionally(error);
                }
            });
        }
        firsts.clear();
        open = true;
    }

    /** What counts as heard is in the buffer when this returns; for what follows it without a wire. */
    void settle() {
        synchronized (order) {
            // Whoever was between the two has left.
        }
    }

    /** How many messages are missing between what was seen and what waits, of sources that were seen. */
    synchronized long gap(Seen seen) {
        long all = 0;
        for (Map.Entry<Flow, Long> first : firsts.entrySet()) {
            long highest = seen.highest(first.getKey().source, first.getKey().name);
            if (highest > 0) {
                all += Math.max(0, first.getValue() - 1 - highest);
            }
        }
        return all;
    }
}
