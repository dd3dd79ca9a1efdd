package io.anole.provider.ros1.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;

/**
 * Where this node listens for connections of TCPROS, who has come, and how it goes to others. On the event loop; names of
 * hosts are looked up on the worker.
 */
final class Sockets {
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(128 << 10, 512 << 10);
    private static final int MOST_CONNECTIONS = 2048;

    private final Node node;
    private final EventLoopGroup group;
    private final Set<Line> visitors = new HashSet<>();
    private Channel door;
    private volatile String host;
    private volatile int port;

    Sockets(Node node, EventLoopGroup group) {
        this.node = node;
        this.group = group;
    }

    /** What other nodes are told to connect to. */
    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Finds this machine's address and listens there; done on the event loop. A failure's message is for users. */
    CompletableFuture<InetAddress> listen() {
        CompletableFuture<InetAddress> result = new CompletableFuture<>();
        node.work(this::address).whenComplete((found, error) -> node.run(() -> {
            if (node.closed()) {
                return;
            }
            if (error != null) {
                result.completeExceptionally(Node.cause(error));
                return;
            }
            ChannelFuture bound = new ServerBootstrap().group(group).channelFactory(Straight.Server::new)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            visit(channel);
                        }
                    }).bind(found, node.settings().dataPort());
            bound.addListener(done -> {
                if (!done.isSuccess()) {
                    result.completeExceptionally(new IOException("can't listen on " + found.getHostAddress() + ":"
                            + node.settings().dataPort() + ": " + advice(String.valueOf(done.cause().getMessage())), done.cause()));
                    return;
                }
                door = bound.channel();
                port = ((InetSocketAddress) door.localAddress()).getPort();
                result.complete(found);
            });
        }));
        return result;
    }

    /** The system's words, and what to do. */
    private static String advice(String reason) {
        return reason.contains("in use") ? reason + ": another program listens there; stop it, or choose another port (tcpros.port)"
                : reason.contains("assign requested address") ? reason + ": it is none of this machine's; choose one that is (host)"
                : reason;
    }

    /** On the worker: what to tell others, and what to listen on. */
    private InetAddress address() throws IOException {
        Settings settings = node.settings();
        String name = settings.host();
        if (name == null) {
            name = wayTo(URI.create(settings.master()).getHost());
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(settings.bind() == null ? name : settings.bind());
        } catch (UnknownHostException e) {
            throw new IOException("'" + (settings.bind() == null ? name : settings.bind())
                    + "' (host, bind, ROS_HOSTNAME or ROS_IP) is no address of this machine that can be found", e);
        }
        host = name;
        return address;
    }

    /** This machine's address as the master sees it. */
    private static String wayTo(String masterHost) throws IOException {
        InetAddress far;
        try {
            far = InetAddress.getByName(masterHost);
        } catch (UnknownHostException e) {
            throw new IOException("the master's host '" + masterHost + "' has no address: check master or ROS_MASTER_URI", e);
        }
        if (far.isLoopbackAddress()) {
            return "127.0.0.1";
        }
        return wayTo(far).orElseThrow(() -> new IOException("there is no way to the master's host '" + masterHost + "'"))
                .getHostAddress();
    }

    /** This machine's address on that way, if there is one. */
    static Optional<InetAddress> wayTo(InetAddress far) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(far, 11311);
            return Optional.of(socket.getLocalAddress());
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private void visit(Channel channel) {
        if (visitors.size() >= MOST_CONNECTIONS) {
            channel.close();
            node.log("refused a connection", "there are " + MOST_CONNECTIONS + " already");
            return;
        }
        Door line = new Door(node);
        visitors.add(line);
        keepAlive(channel);
        channel.pipeline().addLast("line", line);
    }

    /** A dead peer is noticed within a minute, also where nothing is sent. */
    private static void keepAlive(Channel channel) {
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 20);
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10);
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
    }

    void entered(Line before, Line now) {
        visitors.remove(before);
        visitors.add(now);
    }

    void left(Line line) {
        visitors.remove(line);
    }

    /** Connects; done on the event loop. */
    CompletableFuture<Void> dial(InetSocketAddress unresolved, Line line) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        byte[] address = NetUtil.createByteArrayFromIpAddressString(unresolved.getHostString());
        if (address != null && !node.closed()) {
            connect(new InetSocketAddress(unresolved.getHostString(), unresolved.getPort()), line, result); // nothing to look up
            return result;
        }
        node.work(() -> new InetSocketAddress(unresolved.getHostString(), unresolved.getPort()))
                .whenComplete((at, error) -> node.run(() -> {
                    if (node.closed() || error != null || at.isUnresolved()) {
                        result.completeExceptionally(new ConnectException("the host '" + unresolved.getHostString()
                                + "' has no address on this machine: add it to /etc/hosts, or set ROS_IP where its node runs"));
                    } else {
                        connect(at, line, result);
                    }
                }));
        return result;
    }

    private void connect(InetSocketAddress at, Line line, CompletableFuture<Void> result) {
        new Bootstrap().group(group).channelFactory(Straight::new)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, node.settings().timeout())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        keepAlive(channel);
                        channel.pipeline().addLast("line", line);
                    }
                }).connect(at).addListener(done -> {
                    if (done.isSuccess()) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(new ConnectException(String.valueOf(done.cause().getMessage())));
                    }
                });
    }

    /** Ends the connections that others have made. */
    void dismiss() {
        List.copyOf(visitors).forEach(line -> line.end("the node ends"));
    }

    /** Listens no more. */
    void close() {
        if (door != null) {
            door.close();
        }
    }
}
