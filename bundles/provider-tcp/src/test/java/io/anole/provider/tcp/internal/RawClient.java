package io.anole.provider.tcp.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client without Anole's own: one thread acknowledges what it reads, until it shall not; another says PING, to the end. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean reads = true;
    private volatile boolean cutOff;

    RawClient(int port, String topic) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        send(frames(out -> {
            out.hello(SessionId.NONE, 0, "raw", "main", "", -1);
            out.subscribe(1, Frame.RELIABLE, topic);
            out.sync(2, Frame.RESTORED_ALL);
        }));
        Thread reader = new Thread(this::read, "raw client");
        reader.setDaemon(true);
        reader.start();
        beat.scheduleAtFixedRate(this::beat, 0, 200, TimeUnit.MILLISECONDS);
    }

    static byte[] frames(Consumer<Out> what) {
        ByteBuf bytes = Unpooled.buffer();
        Out out = new Out(new Sink(bytes));
        what.accept(out);
        out.flush();
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all);
        return all;
    }

    private synchronized void send(byte[] frames) throws IOException {
        socket.getOutputStream().write(frames);
    }

    private void read() {
        Ranges had = new Ranges();
        try {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 18));
            while (reads) {
                ByteBuf frame = Unpooled.wrappedBuffer(in.readNBytes(in.readInt()));
                byte type = frame.readByte();
                if (type == Frame.DELIVER || type == Frame.DELIVER_MANY) {
                    had.add(frame.readLong());
                }
                if (!had.isEmpty() && in.available() < Integer.BYTES) {
                    send(frames(out -> out.ranges(Frame.DELIVERED, had)));
                }
            }
        } catch (IOException over) {
            cutOff = true;
        }
    }

    private void beat() {
        try {
            send(frames(Out::ping));
        } catch (IOException over) {
            cutOff = true;
            beat.shutdown();
        }
    }

    void stopReading() {
        reads = false;
    }

    /** Whether the router has ended the connection. */
    boolean cutOff() {
        return cutOff;
    }

    @Override
    public void close() throws IOException {
        beat.shutdownNow();
        socket.close();
    }
}
