package io.anole.provider.ros1.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An answer that is read by the thread that waits for it. What has come when it gives up goes to the event loop, which reads
 * the rest. Of one thread at a time.
 */
final class Fetch {
    /** A longer answer is left to the event loop. */
    static final int ROOM = 4096;
    /** Whether all went well, and a length. */
    private static final int HEAD = 5;
    /** About what a request to a near and quick service takes, and some more: then it is cheaper to sleep. */
    private static final long MOMENT = TimeUnit.MICROSECONDS.toNanos(200);
    /** Where others have much to do, the moment is over before they have let the answer be made. */
    private static final int LEAST_LOOKS = 50;

    private final Source source;
    private final ByteBuffer bytes = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);

    /** Where it comes from. */
    interface Source {
        /** What has come, without waiting; -1 at the end. */
        int read(ByteBuffer bytes) throws IOException;
    }

    Fetch(Source source) {
        this.source = source;
    }

    /** Whether there is nothing to read, not even the end. */
    boolean silent() {
        try {
            return source.read(bytes) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Looks for the answer, and lets others have the processor in between: the answer may have to be made on this one. False
     * if there is none soon, nobody wants it any more, or the event loop has to look at what came instead.
     *
     * @param limit in ns
     */
    boolean await(BooleanSupplier unwanted, long limit) {
        int looks = 0;
        long begin = System.nanoTime();
        try {
            while (!unwanted.getAsBoolean()) {
                int count = source.read(bytes);
                if (count < 0) {
                    return false;
                }
                if (count > 0 && bytes.position() >= HEAD) {
                    long whole = HEAD + (bytes.getInt(1) & 0xffff_ffffL);
                    if (whole > ROOM || bytes.position() >= whole) {
                        return bytes.position() == whole;
                    }
                }
                long waited = System.nanoTime() - begin;
                if (waited >= limit || ++looks >= LEAST_LOOKS && waited >= MOMENT) {
                    return false;
                }
                Thread.yield();
            }
        } catch (IOException e) {
            return false; // the event loop meets it, too
        }
        return false;
    }

    /** Of a whole answer. */
    boolean ok() {
        return bytes.get(0) != 0;
    }

    /** Takes the body of a whole answer; it is valid until something is read again. */
    ByteBuffer body() {
        ByteBuffer body = ByteBuffer.wrap(bytes.array(), HEAD, bytes.position() - HEAD).slice();
        bytes.clear();
        return body;
    }

    /** Takes what has come. */
    ByteBuffer rest() {
        return bytes.flip().slice();
    }
}
