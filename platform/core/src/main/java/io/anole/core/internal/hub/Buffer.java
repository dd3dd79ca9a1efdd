package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.util.ArrayDeque;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/** A bounded buffer: filled by any thread, emptied by one at a time. */
abstract sealed class Buffer {
    /**
     * How many messages had to go to make room, or -1 if there is none.
     *
     * @param before how many wait elsewhere that count as if they were here
     */
    abstract int offer(Message message, long before);

    abstract Message poll();

    /** Seen in one order with {@link #offer} by all threads. */
    abstract boolean isEmpty();

    abstract int size();

    /** How many were ever put in. */
    abstract long offered();

    /** How many of those are out again. Only from the thread that empties it. */
    abstract long gone();

    /** Refuses what is too much. */
    static final class All extends Buffer {
        private final MpscAtomicArrayQueue<Message> queue;
        private final int depth;
        private final boolean exact;

        All(int depth) {
            this.depth = depth;
            queue = new MpscAtomicArrayQueue<>(Math.max(2, depth));
            exact = queue.capacity() == depth;
        }

        @Override
        int offer(Message message, long before) {
            boolean taken = exact && before == 0 ? queue.offer(message)
                    : queue.offerIfBelowThreshold(message, (int) Math.max(0, depth - before));
            return taken ? 0 : -1;
        }

        @Override
        Message poll() {
            return queue.poll();
        }

        @Override
        boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        int size() {
            return queue.size();
        }

        @Override
        long offered() {
            return queue.currentProducerIndex();
        }

        @Override
        long gone() {
            return queue.currentConsumerIndex();
        }
    }

    /**
     * Keeps the newest. A lock, held for a few instructions: without one, two publishers that both see a full buffer could
     * drop both of their own messages.
     */
    static final class Newest extends Buffer {
        private final ArrayDeque<Message> queue = new ArrayDeque<>(4);
        private final int depth;
        private long offered;

        Newest(int depth) {
            this.depth = depth;
        }

        @Override
        synchronized int offer(Message message, long before) {
            int dropped = 0;
            if (queue.size() >= depth) {
                queue.poll();
                dropped = 1;
            }
            queue.add(message);
            offered++;
            return dropped;
        }

        @Override
        synchronized Message poll() {
            return queue.poll();
        }

        @Override
        synchronized boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        synchronized int size() {
            return queue.size();
        }

        @Override
        synchronized long offered() {
            return offered;
        }

        @Override
        synchronized long gone() {
            return offered - queue.size();
        }
    }
}
