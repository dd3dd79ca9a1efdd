package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What several candidates show, each with its three processes, in rounds that take turns, so that what else the machine does
 * meets all of them; and how they compare.
 */
final class LineBench {
    static final String TRIP = "round-trip-p50-us";
    static final String TRIP_TAIL = "round-trip-p99-us";

    private final int[] sizes;
    private final Figures figures;

    LineBench(String benchmark, int... sizes) {
        this.figures = new Figures(benchmark);
        this.sizes = sizes;
    }

    /** Measures the candidates named in the arguments, or all, and tells how they do; ends this process. */
    void main(String[] args, List<String> all, Consumer<Figures> judge) throws Exception {
        List<String> candidates = new ArrayList<>();
        boolean quick = false;
        for (String arg : args) {
            if (arg.equals("--quick")) {
                quick = true;
            } else if (all.contains(arg)) {
                candidates.add(arg);
            } else {
                System.err.println("bench: unknown option '" + arg + "'; there are --quick and the candidates " + all);
                System.exit(2);
            }
        }
        try {
            measure((candidates.isEmpty() ? all : candidates).stream().filter(LineBench::there).toList(), quick ? 5 : 9,
                    quick ? 200 : 500);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        figures.report();
        judge.accept(figures);
        System.exit(0);
    }

    private static boolean there(String candidate) {
        Optional<String> missing = candidate.equals("nats") ? Broker.missing("nats-server")
                : Trio.overMosquitto(candidate) ? Broker.missing("mosquitto") : Optional.empty();
        missing.ifPresent(program -> System.err.println("bench: " + candidate + " is left out; as root: apt-get install " + program));
        return missing.isEmpty();
    }

    private void measure(List<String> candidates, int rounds, long millis) throws Exception {
        List<Trio> trios = new ArrayList<>();
        try {
            for (String candidate : candidates) {
                Trio trio = new Trio(candidate);
                trios.add(trio);
                System.err.println("bench: " + candidate + " warms up ...");
                trio.warmUp(sizes);
            }
            for (int i = 0; i < rounds; i++) {
                for (Trio trio : trios) {
                    round(trio, millis);
                }
            }
        } finally {
            for (Trio trio : trios) {
                trio.close();
            }
        }
    }

    private void round(Trio trio, long millis) throws IOException {
        double[] trip = trio.ping(millis);
        figures.add(TRIP, trio.name, trip[0]);
        figures.add(TRIP_TAIL, trio.name, trip[1]);
        for (int size : sizes) {
            double[] flood = trio.flood(size, millis);
            figures.add(rate(size), trio.name, flood[0]);
            figures.add("cpu-us-" + size, trio.name, flood[1]);
        }
    }

    static String rate(int size) {
        return "rate-" + size;
    }
}
