package io.anole.provider.ros1.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.anole.testkit.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real ROS 1 master on a free port of the loopback interface, or a given one, and real nodes and tools of it. */
public final class Ros implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Path home;
    private final String uri;
    private final int port;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private Peer master;

    /** With a master that runs already, and is no business of this. */
    public Ros(String uri) {
        try {
            this.uri = uri;
            this.port = 0;
            this.home = Files.createTempDirectory("ros");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a master of its own. */
    public Ros() {
        try {
            port = FreePort.next();
            uri = "http://127.0.0.1:" + port + "/";
            home = Files.createTempDirectory("ros");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** What nodes are told. */
    public String uri() {
        return uri;
    }

    /** Starts the master, again on the same port. */
    public void start() {
        master = run("rosmaster", "--core", "-p", String.valueOf(port));
        Awaitility.await("the master listens").atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(master.process.isAlive()).as("the master runs; it says: %s", master.out()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Ends the master as a power cut would. */
    public void kill() {
        master.kill();
    }

    /** A node in Python; what it imports comes first. */
    public Peer python(String program) {
        return run("/usr/bin/python3", "-u", "-c", program);
    }

    /** A tool that runs until it is ended. */
    public Peer run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ROS_MASTER_URI", uri());
        builder.environment().put("ROS_IP", "127.0.0.1");
        builder.environment().remove("ROS_HOSTNAME");
        builder.environment().put("ROS_HOME", home.toString());
        builder.environment().put("PYTHONUNBUFFERED", "1");
        try {
            Peer peer = new Peer(String.join(" ", command), builder.start());
            peers.add(peer);
            return peer;
        } catch (IOException e) {
            return fail(command[0] + " is missing: install the Debian packages that ./anole test names", e);
        }
    }

    /** What a tool prints until it ends by itself, with success. */
    public String tool(String... command) {
        Peer peer = run(command);
        try {
            assertThat(peer.process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS))
                    .as("%s ends; so far: %s", List.of(command), peer.out()).isTrue();
            peer.reader.join(SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        assertThat(peer.process.exitValue()).as("%s: %s", List.of(command), peer.out()).isZero();
        return peer.out();
    }

    @Override
    public void close() {
        peers.forEach(Peer::kill);
    }

    /** A process of ROS, and the lines it has printed. */
    public static final class Peer {
        private final String what;
        private final Process process;
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Thread reader;

        private Peer(String what, Process process) {
            this.what = what.length() > 60 ? what.substring(0, 60) : what;
            this.process = process;
            reader = new Thread(this::read, "ros-peer");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (var in = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                lines.add("(its output has ended: " + e.getMessage() + ")");
            }
        }

        /** All it has printed. */
        public String out() {
            return String.join("\n", lines);
        }

        /** The lines it has printed. */
        public List<String> lines() {
            return new ArrayList<>(lines);
        }

        /** Waits until a line begins so. */
        public String awaitLine(String begin) {
            Awaitility.await(what + " prints " + begin).atMost(SOON)
                    .pollInterval(Duration.ofMillis(10)).until(() -> lines.stream().anyMatch(line -> line.startsWith(begin)));
            return lines.stream().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
        }

        /** Its process. */
        public Process process() {
            return process;
        }

        /** Ends it as a power cut would. */
        public void kill() {
            process.destroyForcibly();
            try {
                assertThat(process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).as(what).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
