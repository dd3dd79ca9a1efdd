package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The limit: a socket to a process that copies bytes between two sockets and knows nothing of messages. */
final class RawLine implements RouterLine {
    private static final int BUFFER = 256 << 10;

    private final SocketChannel socket;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();

    RawLine(String where) throws IOException {
        socket = SocketChannel.open(address(where));
        atOnce(socket);
        Thread thread = new Thread(this::read, "raw");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param where a port, or the path of a Unix domain socket */
    private static SocketAddress address(String where) {
        return where.startsWith("/") ? UnixDomainSocketAddress.of(where)
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(where));
    }

    private static void atOnce(SocketChannel socket) throws IOException {
        if (socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    private void read() {
        ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (socket.read(in) >= 0) {
                in.flip();
                while (in.remaining() >= Integer.BYTES && in.remaining() >= in.getInt(in.position())) {
                    take(in);
                }
                in.compact();
            }
        } catch (ClosedChannelException over) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One message: its length, that of the topic, the topic, and the body. */
    private void take(ByteBuffer in) {
        int end = in.position() + in.getInt();
        byte[] topic = new byte[in.get()];
        in.get(topic);
        byte[] body = new byte[end - in.position()];
        in.get(body);
        Consumer<byte[]> handler = handlers.get(new String(topic, StandardCharsets.US_ASCII));
        if (handler != null) {
            handler.accept(body);
        }
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) {
        handlers.put(topic, handler);
    }

    @Override
    public Sink to(String topic) {
        byte[] to = topic.getBytes(StandardCharsets.US_ASCII);
        return body -> send(to, body);
    }

    private synchronized void send(byte[] to, byte[] body) throws IOException {
        int size = Integer.BYTES + 1 + to.length + body.length;
        if (out.remaining() < size) {
            flush();
        }
        out.putInt(size).put((byte) to.length).put(to).put(body);
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
        out.clear();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Copies between the first two who connect, until one of them goes. */
    static void relay(String where, Runnable ready) throws IOException, InterruptedException {
        SocketAddress at = address(where);
        try (ServerSocketChannel door = at instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open()) {
            door.bind(at);
            ready.run();
            try (SocketChannel one = door.accept(); SocketChannel other = door.accept()) {
                atOnce(one);
                atOnce(other);
                Thread back = new Thread(() -> copy(other, one), "relay");
                back.setDaemon(true);
                back.start();
                copy(one, other);
            }
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException over) {
            return;
        }
    }
}
