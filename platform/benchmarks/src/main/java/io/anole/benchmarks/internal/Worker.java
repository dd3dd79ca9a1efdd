package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The program of a candidate's own JVM. Does what it is told on standard input, a line each: {@code open TEST},
 * {@code round TEST MILLIS}, {@code close TEST}; answers each with one line. Ends with its input.
 */
final class Worker {
    private final Candidate candidate;
    private final Map<Test, Scenario> open = new EnumMap<>(Test.class);

    private Worker(Candidate candidate) {
        this.candidate = candidate;
    }

    /** Never returns. What candidates print must not mix with the answers, so it goes to standard error. */
    static void serve(String name) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Worker worker = new Worker(Candidates.named(name));
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            answers.println(worker.answer(order.split(" ")));
            answers.flush();
        }
        System.exit(0);
    }

    private String answer(String[] order) {
        Test test = Test.valueOf(order[1]);
        try {
            switch (order[0]) {
                case "open" -> open.put(test, test.open(candidate));
                case "close" -> open.remove(test).close();
                default -> {
                    double[] figures = open.get(test).round(Long.parseLong(order[2]));
                    return "ok " + DoubleStream.of(figures).mapToObj(Double::toString).collect(Collectors.joining(" "));
                }
            }
            return "ok";
        } catch (Exception e) {
            e.printStackTrace();
            return "failed " + e.toString().replace('\n', ' ');
        }
    }
}
