package io.anole.benchmarks.peers.internal;

import io.anole.testkit.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that listens on a port of loopback, for the time of a benchmark. */
final class Broker implements AutoCloseable {
    private static final long BOUND_MILLIS = 10_000;

    private final String name;
    private final String scheme;
    private final int port;
    private final Process process;

    private Broker(String name, String scheme, int port, List<String> arguments) throws IOException, InterruptedException {
        this(name, name, scheme, port, arguments);
    }

    private Broker(String name, String installed, String scheme, int port, List<String> arguments)
            throws IOException, InterruptedException {
        this.name = name;
        this.scheme = scheme;
        this.port = port;
        String program = program(name);
        if (program == null) {
            throw new IOException(name + " is missing; as root: apt-get install " + installed);
        }
        ProcessBuilder builder = new ProcessBuilder(program);
        builder.command().addAll(arguments);
        process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        awaitPort();
    }

    static Broker mosquitto() throws IOException, InterruptedException {
        int port = FreePort.next();
        Path configuration = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(configuration, "listener " + port + " 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
                + "max_queued_messages 0\nmax_inflight_messages 1000\n");
        try {
            return new Broker("mosquitto", "tcp", port, List.of("-c", configuration.toString()));
        } finally {
            Files.delete(configuration);
        }
    }

    static Broker nats() throws IOException, InterruptedException {
        int port = FreePort.next();
        return new Broker("nats-server", "nats", port, List.of("-a", "127.0.0.1", "-p", String.valueOf(port)));
    }

    /** It writes its log where all of ROS does. */
    static Broker rosmaster() throws IOException, InterruptedException {
        int port = FreePort.next();
        return new Broker("rosmaster", "python3-rosmaster", "http", port, List.of("--core", "-p", String.valueOf(port)));
    }

    /** Debian's servers are where a user's path does not lead. */
    private static String program(String name) {
        return Stream.concat(Stream.of("/usr/sbin"), Stream.of(System.getenv("PATH").split(File.pathSeparator)))
                .map(directory -> Path.of(directory, name)).filter(Files::isExecutable).findFirst().map(Path::toString).orElse(null);
    }

    /** The Debian package of a program that is not installed; empty if it is. */
    static Optional<String> missing(String name) {
        return program(name) == null ? Optional.of(name) : Optional.empty();
    }

    private void awaitPort() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS);
        while (System.nanoTime() < until) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException(name + " ended at once with code " + process.exitValue(), e);
                }
            }
        }
        close();
        throw new IOException(name + " does not answer on port " + port);
    }

    String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
