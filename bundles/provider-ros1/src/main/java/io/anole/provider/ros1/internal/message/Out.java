package io.anole.provider.ros1.internal.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/** Bytes that are being written, little-endian; grows, up to a limit. Of one thread. */
public final class Out {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LEAST = 256;

    private final int limit;
    private final InstantSource clock;
    private byte[] bytes;
    private int size;

    /**
     * Empty.
     *
     * @param limit most bytes
     * @param clock what is stamped as now
     */
    public Out(int limit, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
        this.bytes = new byte[Math.min(limit, LEAST)];
    }

    /** Begins again; what was taken before stays as it is. */
    public void clear() {
        size = 0;
        if (bytes.length > 1 << 16) {
            bytes = new byte[LEAST];
        }
    }

    /** How much was written. */
    public int size() {
        return size;
    }

    /** What was written, of which nothing is left here. */
    public byte[] take() {
        byte[] taken;
        if (size == bytes.length) {
            taken = bytes; // as it is with an image, whose data come last
            bytes = new byte[Math.min(limit, LEAST)];
        } else {
            taken = Arrays.copyOf(bytes, size);
        }
        size = 0;
        return taken;
    }

    Instant now() {
        return clock.instant();
    }

    void octet(int value) {
        need(1);
        bytes[size++] = (byte) value;
    }

    void int16(int value) {
        need(2);
        SHORT.set(bytes, size, (short) value);
        size += 2;
    }

    /** Four bytes. */
    public void int32(int value) {
        need(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    void int64(long value) {
        need(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    /** Four bytes written before. */
    public void patch32(int at, int value) {
        INT.set(bytes, at, value);
    }

    /** All of them. */
    public void raw(byte[] value) {
        need(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    void zeros(int count) {
        need(count);
        Arrays.fill(bytes, size, size + count, (byte) 0);
        size += count;
    }

    void text(String value) {
        int at = size;
        int length = value.length();
        need(4 + length);
        size += 4;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                size = at + 4;
                raw(value.getBytes(StandardCharsets.UTF_8));
                patch32(at, size - at - 4);
                return;
            }
            bytes[size++] = (byte) c;
        }
        patch32(at, length);
    }

    private void need(int more) {
        if (more <= bytes.length - size) {
            return;
        }
        if (more > limit - size) {
            throw new Misfit("longer than " + limit + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max((long) size + more, 2L * bytes.length)));
    }
}
