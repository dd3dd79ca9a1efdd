package io.anole.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * A line over TCP that can be cut: it listens on a port of its own on the loopback interface, passes bytes to and from the
 * system, and when cut resets both sides and refuses newcomers. It can also be stopped: then no byte passes, and neither side is
 * told. One thread accepts and two per connection pass bytes; all end with {@link #close}.
 */
public final class TcpLine implements Line {
    private static final int CONNECT_MS = 5000;

    private final InetSocketAddress system;
    private final ServerSocket door;
    private final Map<String, Object> properties;
    /** Open sockets of both sides; guarded by itself, as are {@code cut} and {@code stopped}. */
    private final Set<Socket> sockets = new HashSet<>();
    private boolean cut;
    private boolean stopped;
    private final AtomicLong carried = new AtomicLong();

    /**
     * Lays a line.
     *
     * @param system     where the system listens; may be down for now
     * @param properties makes the provider's keys from the port on the loopback interface to connect to
     */
    public TcpLine(InetSocketAddress system, IntFunction<Map<String, Object>> properties) {
        this.system = system;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("can't listen on the loopback interface", e);
        }
        this.properties = Map.copyOf(properties.apply(door.getLocalPort()));
        start("accept", this::accept);
    }

    @Override
    public Map<String, Object> properties() {
        return properties;
    }

    @Override
    public boolean breakable() {
        return true;
    }

    @Override
    public void cut() {
        synchronized (sockets) {
            cut = true;
            sockets.forEach(TcpLine::reset);
            sockets.clear();
        }
    }

    /** Passes nothing any more, also what comes from now on, and tells nobody: as where packets are lost. */
    public void stop() {
        synchronized (sockets) {
            stopped = true;
        }
    }

    /** Bytes that went through, in both directions. */
    public long carried() {
        return carried.get();
    }

    @Override
    public void mend() {
        synchronized (sockets) {
            cut = false;
            stopped = false;
            sockets.notifyAll();
        }
    }

    @Override
    public void close() {
        cut();
        synchronized (sockets) {
            sockets.notifyAll();
        }
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException("can't close the line to " + system, e);
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                if (!register(near)) {
                    continue;
                }
                start("connect", () -> join(near));
            } catch (IOException ended) {
                if (!door.isClosed()) {
                    throw new UncheckedIOException("the line to " + system + " can't accept", ended);
                }
            }
        }
    }

    private void join(Socket near) {
        Socket far = new Socket();
        try {
            awaitFlow();
            far.connect(system, CONNECT_MS);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            if (register(far)) {
                start("back", () -> pass(far, near));
                pass(near, far);
                return;
            }
        } catch (IOException unreachable) {
            // the near side sees it as a reset connection
        }
        end(near);
        end(far);
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitFlow();
                out.write(buffer, 0, n);
                carried.addAndGet(n);
            }
        } catch (IOException ended) {
            // one side is gone or the line was cut: both sides end
        }
        awaitFlow();
        end(from);
        end(to);
    }

    /** Waits while the line is stopped. */
    private void awaitFlow() {
        synchronized (sockets) {
            while (stopped && !cut) {
                try {
                    sockets.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private boolean register(Socket socket) {
        synchronized (sockets) {
            if (cut) {
                reset(socket);
                return false;
            }
            return sockets.add(socket);
        }
    }

    private void end(Socket socket) {
        synchronized (sockets) {
            sockets.remove(socket);
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reset(Socket socket) {
        try {
            if (socket.isConnected() && !socket.isClosed()) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            socket.close();
        } catch (IOException closedBySomebodyElse) {
            // as good as reset
        }
    }

    private void start(String part, Runnable work) {
        Thread thread = new Thread(work, "testkit-line-" + door.getLocalPort() + "-" + part);
        thread.setDaemon(true);
        thread.start();
    }
}
