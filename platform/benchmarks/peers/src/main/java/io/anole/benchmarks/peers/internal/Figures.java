package io.anole.benchmarks.peers.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What was measured in all rounds: JSON lines of it on standard output, a table of the medians on standard error. */
final class Figures {
    private final String benchmark;
    private final Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();

    Figures(String benchmark) {
        this.benchmark = benchmark;
    }

    void add(String figure, String candidate, double value) {
        all.computeIfAbsent(figure, key -> new LinkedHashMap<>()).computeIfAbsent(candidate, key -> new ArrayList<>()).add(value);
    }

    private double median(String figure, String candidate) {
        double[] sorted = sorted(all.get(figure).get(candidate));
        return sorted[sorted.length / 2];
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    void report() {
        all.forEach((figure, candidates) -> candidates.forEach((candidate, rounds) -> {
            double[] sorted = sorted(rounds);
            double own = median(figure, candidate);
            StringJoiner ratios = new StringJoiner(",", "{", "}");
            if (candidate.startsWith("anole")) {
                candidates.keySet().stream().filter(other -> !other.equals(candidate))
                        .forEach(other -> ratios.add(number(other, own / median(figure, other))));
            }
            System.out.println("{\"benchmark\":\"" + benchmark + "\",\"figure\":\"" + figure + "\",\"candidate\":\"" + candidate
                    + "\"," + number("median", own) + "," + number("least", sorted[0]) + ","
                    + number("most", sorted[sorted.length - 1]) + ",\"rounds\":" + sorted.length
                    + (ratios.length() > 2 ? ",\"ratios\":" + ratios : "") + "}");
        }));
        all.forEach((figure, candidates) -> {
            StringBuilder row = new StringBuilder(String.format("%-20s", figure));
            candidates.keySet().forEach(candidate -> row.append(
                    String.format(Locale.ROOT, "%s %,.4g   ", candidate, median(figure, candidate))));
            System.err.println(row);
        });
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

    private boolean both(String figure, String who, String whom) {
        return all.getOrDefault(figure, Map.of()).keySet().containsAll(List.of(who, whom));
    }

    private void tell(String figure, String who, String target, double value, boolean met) {
        System.out.println("{\"benchmark\":\"" + benchmark + "\",\"figure\":\"" + figure + "\",\"candidate\":\"" + who
                + "\",\"target\":\"" + target + "\"," + number(target.startsWith("below") ? "value" : "ratio", value)
                + ",\"met\":" + met + "}");
        System.err.printf(Locale.ROOT, "%-7s%-18s %s %s: %.2f%n", met ? "met" : "missed", figure, who, target, value);
    }
}
