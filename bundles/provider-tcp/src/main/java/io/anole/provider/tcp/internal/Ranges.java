package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Tokens to acknowledge, as ranges. */
final class Ranges {
    private long[] firsts = new long[8];
    private int[] counts = new int[8];
    private int size;

    /** Hears of the tokens from the first to the last, both included. */
    interface Reader {
        void range(long first, long last);
    }

    void add(long token) {
        add(token, token);
    }

    void add(long first, long last) {
        if (last < first) {
            return;
        }
        int count = Math.toIntExact(Math.min(Integer.MAX_VALUE, last - first + 1));
        if (size > 0 && firsts[size - 1] + counts[size - 1] == first && counts[size - 1] < Integer.MAX_VALUE - count) {
            counts[size - 1] += count;
            return;
        }
        if (size == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        firsts[size] = first;
        counts[size++] = count;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
        if (firsts.length > 1024) {
            firsts = new long[8];
            counts = new int[8];
        }
    }

    void write(ByteBuf out) {
        for (int i = 0; i < size; i++) {
            out.writeLong(firsts[i]).writeInt(counts[i]);
        }
        clear();
    }

    static void read(ByteBuf in, Reader reader) {
        while (in.isReadable()) {
            long first = in.readLong();
            int count = in.readInt();
            if (first < 1 || count < 1) {
                throw new Violation("an acknowledgement of " + count + " from " + first);
            }
            reader.range(first, first + count - 1);
        }
    }
}
