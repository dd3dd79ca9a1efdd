package io.anole.gateway.internal.rosbridge;

import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits of one topic for one client. Several subscriptions of a client to one topic are one feed, as in rosbridge: the
 * client tells them apart by itself. Guarded by the outbox it belongs to.
 */
final class Feed {
    /**
     * What one subscription asks for.
     *
     * @param throttle nanoseconds between messages
     * @param queue    messages that may wait; 0 for what the configuration says
     * @param fragment characters of a frame at most; 0 for any number
     */
    record Wish(long throttle, int queue, int fragment, Compression compression) {
    }

    private record Waiting(Encoded message, long since) {
    }

    private final String topic;
    private final int queueDefault;
    private final long age;
    private final Tally tally;
    private final Map<String, Wish> wishes = new LinkedHashMap<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private Iterator<Frame> current = Collections.emptyIterator();
    private Wish wish = new Wish(0, 0, 0, Compression.NONE);
    private boolean unwritable;
    private boolean sent;
    private long sentAt;
    private long size;

    /**
     * @param topic as the client writes it
     * @param age   nanoseconds after which a waiting message gives way to a newer one
     */
    Feed(String topic, int queueDefault, long age, Tally tally) {
        this.topic = topic;
        this.queueDefault = queueDefault;
        this.age = age;
        this.tally = tally;
    }

    String topic() {
        return topic;
    }

    void wish(String id, Wish one) {
        wishes.put(id, one);
        merge();
    }

    /** Takes a subscription away, or all if the id is null; whether any is left. */
    boolean unwish(String id) {
        if (id == null) {
            wishes.clear();
        } else {
            wishes.remove(id);
        }
        merge();
        return !wishes.isEmpty();
    }

    private void merge() {
        long throttle = wishes.values().stream().mapToLong(Wish::throttle).min().orElse(0);
        int queue = wishes.values().stream().mapToInt(Wish::queue).max().orElse(0);
        int fragment = wishes.values().stream().mapToInt(Wish::fragment).filter(size -> size > 0).min().orElse(0);
        wish = new Wish(throttle, queue, fragment, wishes.values().stream().map(Wish::compression)
                .max(Comparator.naturalOrder()).orElse(Compression.NONE));
    }

    Wish wish() {
        return wish;
    }

    long size() {
        return size;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && !current.hasNext();
    }

    void add(Encoded message, long now) {
        int most = wish.queue() > 0 ? wish.queue() : wish.throttle() > 0 ? 1 : queueDefault;
        while (waiting.size() >= most) {
            drop(wish.throttle() > 0 ? Of.DROPPED_THROTTLE : Of.DROPPED_QUEUE);
        }
        waiting.addLast(new Waiting(message, now));
        size += message.size();
    }

    /** Drops the oldest. */
    void drop(Of reason) {
        size -= waiting.removeFirst().message().size();
        tally.count(reason);
    }

    boolean droppable() {
        return !waiting.isEmpty();
    }

    /** Nanoseconds until the next frame may go; 0 or less for now. Asked only if it isn't empty. */
    long due(long now) {
        return current.hasNext() || !sent ? 0 : sentAt + wish.throttle() - now;
    }

    /** The rest of a message that is on its way in fragments, or null. */
    Frame fragment() {
        return current.hasNext() ? current.next() : null;
    }

    /** The next message to write, or null. */
    Encoded next(long now) {
        if (wish.queue() == 0) {
            while (waiting.size() > 1 && now - waiting.peekFirst().since() > age) {
                drop(Of.DROPPED_AGE);
            }
        }
        Waiting next = waiting.pollFirst();
        if (next == null) {
            return null;
        }
        size -= next.message().size();
        sent = true;
        sentAt = now;
        return next.message();
    }

    /** A message can't be written as is wished. Whether it is the first: the client need not hear of each. */
    boolean unwritable() {
        boolean first = !unwritable;
        unwritable = true;
        return first;
    }

    /** Frames that go one by one, with those of other feeds between them. */
    void fragments(Iterator<Frame> frames) {
        current = frames;
    }
}
