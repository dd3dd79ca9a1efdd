package io.anole.benchmarks.peers.internal;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes of ROS, each a process, idle between their rounds: who sends, and who hears. */
final class RosPair implements AutoCloseable {
    final String name;
    private final Map<String, List<String>> commands;
    private final String master;
    private final List<Process> processes = new ArrayList<>();
    private final BufferedWriter orders;
    private final BufferedReader answers;

    /**
     * @param name     of both ends' kind, or of the sender's and the hearer's with {@code -to-} between
     * @param commands what starts a node of each kind
     */
    RosPair(String name, Map<String, List<String>> commands, String master) throws IOException {
        this.name = name;
        this.commands = commands;
        this.master = master;
        String[] kinds = name.split("-to-");
        start(kinds[kinds.length - 1], "hear");
        Process sender = start(kinds[0], "send");
        orders = sender.outputWriter();
        answers = sender.inputReader();
    }

    private Process start(String kind, String role) throws IOException {
        List<String> command = new ArrayList<>(commands.get(kind));
        command.addAll(List.of(role, name.replace('-', '_')));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("ROS_MASTER_URI", master);
        builder.environment().put("ROS_IP", "127.0.0.1");
        builder.environment().remove("ROS_HOSTNAME");
        builder.environment().remove("ROS_NAMESPACE");
        builder.environment().put("ROS_HOME", Path.of(System.getProperty("java.io.tmpdir"), "anole-bench-ros").toString());
        Process process = builder.start();
        processes.add(process);
        String first = said(process.inputReader());
        if (!first.equals("ready")) {
            close();
            throw new IOException(name + ": " + first);
        }
        return process;
    }

    private String said(BufferedReader from) throws IOException {
        String line = from.readLine();
        if (line == null) {
            close();
            throw new IOException("a node of " + name + " has ended; why is said above");
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
    double[] trips(String what, long millis) throws IOException {
        return order(what + " " + millis);
    }

    /** Messages per second, and processor time of both processes per message, in us. Ends in failure if one is lost. */
    double[] flood(String topic, int size, int window, long millis) throws IOException {
        Duration before = busy();
        double[] rate = order("flood " + topic + " " + size + " " + window + " " + millis);
        return new double[] {rate[0], busy().minus(before).toNanos() / 1e3 / rate[1], rate[1]};
    }

    private Duration busy() {
        return processes.stream().map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
