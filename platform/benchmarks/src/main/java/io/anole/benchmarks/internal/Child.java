package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A candidate in a JVM of its own, so that no candidate is compiled for another's classes; idle between its rounds. */
final class Child implements AutoCloseable {
    final Candidate candidate;
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    Child(Candidate candidate) throws IOException {
        this.candidate = candidate;
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
                "-Xms512m", "-Xmx512m", "-XX:-UsePerfData",
                // With one, a JDK on two processors starts a thread for each asynchronous task.
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "worker",
                candidate.name()));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        orders = process.outputWriter();
        answers = process.inputReader();
    }

    void open(Test test) throws IOException {
        order("open " + test.name());
    }

    double[] round(Test test, long millis) throws IOException {
        String[] words = order("round " + test.name() + " " + millis).split(" ");
        return Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
    }

    void close(Test test) throws IOException {
        order("close " + test.name());
    }

    private String order(String order) throws IOException {
        orders.write(order);
        orders.newLine();
        orders.flush();
        String answer = answers.readLine();
        if (answer == null || !answer.startsWith("ok")) {
            throw new IOException(candidate.name() + ": " + order + ": "
                    + (answer == null ? "its JVM ended" : answer.substring("failed ".length())));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
