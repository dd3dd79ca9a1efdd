package io.anole.provider.ros1.internal.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes that are being read, little-endian. Never reads beyond their end. Of one thread. */
final class In {
    private final ByteBuffer bytes;

    In(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    int left() {
        return bytes.remaining();
    }

    /** The bytes themselves, if that many are there. */
    ByteBuffer need(int count) {
        if (count > bytes.remaining()) {
            throw new Misfit("ends " + (count - bytes.remaining()) + " bytes too early");
        }
        return bytes;
    }

    /** The number of elements, each of at least so many bytes. */
    int count(int least) {
        int count = need(4).getInt();
        // What takes no bytes at all could be told to be there four thousand million times.
        long most = least == 0 ? 1 << 16 : bytes.remaining() / least;
        if (count < 0 || count > most) {
            throw new Misfit("tells of " + Integer.toUnsignedString(count) + " elements, more than can be there");
        }
        return count;
    }

    byte[] raw(int count) {
        byte[] raw = new byte[count];
        need(count).get(raw);
        return raw;
    }

    String text() {
        return new String(raw(count(1)), StandardCharsets.UTF_8);
    }
}
