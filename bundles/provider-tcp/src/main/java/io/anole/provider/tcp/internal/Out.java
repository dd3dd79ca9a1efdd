package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the frames of one connection, many at a time. Only for the thread of its event loop. */
final class Out {
    private static final int BATCH = 192 << 10;
    private static final int LEAST_ROOM = 1 << 10;
    private static final int MOST_ROOM = 256 << 10;

    /** What is sent within this many ns is told the time once. */
    private static final long SAME_TIME = 1_000_000;
    /** Round trips at the beginning of a connection, of which the shortest counts. */
    private static final int FIRST_ROUNDS = 4;

    private final Pipe pipe;
    private final PeerClock clock = new PeerClock();
    private ByteBuf batch;
    /** What the next batch will need, going by those before. */
    private int room = LEAST_ROOM;
    private int start;
    private boolean wrote;
    private boolean tellsTime;
    private long told;
    private int rounds;

    Out(Pipe pipe) {
        this.pipe = pipe;
    }

    Pipe pipe() {
        return pipe;
    }

    /** The other side's, as far as it tells. */
    PeerClock clock() {
        return clock;
    }

    /** From now on the other side is told the time; not inside one JVM, which has one clock. */
    void tellTime() {
        if (!pipe.inside()) {
            tellsTime = true;
            tellTime(System.nanoTime());
        }
    }

    /** The other side tells the time. */
    void heardTime(ByteBuf in) {
        long now = System.nanoTime();
        clock.read(in, now);
        if (tellsTime && rounds < FIRST_ROUNDS) {
            rounds++;
            tellTime(now);
        }
    }

    /** A heartbeat has passed: shows that this side lives. */
    void beat() {
        if (tellsTime) {
            tellTime(System.nanoTime());
        } else if (!wrote) {
            ping();
        }
        flush();
        wrote = false;
    }

    /** What is left in ns until then, at least 1, or 0 if it never ends; the other side is told from when that counts. */
    long left(long expires) {
        if (expires == Message.NEVER) {
            return 0;
        }
        long now = System.nanoTime();
        if (tellsTime && now - told > SAME_TIME) {
            tellTime(now);
        }
        return Math.max(1, expires - now);
    }

    /** As above, in ms; what has begun counts, and 0 is over. */
    int millisLeft(long expires) {
        return (int) Math.min(Integer.MAX_VALUE, (left(expires) + 999_998) / 1_000_000);
    }

    /** Whether anything was written that has not gone out. */
    boolean isPending() {
        return batch != null;
    }

    void flush() {
        if (batch != null) {
            ByteBuf full = batch;
            batch = null;
            int size = full.readableBytes();
            room = size > room / 2 ? Math.min(2 * room, MOST_ROOM) : Math.max(room / 2, LEAST_ROOM);
            pipe.send(full);
        }
    }

    private ByteBuf begin(byte type) {
        if (batch == null) {
            batch = pipe.buffer(room);
        }
        start = batch.writerIndex();
        return batch.writeInt(0).writeByte(type);
    }

    private void end() {
        batch.setInt(start, batch.writerIndex() - start - Integer.BYTES);
        wrote = true;
        if (batch.readableBytes() > BATCH) {
            flush();
        }
    }

    static void text(ByteBuf out, String text) {
        int at = out.writerIndex();
        out.writeShort(0);
        int length = out.writeCharSequence(text, StandardCharsets.UTF_8);
        if (length > 0xFFFF) {
            throw new Violation("a text of " + length + " bytes is beyond 65535");
        }
        out.setShort(at, length);
    }

    static String text(ByteBuf in) {
        return in.readCharSequence(in.readUnsignedShort(), StandardCharsets.UTF_8).toString();
    }

    private static String shortened(String text) {
        return text.length() <= 4_000 ? text : text.substring(0, 4_000) + "...";
    }

    void hello(SessionId session, long received, String identity, String bus, String token, int presence) {
        ByteBuf out = begin(Frame.HELLO).writeInt(Frame.MAGIC).writeShort(Frame.VERSION);
        out.writeLong(session.high()).writeLong(session.low()).writeLong(received);
        text(out, identity);
        text(out, bus);
        text(out, token);
        if (presence >= 0) {
            out.writeInt(presence);
        }
        end();
    }

    void welcome(int version, int flags, long router, SessionId session, int heartbeat, int maxFrame) {
        ByteBuf out = begin(Frame.WELCOME).writeShort(version).writeByte(flags).writeLong(router);
        out.writeLong(session.high()).writeLong(session.low()).writeInt(heartbeat).writeInt(maxFrame);
        end();
    }

    /** The beginning of a connection of a router. */
    void hello(SessionId session, long received, String identity, String token, int role, long router) {
        ByteBuf out = begin(Frame.HELLO).writeInt(Frame.MAGIC).writeShort(Frame.VERSION);
        out.writeLong(session.high()).writeLong(session.low()).writeLong(received);
        text(out, identity);
        text(out, "");
        text(out, token);
        out.writeInt(Integer.MAX_VALUE).writeByte(role).writeLong(router);
        end();
    }

    /** @param highest token of PUBLISH in this session */
    void router(long highest, List<Long> path) {
        ByteBuf out = begin(Frame.ROUTER).writeLong(highest);
        path.forEach(out::writeLong);
        end();
    }

    void bye(int code, String why) {
        text(begin(Frame.BYE).writeByte(code), shortened(why));
        end();
    }

    void ping() {
        begin(Frame.PING);
        end();
    }

    void tellTime(long now) {
        told = now;
        clock.write(begin(Frame.CLOCK), now);
        end();
    }

    void sync(int id, int flags) {
        begin(Frame.SYNC).writeInt(id).writeByte(flags);
        end();
    }

    void ok(int id) {
        begin(Frame.OK).writeInt(id);
        end();
    }

    void refused(int id, int code, String why) {
        text(begin(Frame.REFUSED).writeInt(id).writeByte(code), shortened(why));
        end();
    }

    void subscribe(int id, int flags, String pattern) {
        text(begin(Frame.SUBSCRIBE).writeInt(id).writeByte(flags), pattern);
        end();
    }

    void serve(int id, String name) {
        text(begin(Frame.SERVE).writeInt(id), name);
        end();
    }

    void watch(int id, String pattern) {
        text(begin(Frame.WATCH).writeInt(id), pattern);
        end();
    }

    void close(int id) {
        begin(Frame.CLOSE).writeInt(id);
        end();
    }

    /** @param left remaining life in ns, to be written into the block; 0 for ever */
    void publish(long token, int flags, byte[] block, long left) {
        block(begin(Frame.PUBLISH).writeLong(token).writeByte(flags), block, left);
        end();
    }

    void deliver(long token, int subscription, byte[] block, long left) {
        block(begin(Frame.DELIVER).writeLong(token).writeInt(subscription), block, left);
        end();
    }

    /** @param block of many, of which there is only one, up to this length; it has no life, and address is the length of its address */
    void publish(long token, byte[] block, int address, int length) {
        int times = address + Short.BYTES + Integer.BYTES;
        begin(Frame.PUBLISH).writeLong(token).writeByte(0).writeBytes(block, 0, address).writeBytes(block, times, Block.TIMES)
                .writeLong(0).writeBytes(block, times + Block.TIMES, length - times - Block.TIMES);
        end();
    }

    /** @param block of many, up to this length */
    void publishMany(long token, byte[] block, int length) {
        begin(Frame.PUBLISH_MANY).writeLong(token).writeBytes(block, 0, length);
        end();
    }

    void deliverMany(long token, byte[] block) {
        begin(Frame.DELIVER_MANY).writeLong(token).writeBytes(block);
        end();
    }

    private static void block(ByteBuf out, byte[] block, long left) {
        int at = out.writerIndex();
        out.writeBytes(block);
        if (left != 0) {
            out.setLong(at + Block.life(block), left);
        }
    }

    void ranges(byte type, Ranges ranges) {
        ranges.write(begin(type));
        end();
    }

    void rejected(long token, int code, String why) {
        text(begin(Frame.REJECTED).writeLong(token).writeByte(code), shortened(why));
        end();
    }

    void hold(boolean on, String name) {
        text(begin(Frame.HOLD).writeByte(on ? 1 : 0), name);
        end();
    }

    void request(long id, int millis, byte[] block) {
        begin(Frame.REQUEST).writeLong(id).writeInt(millis).writeBytes(block);
        end();
    }

    void answer(long id, byte[] block) {
        begin(Frame.RESPONSE).writeLong(id).writeByte(Frame.ANSWER).writeBytes(block);
        end();
    }

    /** Passes an answer on as it came. */
    void response(long id, ByteBuf answer) {
        begin(Frame.RESPONSE).writeLong(id).writeBytes(answer);
        end();
    }

    void failure(long id, int status, String type, String message, String trace) {
        ByteBuf out = begin(Frame.RESPONSE).writeLong(id).writeByte(status);
        text(out, shortened(type));
        text(out, shortened(message));
        text(out, shortened(trace));
        end();
    }

    void put(int id, int flags, String key, byte[] value) {
        ByteBuf out = begin(Frame.PUT).writeInt(id).writeByte(flags);
        text(out, key);
        out.writeBytes(value);
        end();
    }

    void get(int id, String key) {
        text(begin(Frame.GET).writeInt(id), key);
        end();
    }

    /** @param value null for a key that is not there, as an answer to GET */
    void value(int id, String key, byte[] value) {
        ByteBuf out = begin(Frame.VALUE).writeInt(id).writeByte(value == null ? 0 : 1);
        text(out, key);
        if (value != null) {
            out.writeBytes(value);
        }
        end();
    }

    void removed(int id, String key) {
        text(begin(Frame.REMOVED).writeInt(id), key);
        end();
    }

    void synced(int id) {
        begin(Frame.SYNCED).writeInt(id);
        end();
    }
}
