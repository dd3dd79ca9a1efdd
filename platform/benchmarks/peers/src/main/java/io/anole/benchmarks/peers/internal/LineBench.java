package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * What several candidates show, each with its three processes, in rounds that take turns, so that what else the machine does
 * meets all of them; and how they compare.
 */
final class LineBench {
    static final String TRIP = "round-trip-p50-us";
    static final String TRIP_TAIL = "round-trip-p99-us";
    private static final int WARM_UP = 6_000;

    private final String benchmark;
    private final int[] sizes;
    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

    LineBench(String benchmark, int... sizes) {
        this.benchmark = benchmark;
        this.sizes = sizes;
    }

    /** Measures the candidates named in the arguments, or all, and tells how they do; ends this process. */
    void main(String[] args, List<String> all, Consumer<LineBench> judge) throws Exception {
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
        report();
        judge.accept(this);
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
                trio.warmUp(WARM_UP, sizes);
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
        add(trio, TRIP, trip[0]);
        add(trio, TRIP_TAIL, trip[1]);
        for (int size : sizes) {
            double[] flood = trio.flood(size, millis);
            add(trio, rate(size), flood[0]);
            add(trio, "cpu-us-" + size, flood[1]);
        }
    }

    static String rate(int size) {
        return "rate-" + size;
    }

    private void add(Trio trio, String figure, double value) {
        figures.computeIfAbsent(figure, key -> new LinkedHashMap<>()).computeIfAbsent(trio.name, key -> new ArrayList<>()).add(value);
    }

    private double median(String figure, String candidate) {
        double[] sorted = figures.get(figure).get(candidate).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** JSON lines for programs, a table for people. */
    private void report() {
        figures.forEach((figure, candidates) -> candidates.forEach((candidate, rounds) -> {
            double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            double own = median(figure, candidate);
            StringJoiner ratios = new StringJoiner(",", "{", "}");
            if (candidate.startsWith("anole")) {
                candidates.keySet().stream().filter(other -> !other.equals(candidate))
                        .forEach(other -> ratios.add(number(other, own / median(figure, other))));
            }
            System.out.println("{\"benchmark\":\"" + benchmark + "\",\"figure\":\"" + figure + "\",\"candidate\":\"" + candidate + "\","
                    + number("median", own) + "," + number("least", sorted[0]) + "," + number("most", sorted[sorted.length - 1])
                    + ",\"rounds\":" + sorted.length + (ratios.length() > 2 ? ",\"ratios\":" + ratios : "") + "}");
        }));
        for (String figure : figures.keySet()) {
            StringBuilder row = new StringBuilder(String.format("%-20s", figure));
            figures.get(figure).keySet().forEach(candidate -> row.append(
                    String.format(Locale.ROOT, "%s %,.4g   ", candidate, median(figure, candidate))));
            System.err.println(row);
        }
    }

    private static String number(String key, double value) {
        return String.format(Locale.ROOT, "\"%s\":%.5g", key, value);
    }

    /** Tells whether one candidate shows so many times what another does, if both took part. */
    void atLeast(String figure, double factor, String who, String whom) {
        if (both(figure, who, whom)) {
            double ratio = median(figure, who) / median(figure, whom);
            tell(figure, who, "at least " + factor + " x " + whom, ratio, ratio >= factor);
        }
    }

    private boolean both(String figure, String who, String whom) {
        return figures.getOrDefault(figure, Map.of()).keySet().containsAll(List.of(who, whom));
    }

    /** Likewise, and no more. */
    void atMost(String figure, double factor, String who, String whom) {
        if (both(figure, who, whom)) {
            double ratio = median(figure, who) / median(figure, whom);
            tell(figure, who, "at most " + factor + " x " + whom, ratio, ratio <= factor);
        }
    }

    /** Tells whether a candidate stays below a bound, if it took part. */
    void below(String figure, double bound, String who) {
        if (both(figure, who, who)) {
            double own = median(figure, who);
            tell(figure, who, "below " + bound, own, own < bound);
        }
    }

    private void tell(String figure, String who, String target, double value, boolean met) {
        System.out.println("{\"benchmark\":\"" + benchmark + "\",\"figure\":\"" + figure + "\",\"candidate\":\"" + who
                + "\",\"target\":\"" + target + "\"," + number(target.startsWith("below") ? "value" : "ratio", value)
                + ",\"met\":" + met + "}");
        System.err.printf(Locale.ROOT, "%-7s%-18s %s %s: %.2f%n", met ? "met" : "missed", figure, who, target, value);
    }
}
