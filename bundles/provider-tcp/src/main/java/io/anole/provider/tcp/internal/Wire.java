package io.anole.provider.tcp.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Codec;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages and values as bytes, and back. Safe for threads. */
final class Wire {
    private static final int MOST_HEADERS = 1_000;
    private static final byte[][] NONE = {};

    private final Codec cbor;
    private final Codec json;
    private final boolean sendsJson;
    private final int maxPayload;

    Wire(Codec cbor, Codec json, boolean sendsJson, int maxPayload) {
        this.cbor = cbor;
        this.json = json;
        this.sendsJson = sendsJson;
        this.maxPayload = maxPayload;
    }

    /** Of the same name, type and source: the same bytes. */
    static byte[] address(Name name, String type, String source) {
        byte[] to = bytes(name.toString());
        byte[] what = bytes(type);
        byte[] from = bytes(source);
        byte[] out = new byte[2 + 6 + to.length + what.length + from.length];
        int at = Block.put(out, 0, out.length - 2, Short.BYTES);
        at = text(out, at, to);
        at = text(out, at, what);
        text(out, at, from);
        return out;
    }

    private static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 16_000) {
            throw new Rejected("a type, source or header of " + bytes.length + " bytes; 16000 are allowed");
        }
        return bytes;
    }

    /** @return where it ends, as below */
    private static int text(byte[] out, int at, byte[] text) {
        return put(out, Block.put(out, at, text.length, Short.BYTES), text);
    }

    private static int put(byte[] out, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, out, at, bytes.length);
        return at + bytes.length;
    }

    byte[] block(Message message) {
        return block(address(message.name(), message.type(), message.source()), message);
    }

    /**
     * The message without its remaining life, which is written when it is sent.
     *
     * @throws Rejected if the body is too large
     */
    byte[] block(byte[] address, Message message) {
        Content content = content(address, message);
        byte[] out = new byte[address.length + Block.FIXED - Block.LEAST + content.size];
        int at = times(out, put(out, 0, address), message);
        content.write(out, Block.put(out, at, 0));
        return out;
    }

    /**
     * What of a message follows its times, with the size of both.
     *
     * @throws Rejected if it is too large
     */
    Content content(byte[] address, Message message) {
        byte[] body = body(message.name(), message.body());
        int size = Block.LEAST;
        byte[][] headers = NONE;
        if (!message.headers().isEmpty()) {
            headers = new byte[2 * message.headers().size()][];
            int i = 0;
            for (Map.Entry<String, String> header : message.headers().entrySet()) {
                headers[i] = bytes(header.getKey());
                headers[i + 1] = bytes(header.getValue());
                size += 4 + headers[i].length + headers[i + 1].length;
                i += 2;
            }
        }
        if (address.length + size > Frame.OVERHEAD - 128) {
            throw new Rejected("the headers of a message on '" + message.name() + "' have more than " + Frame.OVERHEAD + " bytes");
        }
        return new Content(form(message.body()), headers, body, size + body.length);
    }

    private static int times(byte[] out, int at, Message message) {
        return Block.put(out, Block.put(out, at, message.sequence()), message.time());
    }

    /** @param size with sequence and time */
    record Content(byte form, byte[][] headers, byte[] body, int size) {
        /** How much it takes as one of many. */
        int room() {
            return Integer.BYTES + size;
        }

        /** As one of many. */
        void write(Message message, byte[] out, int at) {
            write(out, times(out, Block.put(out, at, size, Integer.BYTES), message));
        }

        private void write(byte[] out, int at) {
            out[at] = form;
            int next = Block.put(out, at + 1, headers.length / 2, Short.BYTES);
            for (byte[] text : headers) {
                next = text(out, next, text);
            }
            put(out, next, body);
        }
    }

    private byte form(Object body) {
        return body instanceof byte[] ? Frame.RAW : sendsJson ? Frame.JSON : Frame.CBOR;
    }

    private byte[] body(Name name, Object tree) {
        byte[] body = tree instanceof byte[] raw ? raw : (sendsJson ? json : cbor).encode(tree);
        if (body.length > maxPayload) {
            throw new Rejected("'" + name + "': a body of " + body.length + " bytes is beyond max.payload, " + maxPayload);
        }
        return body;
    }

    /**
     * What follows the address.
     *
     * @param alone whether it is not one of many, and so says how long it has to live
     * @param clock of the side it came from
     * @throws BadShape if it can't be read
     */
    Message message(Block.Address address, ByteBuffer in, boolean alone, PeerClock clock) {
        long sequence = in.getLong();
        long time = in.getLong();
        long life = alone ? in.getLong() : 0;
        byte form = in.get();
        int count = in.getShort() & 0xFFFF;
        if (count > MOST_HEADERS) {
            throw new BadShape("a message on '" + address.name() + "' with " + count + " headers");
        }
        Map<String, String> headers = Map.of();
        if (count > 0) {
            headers = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                headers.put(read(in), read(in));
            }
            headers = Map.copyOf(headers);
        }
        Object body = body(form, rest(in));
        return new Message(address.name(), address.type(), headers, body, address.source(), sequence, time, clock.expires(life));
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private static String read(ByteBuffer in) {
        int length = in.remaining() < 2 ? -1 : in.getShort() & 0xFFFF;
        if (length < 0 || length > in.remaining()) {
            throw new BadShape("a text that ends early");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object body(byte form, byte[] bytes) {
        return switch (form) {
            case Frame.CBOR -> cbor.decode(bytes);
            case Frame.JSON -> json.decode(bytes);
            case Frame.RAW -> bytes;
            default -> throw new BadShape("a body of the unknown form " + form);
        };
    }

    byte[] value(Name key, Value value) {
        byte[] body = body(key, value.body());
        byte[] type = bytes(value.type());
        byte[] source = bytes(value.source());
        byte[] out = new byte[5 + type.length + source.length + body.length];
        int at = text(out, text(out, 0, type), source);
        out[at] = form(value.body());
        put(out, at + 1, body);
        return out;
    }

    /** @throws BadShape if it can't be read */
    Value value(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        String type = read(in);
        String source = read(in);
        if (!in.hasRemaining()) {
            throw new BadShape("a value that ends early");
        }
        byte form = in.get();
        return new Value(body(form, rest(in)), type, source);
    }
}
