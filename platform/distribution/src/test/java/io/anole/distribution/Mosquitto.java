package io.anole.distribution;

import io.anole.testkit.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Mosquitto as anybody may run it, its sessions on disk. */
final class Mosquitto implements AutoCloseable {
    private final Path directory;
    private final int port;
    private Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Starts one on a free port, with its files in the directory. */
    static Mosquitto start(Path directory) throws IOException {
        Mosquitto broker = new Mosquitto(directory, FreePort.next());
        broker.start();
        return broker;
    }

    int port() {
        return port;
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** Again, after {@link #stop}. */
    void start() throws IOException {
        Path configuration = Files.writeString(directory.resolve("mosquitto.conf"), """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence true
                persistence_location %s/
                """.formatted(port, directory));
        Path binary = Path.of("/usr/sbin/mosquitto");
        process = new ProcessBuilder(Files.isExecutable(binary) ? binary.toString() : "mosquitto", "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("mosquitto.log").toFile()).start();
    }

    /** As its owner would: it writes its sessions down. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** Ends it without a chance to write anything down. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** One message as a client that knows nothing of Anole sees it. */
    static String heard(int port, String topic) throws IOException {
        Process client = new ProcessBuilder("mosquitto_sub", "-p", Integer.toString(port), "-t", topic, "-C", "1", "-W", "20")
                .redirectErrorStream(true).start();
        try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8)) {
            return said.readLine();
        } finally {
            client.destroy();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
