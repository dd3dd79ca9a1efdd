package io.anole.benchmarks.peers.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Messages per second and round trips between two processes through a third: the TCP router over TCP and over a Unix domain
 * socket (RELIABLE, acknowledged end to end), NATS, Mosquitto, and a relay that only copies bytes. Rounds take turns, so that
 * what else the machine does meets all of them.
 */
public final class TcpBench {
    private static final List<String> ALL = List.of("anole-tcp", "anole-unix", "raw-tcp", "raw-unix", "nats", "mosquitto-qos0",
            "mosquitto-qos1");
    private static final int[] SIZES = {100, 1024, 65_536};
    private static final int WARM_UP = 6_000;
    private static final String TRIP = "round-trip-p50-us";

    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

    private TcpBench() {
    }

    public static void main(String[] args) throws Exception {
        List<String> candidates = new ArrayList<>();
        boolean quick = false;
        for (String arg : args) {
            if (arg.equals("--quick")) {
                quick = true;
            } else if (ALL.contains(arg)) {
                candidates.add(arg);
            } else {
                System.err.println("bench: unknown option '" + arg + "'; there are --quick and the candidates " + ALL);
                System.exit(2);
            }
        }
        TcpBench bench = new TcpBench();
        try {
            bench.run((candidates.isEmpty() ? ALL : candidates).stream().filter(TcpBench::there).toList(), quick ? 5 : 9, quick ? 200 : 500);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        bench.report();
        bench.judge();
        System.exit(0);
    }

    private static boolean there(String candidate) {
        Optional<String> missing = switch (candidate) {
            case "nats" -> Broker.missing("nats-server");
            case "mosquitto-qos0", "mosquitto-qos1" -> Broker.missing("mosquitto");
            default -> Optional.empty();
        };
        missing.ifPresent(program -> System.err.println("bench: " + candidate + " is left out; as root: apt-get install " + program));
        return missing.isEmpty();
    }

    private void run(List<String> candidates, int rounds, long millis) throws Exception {
        List<Trio> trios = new ArrayList<>();
        try {
            for (String candidate : candidates) {
                Trio trio = new Trio(candidate);
                trios.add(trio);
                trio.warmUp(WARM_UP);
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
        add(trio, "round-trip-p99-us", trip[1]);
        for (int size : SIZES) {
            double[] flood = trio.flood(size, millis);
            add(trio, rate(size), flood[0]);
            add(trio, "cpu-us-" + size, flood[1]);
        }
    }

    private static String rate(int size) {
        return "rate-" + size;
    }

    private void add(Trio trio, String figure, double value) {
        figures.computeIfAbsent(figure, key -> new LinkedHashMap<>()).computeIfAbsent(trio.name, key -> new ArrayList<>()).add(value);
    }

    private double median(String figure, String candidate) {
        double[] sorted = figures.get(figure).get(candidate).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private void report() {
        figures.forEach((figure, candidates) -> candidates.forEach((candidate, rounds) -> {
            double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            double own = median(figure, candidate);
            StringJoiner ratios = new StringJoiner(",", "{", "}");
            if (candidate.startsWith("anole")) {
                candidates.keySet().stream().filter(other -> !other.equals(candidate))
                        .forEach(other -> ratios.add(number(other, own / median(figure, other))));
            }
            System.out.println("{\"benchmark\":\"tcp\",\"figure\":\"" + figure + "\",\"candidate\":\"" + candidate + "\","
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

    private void judge() {
        atLeast(rate(100), 3, "anole-tcp", "nats");
        atLeast(rate(1024), 3, "anole-tcp", "nats");
        atLeast(rate(65_536), 2, "anole-tcp", "nats");
        atMost(0.6, "anole-tcp", "nats");
        atMost(1.5, "anole-tcp", "raw-tcp");
        Arrays.stream(SIZES).forEach(size -> atLeast(rate(size), 1, "anole-unix", "anole-tcp"));
        atMost(1, "anole-unix", "anole-tcp");
    }

    private void atLeast(String figure, double factor, String who, String whom) {
        if (figures.get(figure).keySet().containsAll(List.of(who, whom))) {
            double ratio = median(figure, who) / median(figure, whom);
            tell(figure, who, "at least " + factor + " x " + whom, ratio, ratio >= factor);
        }
    }

    private void atMost(double factor, String who, String whom) {
        if (figures.get(TRIP).keySet().containsAll(List.of(who, whom))) {
            double ratio = median(TRIP, who) / median(TRIP, whom);
            tell(TRIP, who, "at most " + factor + " x " + whom, ratio, ratio <= factor);
        }
    }

    private static void tell(String figure, String who, String target, double ratio, boolean met) {
        System.out.println("{\"benchmark\":\"tcp\",\"figure\":\"" + figure + "\",\"candidate\":\"" + who + "\",\"target\":\"" + target
                + "\"," + number("ratio", ratio) + ",\"met\":" + met + "}");
        System.err.printf(Locale.ROOT, "%-7s%-18s %s %s: %.2f%n", met ? "met" : "missed", figure, who, target, ratio);
    }
}
