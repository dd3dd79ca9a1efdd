package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.internal.Test.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Measures the local bus beside its peers. Every candidate has a JVM of its own; rounds are short and go around, so that
 * whatever else the machine does falls on all of them alike, and medians are compared.
 */
public final class Main {
    private static final String USAGE = """
            Usage: bench local [--quick] [--json] [--only TEST,...] [--candidates NAME,...]

              --quick       shorter and fewer rounds: an impression in a minute, not a result
              --json        JSON lines alone; otherwise a table follows on standard error
              --only        of: %s
              --candidates  of: %s
            """;
    /** Measured in turns, since they are compared with each other. */
    private static final List<List<Test>> GROUPS = List.of(List.of(Test.ONE_TO_ONE), List.of(Test.ONE_TO_EIGHT),
            List.of(Test.EIGHT_TO_ONE), List.of(Test.LATENCY), List.of(Test.ASK_SERIAL), List.of(Test.ASK_256),
            List.of(Test.WILDCARDS_10, Test.WILDCARDS_10000), List.of(Test.MATCHING));

    /**
     * Short rounds of latency for each round of the rest. What it takes to wake a thread has two values, some four times apart, and
     * most of a round has one of them: a median of few rounds is one or the other by chance.
     */
    private static final int PIECES = 5;

    private final Options options;
    private final Results results = new Results();

    private Main(Options options) {
        this.options = options;
    }

    private record Options(boolean quick, boolean json, Set<String> tests, Set<String> candidates) {
        int rounds() {
            return quick ? 3 : 9;
        }

        long roundMillis() {
            return quick ? 150 : 300;
        }

        int mostWarmUps() {
            return quick ? 16 : 32;
        }
    }

    private record Entry(Child child, Test test) {
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 2 && args[0].equals("worker")) {
            Worker.serve(args[1]);
            return;
        }
        Options options;
        try {
            options = options(args);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.err.printf(USAGE, testNames(), candidateNames());
            System.exit(2);
            return;
        }
        try {
            new Main(options).run();
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Options options(String[] args) {
        if (args.length == 0 || !args[0].equals("local")) {
            throw new IllegalArgumentException("what to measure? there is: local");
        }
        boolean quick = false;
        boolean json = false;
        Set<String> tests = Set.copyOf(testNames());
        Set<String> candidates = Set.copyOf(candidateNames());
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> quick = true;
                case "--json" -> json = true;
                case "--only" -> tests = chosen(args, ++i, tests);
                case "--candidates" -> candidates = chosen(args, ++i, candidates);
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        return new Options(quick, json, tests, candidates);
    }

    private static Set<String> chosen(String[] args, int at, Set<String> there) {
        if (at == args.length) {
            throw new IllegalArgumentException(args[at - 1] + " needs a list");
        }
        Set<String> chosen = new TreeSet<>(List.of(args[at].split(",")));
        for (String each : chosen) {
            if (!there.contains(each)) {
                throw new IllegalArgumentException("there is no '" + each + "'");
            }
        }
        return chosen;
    }

    private static List<String> testNames() {
        return List.of(Test.values()).stream().map(Test::label).toList();
    }

    private static List<String> candidateNames() {
        return Candidates.all().stream().map(Candidate::name).toList();
    }

    private void run() throws IOException {
        List<Child> children = new ArrayList<>();
        try {
            for (Candidate candidate : Candidates.all()) {
                if (options.candidates.contains(candidate.name())) {
                    children.add(new Child(candidate));
                }
            }
            for (List<Test> group : GROUPS) {
                measure(group, children);
            }
        } finally {
            for (Child child : children) {
                child.close();
            }
        }
        Report report = new Report(results);
        report.json(System.out);
        if (!options.json) {
            report.table(System.err);
        }
    }

    /** Goes on until a round is no longer better than the best of the three before it. */
    private void warmUp(Entry entry) throws IOException {
        boolean faster = entry.test().figures.get(0) == Figure.RATE;
        double[] before = {0, 0, 0};
        for (int i = 0; i < options.mostWarmUps(); i++) {
            double figure = entry.child().round(entry.test(), options.roundMillis())[0];
            double speed = faster ? figure : 1 / figure;
            if (i > 4 && speed < 1.05 * Math.max(before[0], Math.max(before[1], before[2]))) {
                return;
            }
            before[i % 3] = speed;
        }
    }

    private void measure(List<Test> group, List<Child> children) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Child child : children) {
            for (Test test : group) {
                if (options.tests.contains(test.label()) && test.suits(child.candidate)) {
                    entries.add(new Entry(child, test));
                }
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        if (!options.json) {
            System.err.println("measuring " + entries.get(0).test().label() + " ...");
        }
        for (Entry entry : entries) {
            entry.child().open(entry.test());
            warmUp(entry);
        }
        int pieces = group.contains(Test.LATENCY) ? PIECES : 1;
        for (int i = 0; i < options.rounds() * pieces; i++) {
            for (Entry entry : entries) {
                results.add(entry.test(), entry.child().candidate,
                        entry.child().round(entry.test(), options.roundMillis() * 2 / (1 + pieces)));
            }
            Collections.rotate(entries, 1);
        }
        for (Entry entry : entries) {
            entry.child().close(entry.test());
        }
    }
}
