package io.anole.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Mosquitto (Debian packages mosquitto and mosquitto-clients) on a free port of the loopback interface. */
public final class Mosquitto implements AutoCloseable {
    private final Path directory;
    private final boolean temporary;
    private final int port;
    private Process process;

    /**
     * With its files in a directory that goes with it.
     *
     * @param lines of its configuration, beside listener, log and persistence
     */
    public Mosquitto(String... lines) {
        this(temporary(), true, lines);
    }

    /**
     * With its files in this directory, which stays.
     *
     * @param lines of its configuration, beside listener, log and persistence
     */
    public Mosquitto(Path directory, String... lines) {
        this(directory, false, lines);
    }

    private Mosquitto(Path directory, boolean temporary, String... lines) {
        this.directory = directory;
        this.temporary = temporary;
        this.port = FreePort.next();
        try {
            List<String> all = new ArrayList<>(List.of("listener " + port + " 127.0.0.1", "log_dest file "
                    + directory.resolve("mosquitto.log"), "persistence true", "persistence_location " + directory + "/",
                    "autosave_interval 1", "set_tcp_nodelay true"));
            all.addAll(List.of(lines));
            if (List.of(lines).stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
                all.add("allow_anonymous true");
            }
            if (System.getProperty("user.name").equals("root")) {
                all.add("user root");
            }
            Files.write(directory.resolve("mosquitto.conf"), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** What a client connects to. */
    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** Starts it again on the same port. */
    public void start() {
        process = run("mosquitto", "-c", directory.resolve("mosquitto.conf").toString());
        Awaitility.await("Mosquitto listens").atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(process.isAlive()).as("Mosquitto runs; its log: %s", log()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Ends it as a service manager would. */
    public void stop() {
        end(process.toHandle()::destroy);
    }

    /** Ends it as a power cut would. */
    public void kill() {
        end(process.toHandle()::destroyForcibly);
    }

    private void end(Runnable how) {
        how.run();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("Mosquitto ended").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it has logged. */
    public String log() {
        try {
            Path log = directory.resolve("mosquitto.log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes as a foreign client. */
    public void pub(String... options) {
        client("mosquitto_pub", options);
    }

    /** What a foreign client prints. */
    public String client(String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command, "-p", String.valueOf(port), "-V", "5"));
        all.addAll(List.of(options));
        Process client = run(all.toArray(String[]::new));
        try {
            String out = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(client.waitFor(20, TimeUnit.SECONDS)).as(command).isTrue();
            // 27: mosquitto_sub listened for as long as it was told.
            assertThat(client.exitValue()).as("%s: %s", all, out).isIn(0, 27);
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Process run(String... command) {
        List<String> found = new ArrayList<>(List.of(command));
        Path daemon = Path.of("/usr/sbin", command[0]);
        if (Files.isExecutable(daemon)) {
            found.set(0, daemon.toString());
        }
        try {
            return new ProcessBuilder(found).redirectErrorStream(true).start();
        } catch (IOException e) {
            return fail(command[0] + " is missing: install the Debian packages mosquitto and mosquitto-clients", e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("mosquitto");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        if (temporary) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
