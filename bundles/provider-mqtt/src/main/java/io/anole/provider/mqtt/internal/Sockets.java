package io.anole.provider.mqtt.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes sockets without TLS. They send at once, see {@link Tls}, and a call of the system reads all that has arrived: Paho
 * itself reads the first bytes of each packet one by one, with two calls each, and asks before whether anything is there.
 */
final class Sockets extends SocketFactory {
    private static final int BUFFER = 64 << 10;

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Buffered();
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(local, localPort), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(local, localPort), new InetSocketAddress(host, port));
    }

    private Socket connected(InetSocketAddress from, InetSocketAddress to) throws IOException {
        Socket socket = createSocket();
        try {
            socket.bind(from);
            socket.connect(to);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final class Buffered extends Socket {
        private InputStream in;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (in == null) {
                in = new Ahead(super.getInputStream());
            }
            return in;
        }
    }

    /** Read by one thread, Paho's receiver. */
    private static final class Ahead extends BufferedInputStream {
        Ahead(InputStream in) {
            super(in, BUFFER);
        }

        /** Without a call of the system while there is something. */
        @Override
        public synchronized int available() throws IOException {
            return pos < count ? count - pos : super.available();
        }
    }
}
