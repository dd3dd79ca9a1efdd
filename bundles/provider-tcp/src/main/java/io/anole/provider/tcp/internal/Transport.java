package io.anole.provider.tcp.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** One event loop, which is one thread, and the sockets on it. */
final class Transport implements AutoCloseable {
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(512 << 10, 2 << 20);
    private static final int CONNECT_MS = 5_000;
    /** As large as the kernel lets that of a TCP connection grow; a Unix domain socket's stays as it is. */
    private static final int UNIX_BUFFER = 1 << 20;
    /** Bytes that are read at once: few where little comes. */
    private static final int LEAST_READ = 1 << 10;
    private static final int FIRST_READ = 4 << 10;
    private static final int MOST_READ = 128 << 10;

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;

    Transport(String bus) {
        if (System.getProperty("io.netty.leakDetection.level") == null) {
            // Netty would look at some buffers all the time, with a stack trace for each: that is for a developer to ask for.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        this.group = new MultiThreadIoEventLoopGroup(1, task -> {
            Thread thread = new Thread(task, "anole-tcp-" + bus);
            thread.setDaemon(true);
            return thread;
        }, handlers());
        this.loop = group.next();
    }

    /** With one processor whoever looks for more keeps others from bringing it. */
    private static IoHandlerFactory handlers() {
        return Runtime.getRuntime().availableProcessors() == 1 ? NioIoHandler.newFactory()
                : NioIoHandler.newFactory(SelectorProvider.provider(), () -> new Lookout(System::nanoTime));
    }

    EventLoop loop() {
        return loop;
    }

    private static RecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ);
    }

    /**
     * How a connection that comes is received.
     *
     * @param tls null if it is not encrypted
     */
    record Entrance(SslContext tls, int maxFrame) {
    }

    /** @param how for an endpoint that is encrypted */
    ChannelFuture connect(Endpoint to, SslContext how, int maxFrame, Function<Pipe, Peer> open) throws UnknownHostException {
        Bootstrap bootstrap = new Bootstrap().group(group)
                .channel(to.unix() ? NioDomainSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (to.tls()) {
                            channel.pipeline().addLast(how.newHandler(channel.alloc(), to.host(), to.port()));
                        }
                        channel.pipeline().addLast(new ChannelPipe(maxFrame, to.text(), open));
                    }
                });
        if (to.unix()) {
            bootstrap.option(ChannelOption.SO_SNDBUF, UNIX_BUFFER);
        } else {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        return bootstrap.connect(to.address());
    }

    /**
     * Done, on the event loop, when it listens.
     *
     * @param how asked for each connection that comes; one without is closed
     */
    CompletableFuture<Channel> listen(Endpoint at, Supplier<Optional<Entrance>> how, Function<Pipe, Peer> open) {
        CompletableFuture<Channel> result = new CompletableFuture<>();
        try {
            if (at.unix()) {
                removeStale(at.path());
            }
            bind(at, how, open).addListener((ChannelFuture bound) -> {
                if (!bound.isSuccess()) {
                    result.completeExceptionally(bound.cause());
                    return;
                }
                if (at.unix()) {
                    Files.setPosixFilePermissions(at.path(), PosixFilePermissions.fromString("rw-------"));
                }
                result.complete(bound.channel());
            });
        } catch (IOException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    private ChannelFuture bind(Endpoint at, Supplier<Optional<Entrance>> how, Function<Pipe, Peer> open) throws UnknownHostException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(group)
                .channel(at.unix() ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        String from = at.unix() ? "a client at " + at.text() : String.valueOf(channel.remoteAddress());
                        how.get().ifPresentOrElse(now -> {
                            if (now.tls() != null) {
                                channel.pipeline().addLast(now.tls().newHandler(channel.alloc()));
                            }
                            channel.pipeline().addLast(new ChannelPipe(now.maxFrame(), from, open));
                        }, channel::close);
                    }
                });
        if (at.unix()) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, UNIX_BUFFER);
        } else {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true);
        }
        return bootstrap.bind(at.address());
    }

    /** A router that was killed leaves its socket's file behind. */
    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            throw new IOException("there is a file, which is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("somebody listens there already");
        } catch (ConnectException nobody) {
            Files.delete(path);
        }
    }

    /** Closes every socket and ends the thread; waits for it, but not if called on it. */
    @Override
    public void close() {
        Future<?> over = group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS);
        if (!loop.inEventLoop()) {
            over.awaitUninterruptibly(2_000);
        }
    }
}
