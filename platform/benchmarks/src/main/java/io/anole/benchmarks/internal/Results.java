package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.Candidate.Role;
import io.anole.benchmarks.internal.Test.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The figures of all rounds. */
final class Results {
    private final Map<Test, Map<String, List<double[]>>> rounds = new EnumMap<>(Test.class);
    private final Map<String, Role> roles = new LinkedHashMap<>();

    /** All rounds of one figure of one candidate. */
    record Series(double median, double least, double most, int rounds) {
        static Series of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Series(median, sorted[0], sorted[sorted.length - 1], sorted.length);
        }
    }

    void add(Test test, Candidate candidate, double[] figures) {
        roles.put(candidate.name(), candidate.role());
        rounds.computeIfAbsent(test, key -> new LinkedHashMap<>())
                .computeIfAbsent(candidate.name(), key -> new ArrayList<>()).add(figures);
    }

    /** Who took part in a test, in the order of the first round. */
    List<String> candidates(Test test) {
        return List.copyOf(rounds.getOrDefault(test, Map.of()).keySet());
    }

    Role role(String candidate) {
        return roles.get(candidate);
    }

    Series series(Test test, Figure figure, String candidate) {
        int index = test.figures.indexOf(figure);
        return Series.of(rounds.get(test).get(candidate).stream().mapToDouble(round -> round[index]).toArray());
    }

    /** The median, or nothing if the candidate took no part. */
    OptionalDouble median(Test test, Figure figure, String candidate) {
        return candidates(test).contains(candidate) ? OptionalDouble.of(series(test, figure, candidate).median())
                : OptionalDouble.empty();
    }

    /** The highest median of any peer, or nothing if there is none. */
    OptionalDouble bestPeer(Test test, Figure figure) {
        return candidates(test).stream().filter(name -> role(name) == Role.PEER)
                .mapToDouble(name -> series(test, figure, name).median()).max();
    }
}
