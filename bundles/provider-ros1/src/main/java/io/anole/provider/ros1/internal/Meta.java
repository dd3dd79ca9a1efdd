package io.anole.provider.ros1.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.OwnClock;
import io.anole.bus.provider.SenderClocks;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one Anole tells another about a message, before the message's own bytes: source, sequence, time, time left and the clock by which
 * that was told, type and headers. Sent only where both ends have {@code anole=2} in their connection headers; nobody else sees it.
 *
 * @param kept whether it is the message kept for those who come late
 * @param cbor whether the body is CBOR instead of a message of ROS
 */
record Meta(boolean kept, boolean cbor, String type, Map<String, String> headers, String source, long sequence, long time,
        long left) {
    /** The field of a connection header by which two of a kind know each other, and its value. */
    static final String FIELD = "anole";
    static final String VERSION = "2";

    private static final int KEPT = 1;
    private static final int CBOR = 2;
    private static final int MOST_HEADERS = 64;

    static byte[] encode(Message message, boolean kept, boolean cbor) {
        byte[] type = utf8(message.type());
        byte[] source = utf8(message.source());
        // Before what is left: where this thread is held up between the two, the message ends too early and not too late.
        byte[] clock = utf8(message.expires() == Message.NEVER ? "" : OwnClock.told());
        int size = 1 + 8 * 3 + 2 + clock.length + 2 + type.length + 2 + source.length + 1;
        byte[][] headers = new byte[message.headers().size() * 2][];
        int i = 0;
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            headers[i++] = utf8(header.getKey());
            headers[i++] = utf8(header.getValue());
        }
        if (headers.length > 2 * MOST_HEADERS) {
            throw new BadShape("a message has " + headers.length / 2 + " headers, more than " + MOST_HEADERS);
        }
        for (byte[] text : headers) {
            size += 2 + text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) ((kept ? KEPT : 0) | (cbor ? CBOR : 0)));
        out.putLong(message.sequence()).putLong(message.time());
        out.putLong(message.expires() == Message.NEVER ? 0 : Math.max(1, message.expires() - System.nanoTime()));
        text(out, clock);
        text(out, type);
        text(out, source);
        out.put((byte) (headers.length / 2));
        for (byte[] text : headers) {
            text(out, text);
        }
        return out.array();
    }

    /**
     * Reads from the beginning; what remains is the body.
     *
     * @param senders to tell what was held up from what was not
     */
    static Meta decode(ByteBuffer in, SenderClocks senders) throws Refusal {
        in.order(ByteOrder.LITTLE_ENDIAN);
        try {
            int flags = in.get();
            long sequence = in.getLong();
            long time = in.getLong();
            long left = in.getLong();
            long late = TimeUnit.MILLISECONDS.toNanos(senders.late(text(in), System.nanoTime()));
            String type = text(in);
            String source = text(in);
            int count = in.get();
            Map<String, String> headers = count == 0 ? Map.of() : new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                headers.put(text(in), text(in));
            }
            return new Meta((flags & KEPT) != 0, (flags & CBOR) != 0, type, headers, source, sequence, time, left(left, late));
        } catch (BufferUnderflowException e) {
            throw new Refusal("a message ends within what is before its body");
        }
    }

    private static long left(long told, long late) {
        return told == 0 ? 0 : told > late ? told - late : -1;
    }

    Message message(Name name, Object body) {
        return new Message(name, type, headers, body, source, sequence, time, expires(left));
    }

    /** @param left in ns, negative for what is over; 0 for ever */
    private static long expires(long left) {
        if (left == 0) {
            return Message.NEVER;
        }
        long at = System.nanoTime() + left;
        return at == Message.NEVER ? 1 : at;
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new BadShape("a header, type or source of " + bytes.length + " bytes is beyond the limit, 65535");
        }
        return bytes;
    }

    private static void text(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    private static String text(ByteBuffer in) {
        byte[] text = new byte[in.getShort() & 0xFFFF];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
