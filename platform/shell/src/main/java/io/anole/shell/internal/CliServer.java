package io.anole.shell.internal;

import io.anole.client.Address;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the {@code anole} command on a Unix socket in the home directory that only its owner can open. One thread
 * accepts; each client has a {@link Connection}. That no other runtime uses the home is seen to by the launcher's
 * lock, so a socket that is there already was left by a runtime that was killed.
 */
@Component(service = {}, configurationPid = CliServer.PID)
@Designate(ocd = CliServer.Config.class)
public final class CliServer {
    static final String PID = "io.anole.shell";

    private static final long STOP_MILLIS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(CliServer.class);

    private final Shell shell;
    private final int most;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final Path home;
    private int number;

    @ObjectClassDefinition(name = "Anole command line", description = "The door of the command ./anole.")
    @interface Config {
        @AttributeDefinition(name = "Most clients",
                description = "How many commands may run at the same time, 1 to 256; further ones are refused.")
        int max_clients() default 16;
    }

    @Activate
    public CliServer(BundleContext context, @Reference Shell shell, Config config) throws IOException {
        this(Robot.home(context).orElse(null), shell, Math.max(1, Math.min(256, config.max_clients())));
    }

    /** @param home null for none: then nothing listens */
    CliServer(Path home, Shell shell, int most) throws IOException {
        this.shell = shell;
        this.most = most;
        this.home = home;
        if (home == null) {
            LOG.warn("framework property anole.home is not set: the command line of this runtime is not reachable");
            this.server = null;
            this.acceptor = null;
            return;
        }
        this.server = open(home);
        this.acceptor = new Thread(this::accept, "anole-cli");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private static ServerSocketChannel open(Path home) throws IOException {
        Path socket = Address.socket(home);
        Path run = Files.createDirectories(socket.getParent());
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
        forget(home);
        if (!Address.fits(socket)) {
            // created for its owner only, as the directory in the home is
            socket = Files.createTempDirectory("anole-").resolve(socket.getFileName());
            Files.writeString(Address.redirect(home), socket + "\n");
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("listening on " + socket + " failed: " + e.getMessage(), e);
        }
    }

    /** Deletes the socket of this home, wherever it is. */
    private static void forget(Path home) throws IOException {
        Files.deleteIfExists(Address.socket(home));
        try {
            Path elsewhere = Path.of(Files.readString(Address.redirect(home)).strip());
            if (elsewhere.endsWith(Address.socket(home).getFileName())) {
                Files.deleteIfExists(elsewhere);
                Files.deleteIfExists(elsewhere.getParent());
            }
            Files.delete(Address.redirect(home));
        } catch (NoSuchFileException e) {
            LOG.trace("the socket is in the home itself", e);
        }
    }

    private void accept() {
        while (true) {
            try {
                accepted(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.error("the command line is not reachable any more: {}", e.toString());
                return;
            }
        }
    }

    private void accepted(SocketChannel socket) {
        if (connections.size() >= most) {
            Connection.refuse(socket, most + " commands are running already: end one, or raise max.clients of "
                    + PID);
            return;
        }
        Connection connection = new Connection(socket, "anole-cli-" + ++number, shell, connections::remove);
        connections.add(connection);
        connection.start();
    }

    @Deactivate
    void stop() throws IOException {
        if (server == null) {
            return;
        }
        server.close();
        try {
            // a client that is just being let in is among the connections after this
            acceptor.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(Connection::close);
        forget(home);
    }
}
