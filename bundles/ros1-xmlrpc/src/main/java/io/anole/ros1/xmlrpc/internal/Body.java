package io.anole.ros1.xmlrpc.internal;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The bytes of one document as they come in. Used by one thread at a time. */
final class Body implements AutoCloseable {
    enum Added {
        OK, TOO_LARGE, NO_MEMORY
    }

    private final int most;
    private final Memory memory;
    private byte[] bytes = {};
    private int length;

    Body(int most, Memory memory) {
        this.most = most;
        this.memory = memory;
    }

    Added add(ByteBuf part) {
        int more = part.readableBytes();
        if (more > most - length) {
            return Added.TOO_LARGE;
        }
        if (length + more > bytes.length) {
            int size = (int) Math.min(most, Math.max(length + more, bytes.length * 2L));
            if (!memory.take(size - bytes.length)) {
                return Added.NO_MEMORY;
            }
            bytes = Arrays.copyOf(bytes, size);
        }
        part.readBytes(bytes, length, more);
        length += more;
        return Added.OK;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        memory.give(bytes.length);
        bytes = new byte[0];
        length = 0;
    }
}
