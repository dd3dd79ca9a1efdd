package io.anole.provider.ros1.internal;

import io.anole.bus.Statistics.Drop;
import io.anole.provider.ros1.internal.Publication.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another node's connection to a topic of ours: a queue of its own, whose oldest is dropped when it is full. */
final class Subscriber extends Line {
    private static final int BATCH = 32 << 10;
    /** What is larger is not copied into a batch, but written in pieces that the allocator has at hand. */
    private static final int PIECE = 64 << 10;
    private static final byte[] NONE = new byte[0];

    private final Node node;
    private final ArrayDeque<Out> queue = new ArrayDeque<>();
    private final int number;
    private Publication publication;
    private String caller = "";
    private boolean kin;
    private long progress = System.nanoTime();
    private int inFlight;
    private long bytes;
    private long sent;
    private long dropped;

    private record Out(Frame frame, boolean kept) {
    }

    Subscriber(Node node) {
        super(Header.LARGEST);
        this.node = node;
        this.number = node.number();
    }

    int number() {
        return number;
    }

    String caller() {
        return caller;
    }

    @Override
    void header(Map<String, String> header) throws Refusal {
        String topic = header.get("topic");
        caller = header.getOrDefault("callerid", "");
        publication = node.endpoints().publication(topic);
        if (publication == null || publication.kind() == null) {
            throw new Refusal("topic '" + topic + "' is not published by " + node.settings().node());
        }
        var type = publication.kind().type();
        String md5 = header.getOrDefault("md5sum", "");
        if (!md5.equals("*") && !md5.equals(type.md5())) {
            throw new Refusal("topic '" + topic + "' is " + type.name() + " with md5 " + type.md5() + ", not "
                    + header.getOrDefault("type", "a type") + " with md5 " + md5);
        }
        kin = Meta.VERSION.equals(header.get(Meta.FIELD));
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("callerid", node.settings().node());
        answer.put("topic", topic);
        answer.put("type", type.name());
        answer.put("md5sum", type.md5());
        answer.put("latching", publication.latched() ? "1" : "0");
        answer.put("message_definition", type.text());
        if (kin) {
            answer.put(Meta.FIELD, Meta.VERSION);
        }
        // Before the answer, so that who has it hears all that is published from then on.
        send(answer);
        publication.connected(this);
    }

    @Override
    void frame(boolean ok, ByteBuffer frame) {
        // a subscriber has nothing more to say
    }

    /** Takes a message, in place of the oldest if there is no room. */
    void offer(Frame frame, boolean kept) {
        if (full()) {
            queue.poll();
            dropped++;
            node.dropped(Drop.OVERFLOW, 1);
        }
        if (queue.isEmpty() && inFlight == 0) {
            progress = System.nanoTime();
        }
        queue.add(new Out(frame, kept));
    }

    boolean full() {
        return queue.size() >= node.settings().queueSize();
    }

    boolean idle() {
        return queue.isEmpty() && inFlight == 0;
    }

    /** Whether it has had something to take for long, and took nothing. */
    boolean stalled(long now) {
        return !idle() && stallsIn(now) <= 0;
    }

    long stallsIn(long now) {
        return TimeUnit.MILLISECONDS.toNanos(node.settings().stall()) - (now - progress);
    }

    /** Writes as much as the connection takes, small messages together. */
    void pump() {
        boolean any = false;
        while (!queue.isEmpty() && channel().isWritable()) {
            ByteBuf batch = channel().alloc().buffer();
            byte[] large = null;
            int count = 0;
            while (!queue.isEmpty() && large == null && batch.readableBytes() < BATCH) {
                Out next = queue.poll();
                if (next.frame().source().expiredAt(System.nanoTime())) {
                    node.dropped(Drop.EXPIRED, 1);
                    continue;
                }
                large = append(next, batch);
                count++;
            }
            if (count == 0) {
                batch.release();
                continue;
            }
            int messages = count;
            inFlight += messages;
            sent += messages;
            bytes += batch.readableBytes();
            ChannelFuture done = channel().write(batch);
            if (large != null) {
                bytes += large.length;
                done = write(large);
            }
            done.addListener(future -> written(messages));
            any = true;
        }
        if (any) {
            channel().flush();
        }
    }

    /** Returns the body if it is too large for a batch, and is to be written after it. */
    private byte[] append(Out next, ByteBuf batch) {
        Frame frame = next.frame();
        byte[] body = frame.cbor() && !kin ? node.bodies().text(frame.body()) : frame.body();
        byte[] meta = kin ? Meta.encode(frame.source(), next.kept(), frame.cbor()) : NONE;
        batch.writeIntLE(meta.length + body.length).writeBytes(meta);
        if (body.length > PIECE) {
            return body;
        }
        batch.writeBytes(body);
        return null;
    }

    private ChannelFuture write(byte[] large) {
        int at = 0;
        for (; large.length - at > PIECE; at += PIECE) {
            channel().write(Unpooled.wrappedBuffer(large, at, PIECE), channel().voidPromise());
        }
        return channel().write(Unpooled.wrappedBuffer(large, at, large.length - at));
    }

    private void written(int messages) {
        inFlight -= messages;
        progress = System.nanoTime();
        if (publication != null && queue.isEmpty()) {
            publication.drain();
        }
    }

    @Override
    void writable(boolean now) {
        if (now && publication != null) {
            pump();
            publication.drain();
        }
    }

    @Override
    void refused(String reason) {
        if (publication == null || !publication.subscribers().contains(this)) {
            channel().writeAndFlush(Header.encode(channel().alloc(), Map.of("error", reason)));
        }
        node.log("refused a subscriber" + (caller.isEmpty() ? "" : " '" + caller + "'"), reason);
    }

    @Override
    void ended(String reason) {
        if (!queue.isEmpty()) {
            node.dropped(Drop.CLOSED, queue.size());
        }
        queue.clear();
        inFlight = 0;
        node.sockets().left(this);
        if (publication != null) {
            publication.disconnected(this);
        }
    }

    /** For the statistics of the slave API. */
    long bytes() {
        return bytes;
    }

    long sent() {
        return sent;
    }

    long droppedCount() {
        return dropped;
    }
}
