package io.anole.gateway.internal.rosbridge;

import io.anole.bus.Message;
import io.anole.bus.Shapes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The newest messages of the topics that clients have subscribed to, so that each is written once for all of them: the bus
 * gives the same message to each subscription. Safe for any thread.
 */
final class Recent {
    /** Subscribers are seldom further apart; if they are, the message is written again. */
    private static final int KEPT = 32;
    private static final long KEPT_BYTES = 16 << 20;

    private final Map<String, Topic> topics = new HashMap<>();
    private final Shapes shapes;
    private final Trees trees;
    private final Tally tally;

    Recent(Shapes shapes, Trees trees, Tally tally) {
        this.shapes = shapes;
        this.trees = trees;
        this.tally = tally;
    }

    /** One topic of one bus. */
    final class Topic implements AutoCloseable {
        private final String key;
        private final Deque<Encoded> newest = new ArrayDeque<>();
        private long size;
        private int users;

        private Topic(String key) {
            this.key = key;
        }

        /** @throws io.anole.bus.BusException.BadShape if the body can't become a tree */
        synchronized Encoded of(Message message) {
            Iterator<Encoded> known = newest.descendingIterator();
            while (known.hasNext()) {
                Encoded encoded = known.next();
                if (encoded.message() == message) {
                    return encoded;
                }
            }
            Encoded encoded = new Encoded(message, shapes.tree(message.body()), trees, tally);
            newest.addLast(encoded);
            size += encoded.size();
            while (newest.size() > KEPT || size > KEPT_BYTES && newest.size() > 1) {
                size -= newest.removeFirst().size();
            }
            return encoded;
        }

        @Override
        public void close() {
            synchronized (topics) {
                if (--users == 0) {
                    topics.remove(key);
                }
            }
        }
    }

    /** The topic, to be closed by each that has asked for it. */
    Topic topic(String bus, String name) {
        synchronized (topics) {
            Topic topic = topics.computeIfAbsent(bus + " " + name, Topic::new);
            topic.users++;
            return topic;
        }
    }
}
