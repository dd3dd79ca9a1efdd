package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the router reads of a message: address and life, and nothing of the body. A block is the message as it travels in
 * PUBLISH, DELIVER, REQUEST and RESPONSE. A block of many is several messages of one address without a life, one after the other:
 * on its way it is one thing, and what it costs is shared by all that are in it.
 */
final class Block {
    /** Sequence, time and life, form of the body, number of headers. */
    static final int FIXED = 8 + 8 + 8 + 1 + 2;
    /** Of that, sequence and time. */
    static final int TIMES = 8 + 8;

    /** Messages in a block of many. */
    static final int MOST = 1024;
    /** What one of many has at least, after its length: sequence and time, form of the body, number of headers. */
    static final int LEAST = 8 + 8 + 1 + 2;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Block() {
    }

    static int addressLength(byte[] block) {
        if (block.length < 2) {
            throw new Violation("a message without an address");
        }
        int length = (block[0] & 0xFF) << 8 | block[1] & 0xFF;
        if (block.length < 2 + length + FIXED) {
            throw new Violation("a message that ends early");
        }
        return length;
    }

    /** Where the life is. */
    static int life(byte[] block) {
        return 2 + addressLength(block) + 16;
    }

    /** The life, in ns; 0 for ever. */
    static long lifeOf(byte[] block) {
        long value = number(block, life(block));
        if (value < 0) {
            throw new Violation("a negative life");
        }
        return value;
    }

    /** When it was published, in ns since 1970. */
    static long timeOf(byte[] block) {
        return number(block, life(block) - 8);
    }

    /** How many messages a block of many has. All of it is looked at, so that who is given it can take it apart. */
    static int countOf(byte[] block) {
        ByteBuffer in = ByteBuffer.wrap(block);
        in.position(2 + addressLength(block));
        int count = in.getShort() & 0xFFFF;
        if (count < 2 || count > MOST) {
            throw new Violation(count + " messages together; 2 to " + MOST + " are allowed");
        }
        for (int i = 0; i < count; i++) {
            int length = lengthOfOne(in);
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) {
            throw new Violation("many messages and " + in.remaining() + " bytes too many");
        }
        return count;
    }

    /** Reads how long the next of many is, all of which is there. */
    static int lengthOfOne(ByteBuffer in) {
        int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (length < LEAST || length > in.remaining()) {
            throw new Violation("a message among others that ends early");
        }
        return length;
    }

    /** The messages of a block of many, each as a block of its own. */
    static List<byte[]> split(byte[] block) {
        int address = 2 + addressLength(block);
        ByteBuffer in = ByteBuffer.wrap(block);
        in.position(address);
        int count = in.getShort() & 0xFFFF;
        List<byte[]> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.getInt();
            int at = in.position();
            byte[] one = new byte[address + length + Long.BYTES];
            ByteBuffer.wrap(one).put(block, 0, address).put(block, at, TIMES).putLong(0).put(block, at + TIMES, length - TIMES);
            all.add(one);
            in.position(at + length);
        }
        return all;
    }

    /** As below, all of its bytes. */
    static int put(byte[] block, int at, long number) {
        LONG.set(block, at, number);
        return at + Long.BYTES;
    }

    /**
     * Writes the lowest bytes of a number, the highest of them first.
     *
     * @return where it ends
     */
    static int put(byte[] block, int at, long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            block[at + i] = (byte) (number >>> 8 * (bytes - 1 - i));
        }
        return at + bytes;
    }

    private static long number(byte[] block, int at) {
        return (long) LONG.get(block, at);
    }

    /** Who sends what where. */
    record Address(Name name, String type, String source) {
        static Address of(byte[] bytes, int from, int length) {
            int[] at = {from};
            int end = from + length;
            String name = text(bytes, at, end);
            String type = text(bytes, at, end);
            String source = text(bytes, at, end);
            if (at[0] != end) {
                throw new Violation("an address with " + (end - at[0]) + " bytes too many");
            }
            return new Address(legal(name), type, source);
        }

        private static String text(byte[] bytes, int[] at, int end) {
            if (at[0] + 2 > end) {
                throw new Violation("an address that ends early");
            }
            int length = (bytes[at[0]] & 0xFF) << 8 | bytes[at[0] + 1] & 0xFF;
            int from = at[0] + 2;
            if (from + length > end) {
                throw new Violation("an address that ends early");
            }
            at[0] = from + length;
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }
    }

    /** The name; what is none breaks the protocol. */
    static Name legal(String text) {
        try {
            return Name.of(text);
        } catch (IllegalArgumentException e) {
            throw new Violation(e.getMessage());
        }
    }

    /** What was made of an address, so that it is read once and not with each message. Only for one thread. */
    static final class Cache<V> {
        private static final int MOST = 4096;

        private final Function<Address, V> make;
        private final Map<Key, Made<V>> made = new HashMap<>();
        private final Key probe = new Key();
        private byte[] read = new byte[128];
        /** Most messages have the address of the one before. */
        private Made<V> latest;

        Cache(Function<Address, V> make) {
            this.make = make;
        }

        private record Made<V>(Key key, V value) {
        }

        V of(byte[] block) {
            return of(block, 2, addressLength(block));
        }

        /** Reads the address of the message that begins here, and no more of it. */
        V read(ByteBuffer in) {
            if (in.remaining() < 2) {
                throw new Violation("a message without an address");
            }
            int length = in.getShort() & 0xFFFF;
            if (in.remaining() < length + FIXED) {
                throw new Violation("a message that ends early");
            }
            if (read.length < length) {
                read = new byte[length];
            }
            in.get(read, 0, length);
            return of(read, 0, length);
        }

        private V of(byte[] bytes, int from, int length) {
            if (latest == null || !latest.key.matches(bytes, from, length)) {
                latest = find(bytes, from, length);
            }
            return latest.value;
        }

        private Made<V> find(byte[] bytes, int from, int length) {
            probe.set(bytes, from, length);
            Made<V> found = made.get(probe);
            if (found == null) {
                if (made.size() >= MOST) {
                    made.clear();
                }
                V value = make.apply(Address.of(bytes, from, length));
                Key key = new Key();
                key.set(Arrays.copyOfRange(bytes, from, from + length), 0, length);
                found = new Made<>(key, value);
                made.put(key, found);
            }
            return found;
        }

        void clear() {
            made.clear();
            latest = null;
        }
    }

    /** Bytes as the key of a map. */
    private static final class Key {
        private byte[] bytes;
        private int from;
        private int length;
        private int hash;

        void set(byte[] in, int start, int count) {
            bytes = in;
            from = start;
            length = count;
            int sum = 1;
            for (int i = start; i < start + count; i++) {
                sum = 31 * sum + in[i];
            }
            hash = sum;
        }

        boolean matches(byte[] in, int start, int count) {
            return Arrays.equals(bytes, from, from + length, in, start, start + count);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && matches(key.bytes, key.from, key.length);
        }
    }
}
