package io.anole.gateway.internal.rosbridge;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import io.anole.gateway.internal.door.Door;
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

    private final Map<Key, Topic> topics = new HashMap<>();
    private final Shapes shapes;
    private final Trees trees;
    private final Tally tally;

    Recent(Shapes shapes, Trees trees, Tally tally) {
        this.shapes = shapes;
        this.trees = trees;
        this.tally = tally;
    }

    private record Key(Door door, Name name) {
    }

    /** One topic of one bus. */
    final class Topic implements AutoCloseable {
        private final Key key;
        private final Deque<Encoded> newest = new ArrayDeque<>();
        private long size;
        private int users;
        private RosType type;
        private long typeOf;

        private Topic(Key key) {
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
            Encoded encoded = new Encoded(message, shapes.tree(message.body()), this::type, trees, tally);
            newest.addLast(encoded);
            size += encoded.size();
            while (newest.size() > KEPT || size > KEPT_BYTES && newest.size() > 1) {
                size -= newest.removeFirst().size();
            }
            return encoded;
        }

        /** The topic's type, as it is announced now. */
        private synchronized RosType type() {
            long changes = key.door().graph().changes();
            if (type == null || changes != typeOf) {
                Endpoint endpoint = key.door().graph().typed(key.name(), Kind.PUBLISHER, Kind.SUBSCRIPTION)
                        .orElseThrow(() -> new BadShape("nobody has told the type of " + key.name()));
                type = RosType.of(endpoint.type(), endpoint.shape());
                typeOf = changes;
            }
            return type;
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
    Topic topic(Door door, Name name) {
        synchronized (topics) {
            Topic topic = topics.computeIfAbsent(new Key(door, name), Topic::new);
            topic.users++;
            return topic;
        }
    }
}
