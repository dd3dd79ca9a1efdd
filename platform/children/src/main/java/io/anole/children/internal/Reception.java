package io.anole.children.internal;

import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where children call: a Unix domain socket that only this user can open. A thread accepts, and each child has one that reads. */
final class Reception implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final Path socket;
    private final ServerSocketChannel server;
    private final Codec codec;
    private final Shapes shapes;
    private final Function<String, Jvm> expected;

    /** @param expected who may call, by id; null for nobody */
    Reception(Path socket, Codec codec, Shapes shapes, Function<String, Jvm> expected) throws IOException {
        this.socket = socket;
        this.codec = codec;
        this.shapes = shapes;
        this.expected = expected;
        Files.createDirectories(socket.getParent());
        Files.deleteIfExists(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw new IOException("child JVMs can't call at " + socket + ": " + e.getMessage(), e);
        }
        start("children call", this::accept);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    Path socket() {
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                start("child calls", () -> serve(channel));
            }
        } catch (ClosedChannelException e) {
            LOG.debug("no more calls", e);
        } catch (IOException e) {
            LOG.error("no child JVM can call any more: {}", e.getMessage());
        }
    }

    private void serve(SocketChannel channel) {
        try (Wire wire = new Wire(channel, codec, shapes)) {
            Frame hello = wire.next();
            Jvm jvm = hello.kind() == Frame.Kind.HELLO ? expected.apply(hello.text()) : null;
            if (jvm != null) {
                Thread.currentThread().setName("child " + jvm.id());
                jvm.serve(wire);
            }
        } catch (IOException | BusException.BadShape e) {
            LOG.debug("somebody called and said nothing", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
