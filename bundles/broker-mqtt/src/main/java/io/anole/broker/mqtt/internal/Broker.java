package io.anole.broker.mqtt.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artemis with one acceptor that speaks MQTT and nothing else: no management, no JMX, no clustering. Runs from construction
 * to {@link #close}, on threads of its own.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final String ACCEPTOR = "mqtt";
    private static final long STOP_SECONDS = 10;

    private final Server server;
    private final String host;
    private final int port;

    /**
     * @param settings  what it may use
     * @param directory where it keeps retained and queued messages, or null to keep them in memory
     * @throws IllegalArgumentException with one line that names the key and what is wrong
     * @throws IOException              with one line, if it can't start
     */
    public Broker(Settings settings, Path directory) throws IOException {
        this.host = settings.host();
        server = new Server(configuration(settings, directory), new OneUser(settings));
        server.getConfiguration().setSecurityEnabled(true);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        // Artemis and Netty look up their parts by the context class loader.
        Thread.currentThread().setContextClassLoader(Broker.class.getClassLoader());
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException("can't start: " + e.getMessage(), e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        NettyAcceptor acceptor = (NettyAcceptor) server.getRemotingService().getAcceptor(ACCEPTOR);
        if (acceptor == null || !acceptor.isStarted() || acceptor.getActualPort() <= 0) {
            close();
            throw new IOException("port: can't listen on " + host + ":" + settings.port()
                    + "; another program may hold it, give another port");
        }
        port = acceptor.getActualPort();
    }

    /**
     * What a broker may use.
     *
     * @param maxConnections clients at once
     * @param maxPacket      bytes of one MQTT packet
     * @param maxMemory      bytes of messages held in memory, all together
     * @param user           null to let any local client in
     */
    public record Settings(String host, int port, int maxConnections, int maxPacket, long maxMemory, String user,
            String password) {
        /** Checks. */
        public Settings {
            check("port", port, 0, 65_535);
            check("max.connections", maxConnections, 1, 65_535);
            check("max.packet", maxPacket, 1024, 256 << 20);
            check("max.memory", maxMemory, 1 << 20, 1L << 40);
            user = user == null || user.isEmpty() ? null : user;
            password = password == null || password.isEmpty() ? null : password;
            if (user == null != (password == null)) {
                throw new IllegalArgumentException((user == null ? "user" : "password")
                        + ": is missing; user and password belong together");
            }
            boolean loopback;
            try {
                loopback = InetAddress.getByName(host).isLoopbackAddress();
            } catch (IOException e) {
                throw new IllegalArgumentException("host: '" + host + "' is no address of this machine", e);
            }
            if (!loopback && user == null) {
                throw new IllegalArgumentException("host: '" + host
                        + "' is reachable from outside; give user and password, or 127.0.0.1");
            }
        }

        private static void check(String key, long value, long least, long most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(key + ": " + value + " is not within " + least + " and " + most);
            }
        }

        /** Without the password. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private static Configuration configuration(Settings settings, Path directory) throws IOException {
        Configuration config = new ConfigurationImpl();
        config.setName("anole");
        config.setJMXManagementEnabled(false);
        config.setMessageCounterEnabled(false);
        config.setCriticalAnalyzer(false);
        config.setGracefulShutdownEnabled(false);
        config.setThreadPoolMaxSize(8);
        config.setScheduledThreadPoolMaxSize(2);
        config.setGlobalMaxSize(settings.maxMemory());
        // As in MQTT. With its own dots and stars Artemis would take a dot in a topic for the end of a level.
        config.setWildCardConfiguration(
                new WildcardConfiguration().setDelimiter('/').setSingleWord('+').setAnyWords('#'));
        config.setPersistenceEnabled(directory != null);
        if (directory != null) {
            config.setJournalType(JournalType.NIO);
            config.setJournalFileSize(1 << 20);
            config.setJournalMinFiles(2);
            config.setJournalPoolFiles(4);
            config.setJournalDirectory(directory.resolve("journal").toString());
            config.setBindingsDirectory(directory.resolve("bindings").toString());
            config.setPagingDirectory(directory.resolve("paging").toString());
            config.setLargeMessagesDirectory(directory.resolve("large").toString());
        }
        config.addAddressSetting("#", new AddressSettings()
                // Full: with a directory it goes to disk, without one the publisher is told.
                .setAddressFullMessagePolicy(directory == null ? AddressFullMessagePolicy.FAIL : AddressFullMessagePolicy.PAGE)
                .setPageSizeBytes(1 << 20)
                // Nowhere, said so that Artemis does not warn of it for every subscription.
                .setDeadLetterAddress(SimpleString.of(""))
                .setExpiryAddress(SimpleString.of(""))
                .setMaxDeliveryAttempts(-1)
                .setAutoCreateDeadLetterResources(false)
                .setAutoCreateExpiryResources(false));
        try {
            config.addAcceptorConfiguration(ACCEPTOR, "tcp://" + settings.host() + ":" + settings.port()
                    + "?protocols=MQTT;useEpoll=false;useKQueue=false;tcpNoDelay=true;connectionsAllowed="
                    + settings.maxConnections() + ";maximumPacketSize=" + settings.maxPacket() + ";nioRemotingThreads=1");
        } catch (Exception e) {
            throw new IOException("host: " + e.getMessage(), e);
        }
        return config;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** What a client connects to. */
    public String url() {
        return "tcp://" + host + ":" + port;
    }

    /** Stops it within 10 s. */
    @Override
    public void close() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Thread stopper = new Thread(() -> {
            try {
                server.stop();
            } catch (Exception e) {
                LOG.warn("the MQTT broker did not stop in order: {}", e.getMessage());
            }
            stopped.complete(null);
        }, "anole-broker-stop");
        stopper.setDaemon(true);
        stopper.setContextClassLoader(Broker.class.getClassLoader());
        stopper.start();
        try {
            stopped.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the MQTT broker did not stop within {} s; left to itself", STOP_SECONDS);
        }
    }

    /** One user who may do everything, or, on the loopback interface only, everybody. */
    private static final class OneUser implements ActiveMQSecurityManager {
        private final Settings settings;

        OneUser(Settings settings) {
            this.settings = settings;
        }

        @Override
        public boolean validateUser(String user, String password) {
            return settings.user() == null || same(settings.user(), user) & same(settings.password(), password);
        }

        @Override
        public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType type) {
            return type != CheckType.MANAGE && validateUser(user, password);
        }

        private static boolean same(String expected, String given) {
            return given != null && MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8),
                    given.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public ActiveMQSecurityManager init(Map<String, String> properties) {
            return this;
        }
    }
}
