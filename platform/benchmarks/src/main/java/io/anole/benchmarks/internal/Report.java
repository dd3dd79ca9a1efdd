package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate.Role;
import io.anole.benchmarks.internal.Results.Series;
import io.anole.benchmarks.internal.Test.Figure;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Writes results: JSON lines for programs, a table for people. */
final class Report {
    private final Results results;
    private final List<Target> targets;

    Report(Results results) {
        this.results = results;
        this.targets = Target.judge(results);
    }

    /** One line per figure and candidate; Anole's with its ratio to the others and its targets. */
    void json(PrintStream out) {
        for (Test test : Test.values()) {
            for (Figure figure : test.figures) {
                for (String candidate : results.candidates(test)) {
                    out.println(line(test, figure, candidate));
                }
            }
        }
    }

    private String line(Test test, Figure figure, String candidate) {
        Series series = results.series(test, figure, candidate);
        StringJoiner line = new StringJoiner(",", "{", "}");
        line.add("\"benchmark\":\"local\"").add(text("test", test.label())).add(text("figure", label(figure)))
                .add(text("unit", figure.unit)).add(text("candidate", candidate))
                .add(text("role", results.role(candidate).name().toLowerCase(Locale.ROOT)))
                .add(number("median", series.median())).add(number("least", series.least()))
                .add(number("most", series.most())).add("\"rounds\":" + series.rounds())
                .add(text("java", Integer.toString(Runtime.version().feature())));
        if (results.role(candidate) == Role.ANOLE) {
            line.add("\"ratios\":" + ratios(test, figure, candidate, series.median()));
            line.add("\"targets\":" + targets(test, figure, candidate));
        }
        return line.toString();
    }

    private String ratios(Test test, Figure figure, String candidate, double own) {
        StringJoiner ratios = new StringJoiner(",", "{", "}");
        for (String other : results.candidates(test)) {
            double theirs = results.series(test, figure, other).median();
            if (!other.equals(candidate) && theirs > 0) {
                ratios.add(number(other, own / theirs));
            }
        }
        return ratios.toString();
    }

    private String targets(Test test, Figure figure, String candidate) {
        StringJoiner list = new StringJoiner(",", "[", "]");
        for (Target target : targets) {
            boolean spinning = target.text().startsWith("spinning");
            if (target.test() == test && target.figure() == figure && spinning == candidate.contains("spinning")) {
                list.add(new StringJoiner(",", "{", "}").add(text("target", target.text()))
                        .add(number("bound", target.bound())).add(number("value", target.value()))
                        .add("\"met\":" + target.met()).toString());
            }
        }
        return list.toString();
    }

    private static String text(String key, String value) {
        return '"' + key + "\":\"" + value + '"';
    }

    private static String number(String key, double value) {
        return String.format(Locale.ROOT, "\"%s\":%.5g", key, value);
    }

    private static String label(Figure figure) {
        return figure.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The medians side by side, then the targets. */
    void table(PrintStream out) {
        for (Test test : Test.values()) {
            List<String> candidates = results.candidates(test);
            if (!candidates.isEmpty()) {
                StringBuilder head = new StringBuilder(String.format("%n%-22s", test.label()));
                test.figures.forEach(figure -> head.append(String.format("%16s", label(figure))));
                out.println(head);
                for (String candidate : candidates) {
                    StringBuilder row = new StringBuilder(String.format("  %-20s", candidate));
                    test.figures.forEach(figure -> row.append(
                            String.format(Locale.ROOT, "%,16.0f", results.series(test, figure, candidate).median())));
                    out.println(row);
                }
            }
        }
        out.println();
        for (Target target : targets) {
            out.printf(Locale.ROOT, "%-7s%-16s %-5s %s: %,.0f, asked %,.0f%n", target.met() ? "met" : "missed",
                    target.test().label(), label(target.figure()), target.text(), target.value(), target.bound());
        }
    }
}
