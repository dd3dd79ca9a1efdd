package io.anole.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * What client and shell say to each other: a type (one byte), a length (four, big endian), the content. The client
 * opens with {@link #CALL}; then the shell answers with any number of {@link #OUT}, {@link #ERR} and {@link #READ},
 * and one {@link #EXIT}. A client that is interrupted closes the connection, which ends its command.
 *
 * @param type    one of the constants
 * @param content at most {@link #MAX} bytes
 */
public record Frame(byte type, byte[] content) {
    /** To the shell: a {@link Call}. */
    public static final byte CALL = 'c';
    /** To the shell: bytes of the standard input; none at its end. Only after {@link #READ}. */
    public static final byte IN = 'i';
    /** To the client: the command wants the standard input. */
    public static final byte READ = 'r';
    /** To the client: bytes for the standard output. */
    public static final byte OUT = 'o';
    /** To the client: bytes for the standard error. */
    public static final byte ERR = 'e';
    /** To the client: the command is over; one byte, the exit code. */
    public static final byte EXIT = 'x';
    /** Largest content, in bytes. */
    public static final int MAX = 1 << 20;
    private static final int HEADER = 5;

    /**
     * Reads the next one. Straight from the channel: until JDK 19 the streams that {@code java.nio.channels.Channels}
     * makes of one socket lock each other out.
     *
     * @return null at the end of the stream
     * @throws IOException if the stream breaks within a frame, or a frame is too long
     */
    public static Frame read(ReadableByteChannel in) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (!fill(in, header)) {
            return null;
        }
        byte type = header.flip().get();
        int length = header.getInt();
        if (length < 0 || length > MAX) {
            throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes; at most " + MAX
                    + " are allowed");
        }
        byte[] content = new byte[length];
        if (length > 0 && !fill(in, ByteBuffer.wrap(content))) {
            throw new EOFException("the stream ended within a frame");
        }
        return new Frame(type, content);
    }

    /** False at the end of the stream. */
    private static boolean fill(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (in.read(buffer) < 0) {
                if (buffer.position() > 0) {
                    throw new EOFException("the stream ended within a frame");
                }
                return false;
            }
        }
        return true;
    }

    /** Writes one; to be called by one thread at a time. */
    public static void write(WritableByteChannel out, byte type, byte[] bytes, int offset, int length)
            throws IOException {
        if (length > MAX) {
            throw new IOException("a frame of " + length + " bytes; at most " + MAX + " are allowed");
        }
        ByteBuffer whole = ByteBuffer.allocate(HEADER + length).put(type).putInt(length).put(bytes, offset, length);
        whole.flip();
        while (whole.hasRemaining()) {
            out.write(whole);
        }
    }

    /** Writes this one; to be called by one thread at a time. */
    public void write(WritableByteChannel out) throws IOException {
        write(out, type, content, 0, content.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame && type == frame.type && Arrays.equals(content, frame.content);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(content);
    }
}
