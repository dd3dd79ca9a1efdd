package io.anole.benchmarks.peers.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The limit: a socket to a process that copies bytes between two sockets and knows nothing of messages. */
final class RawLine implements RouterLine {
    private static final int BUFFER = 64 << 10;

    private final Socket socket;
    private final DataOutputStream out;
    private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();

    RawLine(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
        Thread thread = new Thread(this::read, "raw");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER))) {
            while (true) {
                String topic = in.readUTF();
                byte[] body = new byte[in.readInt()];
                in.readFully(body);
                Consumer<byte[]> handler = handlers.get(topic);
                if (handler != null) {
                    handler.accept(body);
                }
            }
        } catch (EOFException | SocketException over) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void hear(String topic, Consumer<byte[]> handler) {
        handlers.put(topic, handler);
    }

    @Override
    public synchronized void send(String topic, byte[] body) throws IOException {
        out.writeUTF(topic);
        out.writeInt(body.length);
        out.write(body);
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Copies between the first two who connect, for ever. */
    static void relay(int port) throws IOException, InterruptedException {
        try (ServerSocket door = new ServerSocket(port, 2, InetAddress.getLoopbackAddress())) {
            Socket one = door.accept();
            Socket other = door.accept();
            one.setTcpNoDelay(true);
            other.setTcpNoDelay(true);
            Thread back = new Thread(() -> copy(other, one), "relay");
            back.start();
            copy(one, other);
            back.join();
        }
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (SocketException over) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
