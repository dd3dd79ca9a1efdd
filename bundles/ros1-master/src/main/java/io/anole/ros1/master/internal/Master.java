package io.anole.ros1.master.internal;

import io.anole.ros1.xmlrpc.ServerOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import io.anole.ros1.xmlrpc.XmlRpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A running master: its socket, and all behind it. */
public final class Master implements AutoCloseable {
    private static final String NAME = "ros1-master";
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final Notifier notifier;
    private final XmlRpcServer server;
    private final String uri;

    /**
     * What a master may use.
     *
     * @param host            address to listen on
     * @param anyInterface    whether that may be all there are
     * @param advertise       the host in its URI; empty for the one it listens on, or the name of this machine
     * @param notifyTimeout   for a node to take a change
     * @param distribution    what it says which ROS it is
     */
    public record Settings(String host, boolean anyInterface, int port, String advertise, int maxConnections, int workers,
            int maxRegistrations, long maxParameterBytes, Duration notifyTimeout, String distribution, String version) {
        /** Checks. */
        public Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " is not within 0 and 65535");
            }
            if (maxRegistrations < 1 || maxParameterBytes < 1024) {
                throw new IllegalArgumentException(maxRegistrations < 1
                        ? "max.registrations: " + maxRegistrations + " is less than 1"
                        : "max.parameter.bytes: " + maxParameterBytes + " is less than 1024");
            }
        }

        InetSocketAddress address() {
            try {
                InetAddress address = InetAddress.getByName(host);
                if (address.isAnyLocalAddress() && !anyInterface) {
                    throw new IllegalArgumentException("host: '" + host + "' is every interface of this machine, and ROS 1 asks "
                            + "nobody who he is; give one address, or set any.interface");
                }
                return new InetSocketAddress(address, port);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("host: '" + host + "' is no address of this machine", e);
            }
        }

        String advertised() {
            if (!advertise.isEmpty()) {
                return advertise;
            }
            try {
                return InetAddress.getByName(host).isAnyLocalAddress() ? InetAddress.getLocalHost().getHostName() : host;
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("advertise: this machine has no name that it can look up; give an address that "
                        + "other machines reach it at", e);
            }
        }
    }

    /**
     * Answers when it returns.
     *
     * @throws IllegalArgumentException with one line that names the key and what is wrong
     * @throws IOException              with one line, if it can't listen
     */
    public Master(XmlRpc xmlRpc, Settings settings) throws IOException {
        InetSocketAddress address = settings.address();
        String host = settings.advertised();
        notifier = new Notifier(xmlRpc, settings.notifyTimeout());
        Late late = new Late();
        try {
            server = xmlRpc.serve(new ServerOptions(NAME, address, settings.maxConnections(), settings.workers(), LINGER), late);
        } catch (IOException e) {
            throw new IOException("port: " + e.getMessage() + "; another master may run there", e);
        }
        uri = "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.address().getPort() + "/";
        MasterApi api = new MasterApi(new Graph(notifier, settings.maxRegistrations()),
                new Parameters(settings.maxParameterBytes()), notifier, uri);
        try {
            api.preset("/run_id", UUID.randomUUID().toString());
            api.preset("/rosdistro", settings.distribution() + "\n");
            api.preset("/rosversion", settings.version() + "\n");
        } catch (Failure e) {
            server.close();
            throw new IOException(e.getMessage(), e);
        }
        late.complete(api);
    }

    /** The port, and with it the URI, is known only when it listens: who calls before that waits the moment. */
    private static final class Late implements XmlRpcHandler {
        private final CompletableFuture<MasterApi> api = new CompletableFuture<>();

        void complete(MasterApi with) {
            api.complete(with);
        }

        @Override
        public Object call(String method, List<Object> params) throws Exception {
            return api.get().call(method, params);
        }
    }

    public String uri() {
        return uri;
    }

    int port() {
        return server.address().getPort();
    }

    Notifier notifier() {
        return notifier;
    }

    @Override
    public void close() {
        server.close();
        notifier.close();
    }
}
