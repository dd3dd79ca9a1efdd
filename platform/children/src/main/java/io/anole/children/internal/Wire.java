package io.anole.children.internal;

import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Frames over a Unix domain socket: four bytes of length, then CBOR. Any thread sends, one at a time; one reads. A sender that is
 * interrupted closes it, as channels do.
 */
final class Wire implements Closeable {
    private static final int LONGEST = 64 << 20;

    private final SocketChannel channel;
    private final Codec codec;
    private final Shapes shapes;
    private final Object sending = new Object();

    Wire(SocketChannel channel, Codec codec, Shapes shapes) {
        this.channel = channel;
        this.codec = codec;
        this.shapes = shapes;
    }

    Shapes shapes() {
        return shapes;
    }

    /** @throws io.anole.bus.BusException.BadShape if its body is no tree, or too big */
    void send(Frame frame) throws IOException {
        byte[] bytes = codec.encode(shapes.tree(frame));
        ByteBuffer buffer = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip();
        synchronized (sending) {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    /** The next one; waits for it. */
    Frame next() throws IOException {
        int length = read(4).getInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a frame of " + length + " bytes");
        }
        return shapes.as(codec.decode(read(length).array()), Frame.class);
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other side has gone");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
