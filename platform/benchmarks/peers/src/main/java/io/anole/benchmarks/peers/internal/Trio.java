package io.anole.benchmarks.peers.internal;

import io.anole.testkit.FreePort;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The three processes of a candidate, idle between its rounds: a router or broker, who sends, and who hears. */
final class Trio implements AutoCloseable {
    private static final long STEP = 500;
    /** Steps in a row that show nothing better before it is warm. */
    private static final int PATIENCE = 12;
    private static final int SHORT_PATIENCE = 4;
    private static final int MOST_STEPS = 60;
    private static final double BETTER = 1.03;

    final String name;
    private final Path directory;
    private final List<AutoCloseable> ends = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final BufferedWriter orders;
    private final BufferedReader answers;

    Trio(String name) throws IOException, InterruptedException {
        this.name = name;
        this.directory = Files.createTempDirectory("bench");
        Files.write(directory.resolve("arrived"), new byte[Long.BYTES]);
        String where = router();
        start("hear", where);
        Process sender = start("send", where);
        orders = sender.outputWriter();
        answers = sender.inputReader();
    }

    static boolean overMosquitto(String candidate) {
        return candidate.startsWith("mosquitto") || candidate.startsWith("anole-mqtt");
    }

    private String router() throws IOException, InterruptedException {
        if (name.equals("nats") || overMosquitto(name)) {
            Broker broker = name.equals("nats") ? Broker.nats() : Broker.mosquitto();
            ends.add(broker);
            processes.add(broker.process());
            return broker.url();
        }
        String socket = directory.resolve("socket").toString();
        String where = switch (name) {
            case "anole-tcp" -> "tcp://127.0.0.1:" + FreePort.next();
            case "anole-unix" -> "unix:" + socket;
            case "raw-unix" -> socket;
            default -> String.valueOf(FreePort.next());
        };
        start("router", where);
        return where;
    }

    private Process start(String role, String where) throws IOException {
        Process process = new ProcessBuilder(Jvm.command(LineProcess.class, role, name, where, directory.resolve("arrived").toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        ends.add(process::destroy);
        said(process.inputReader());
        return process;
    }

    private String said(BufferedReader from) throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IOException("a process of " + name + " ended without a word");
        }
        return line;
    }

    private double[] order(String order) throws IOException {
        orders.write(order);
        orders.newLine();
        orders.flush();
        String[] words = said(answers).split(" ");
        return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[1])};
    }

    /** Half and 99 of 100 of the round trips are as short as this, in us. */
    double[] ping(long millis) throws IOException {
        return order("ping " + millis);
    }

    /** Messages per second, and processor time of all three processes per message, in us. */
    double[] flood(int size, long millis) throws IOException {
        Duration before = busy();
        double[] rate = order("flood " + millis + " " + size);
        return new double[] {rate[0], busy().minus(before).toNanos() / 1e3 / rate[1]};
    }

    private Duration busy() {
        return processes.stream().map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Until it gets no faster, which in a JVM takes until all of the way is compiled, some 10 to 20 s where three of them share
     * two processors; at most for a bound each.
     */
    void warmUp(int... sizes) throws IOException {
        warmUp(PATIENCE, () -> flood(sizes[0], STEP)[0]);
        for (int size : sizes) {
            warmUp(SHORT_PATIENCE, () -> flood(size, STEP)[0]);
        }
        warmUp(SHORT_PATIENCE, () -> 1 / ping(STEP)[0]);
    }

    private interface Speed {
        double measure() throws IOException;
    }

    private static void warmUp(int patience, Speed speed) throws IOException {
        double best = 0;
        int vain = 0;
        for (int i = 0; i < MOST_STEPS && vain < patience; i++) {
            double now = speed.measure();
            vain = now > BETTER * best ? 0 : vain + 1;
            best = Math.max(best, now);
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable end : ends) {
            end.close();
        }
    }
}
