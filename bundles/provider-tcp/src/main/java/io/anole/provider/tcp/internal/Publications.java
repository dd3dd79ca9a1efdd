package io.anole.provider.tcp.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.Outlet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a link publishes. A RELIABLE message is kept until every session that shall have it has acknowledged it, and is sent
 * again to a router that may not have it. Its publisher's stage is done before: when the router has it and has room for it.
 */
final class Publications {
    /** Messages, and bytes of them, that are sent together at most. */
    private static final int MANY = 64;
    private static final int MOST_TOGETHER = 32 << 10;

    private final TcpLink link;
    private final Wire wire;
    private final LinkListener listener;
    private final Settings settings;
    private final Ring<Outgoing> kept = new Ring<>();
    private int count;
    private long bytes;
    /** Accepted, but kept beside too many others. */
    private final ArrayDeque<Outgoing> over = new ArrayDeque<>();
    private final Set<TopicOutlet> retaining = new LinkedHashSet<>();
    private Out out;

    Publications(TcpLink link, Wire wire, LinkListener listener, Settings settings) {
        this.link = link;
        this.wire = wire;
        this.listener = listener;
        this.settings = settings;
    }

    /** What is sent as one: a message, or as many as came while the event loop had no time for the first of them. */
    private abstract class Outgoing extends CompletableFuture<Void> implements Runnable {
        final Name name;
        private final boolean reliable;
        final long expires;
        private boolean accepted;

        Outgoing(Name name, boolean reliable, long expires) {
            this.name = name;
            this.reliable = reliable;
            this.expires = expires;
        }

        @Override
        public void run() {
            send(this);
        }

        /** How many messages. */
        abstract int count();

        abstract int size();

        abstract void write(Out to, long token);

        private boolean expired() {
            return expires != Message.NEVER && System.nanoTime() - expires > 0;
        }
    }

    private final class One extends Outgoing {
        private final byte[] block;
        private final int flags;

        One(Name name, byte[] block, int flags, boolean reliable, long expires) {
            super(name, reliable, expires);
            this.block = block;
            this.flags = flags;
        }

        @Override
        int count() {
            return 1;
        }

        @Override
        int size() {
            return block.length;
        }

        @Override
        void write(Out to, long token) {
            to.publish(token, flags, block, to.left(expires));
        }
    }

    /**
     * Messages of one outlet that leave together. Publishing threads add to it, with the outlet's lock, until the event loop
     * comes to it, from when on it belongs to that.
     */
    private final class Many extends Outgoing {
        private final TopicOutlet outlet;
        private final byte[] address;
        private byte[] block;
        /** Where the next message begins. */
        private int end;
        private int count;

        Many(TopicOutlet outlet, byte[] address, int room) {
            super(outlet.topic, true, Message.NEVER);
            this.outlet = outlet;
            this.address = address;
            this.block = Arrays.copyOf(address, address.length + Short.BYTES + room);
            this.end = address.length + Short.BYTES;
        }

        /** With the outlet's lock. */
        void add(Message message, Wire.Content content) {
            int next = end + content.room();
            if (next > block.length) {
                block = Arrays.copyOf(block, Math.max(next, Math.min(4 * block.length, MOST_TOGETHER)));
            }
            content.write(message, block, end);
            end = next;
            count++;
        }

        /** With the outlet's lock. */
        boolean takes(byte[] to, Wire.Content content) {
            return count < MANY && address == to && end + content.room() <= MOST_TOGETHER;
        }

        @Override
        public void run() {
            outlet.seal(this);
            Block.put(block, address.length, count, Short.BYTES);
            super.run();
        }

        @Override
        int count() {
            return count;
        }

        @Override
        int size() {
            return end;
        }

        @Override
        void write(Out to, long token) {
            if (count == 1) {
                to.publish(token, block, address.length, end);
            } else {
                to.publishMany(token, block, end);
            }
        }
    }

    Outlet outlet(Name topic, Qos qos) {
        return new TopicOutlet(topic, qos);
    }

    private final class TopicOutlet implements Outlet {
        private final Name topic;
        private final boolean reliable;
        private final boolean keeps;
        private String type;
        private String source;
        private byte[] address;
        private volatile boolean given;
        /** What the next message may be added to; null if it is sent already. Guarded by this object, as are address and room. */
        private Many gathering;
        /** What the latest needed. */
        private int room;
        /** The newest message; for the event loop. */
        private Outgoing newest;

        TopicOutlet(Name topic, Qos qos) {
            this.topic = topic;
            this.reliable = qos.reliability() == Qos.Reliability.RELIABLE;
            this.keeps = qos.durability() == Qos.Durability.TRANSIENT_LOCAL;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            if (given || link.closed()) {
                return CompletableFuture.failedFuture(new Closed("'" + topic + "': closed"));
            }
            try {
                return reliable && !keeps && message.expires() == Message.NEVER ? together(message) : alone(message);
            } catch (BusException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** With the lock, so that the order of what is published is that in which it goes to the event loop. */
        private synchronized CompletionStage<Void> alone(Message message) {
            One one = new One(topic, wire.block(address(message), message), keeps ? Frame.KEPT : 0, reliable, message.expires());
            gathering = null;
            link.run(keeps ? () -> keep(one) : one);
            return one;
        }

        private synchronized CompletionStage<Void> together(Message message) {
            byte[] to = address(message);
            Wire.Content content = wire.content(to, message);
            Many many = gathering;
            if (many == null || !many.takes(to, content)) {
                many = new Many(this, to, Math.max(content.room(), room));
                many.add(message, content);
                gathering = many;
                link.run(many);
            } else {
                many.add(message, content);
            }
            return many;
        }

        /** The event loop has come to it: nothing is added any more. */
        private synchronized void seal(Many many) {
            if (gathering == many) {
                gathering = null;
            }
            room = Math.min(many.size(), MOST_TOGETHER);
        }

        private byte[] address(Message message) {
            if (address == null || !message.source().equals(source) || !message.type().equals(type)) {
                address = Wire.address(topic, message.type(), message.source());
                source = message.source();
                type = message.type();
            }
            return address;
        }

        private void keep(Outgoing one) {
            if (!given) {
                newest = one;
                retaining.add(this);
            }
            send(one);
        }

        @Override
        public void close() {
            given = true;
            link.run(() -> retaining.remove(this));
        }
    }

    private void send(Outgoing one) {
        if (link.closed()) {
            one.completeExceptionally(new Closed("the link is closed"));
            return;
        }
        if (!one.reliable) {
            pass(one);
        } else if (count + one.count() > settings.keepMax() * (out == null ? 1L : 2L)) {
            one.completeExceptionally(new Rejected("'" + one.name + "': " + count + " messages are not delivered yet (keep.max = "
                    + settings.keepMax() + ")"));
        } else {
            long token = kept.add(one);
            count += one.count();
            bytes += one.size();
            transmit(token, one);
        }
    }

    private void pass(Outgoing one) {
        if (out == null) {
            one.completeExceptionally(new LinkLost("not connected to the router"));
            return;
        }
        if (out.pipe().writable()) {
            one.write(out, 0);
        } else {
            listener.dropped(Drop.OVERFLOW, 1);
        }
        one.complete(null);
    }

    private void transmit(long token, Outgoing one) {
        if (out == null) {
            return;
        }
        if (one.expired()) {
            listener.dropped(Drop.EXPIRED, 1);
            delivered(token, token);
        } else {
            one.write(out, token);
        }
    }

    /**
     * There is a connection: all that is not delivered goes out again. The router knows what it has had before, if it is the
     * same session.
     */
    void attach(Out to, boolean resumed) {
        out = to;
        if (!resumed) {
            for (TopicOutlet outlet : retaining) {
                Outgoing newest = outlet.newest;
                if (newest.isDone() && newest.accepted && !newest.expired() && !isKept(newest)) {
                    kept.add(newest);
                    count += newest.count();
                    bytes += newest.size();
                }
            }
        }
        kept.forEach(0, (token, one) -> transmit(token, one));
    }

    private boolean isKept(Outgoing wanted) {
        List<Outgoing> found = new ArrayList<>();
        kept.forEach(0, (token, one) -> {
            if (one == wanted) {
                found.add(one);
            }
        });
        return !found.isEmpty();
    }

    void detach() {
        out = null;
    }

    void accepted(long first, long last) {
        long end = kept.lastOf(last);
        for (long token = kept.firstOf(first); token <= end; token++) {
            Outgoing one = kept.get(token);
            if (one != null && !one.accepted) {
                one.accepted = true;
                if (crowded()) {
                    over.add(one);
                } else {
                    one.complete(null);
                }
            }
        }
    }

    /** The router does not take it from this client. */
    void rejected(long token, String why) {
        Outgoing one = kept.get(token);
        if (one != null) {
            one.completeExceptionally(new Rejected(why));
            delivered(token, token);
        }
    }

    private boolean crowded() {
        return count > settings.keepMax() || bytes > settings.keepBytes();
    }

    void delivered(long first, long last) {
        long end = kept.lastOf(last);
        for (long token = kept.firstOf(first); token <= end; token++) {
            Outgoing one = kept.remove(token);
            if (one != null) {
                count -= one.count();
                bytes -= one.size();
                one.accepted = true;
                one.complete(null);
            }
        }
        while (!over.isEmpty() && !crowded()) {
            over.poll().complete(null);
        }
    }

    void close(BusException why) {
        out = null;
        List<Outgoing> all = new ArrayList<>();
        kept.forEach(0, (token, one) -> all.add(one));
        all.forEach(one -> {
            if (one.accepted) {
                one.complete(null);
            } else {
                one.completeExceptionally(why);
            }
        });
    }
}
