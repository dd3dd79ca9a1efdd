package io.anole.shell.internal;

import io.anole.bus.SwapReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Swap reports, for people and for machines. */
final class SwapText {
    private SwapText() {
    }

    static Map<String, Object> tree(SwapReport report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bus", report.bus());
        tree.put("from", report.from());
        tree.put("to", report.to());
        tree.put("cause", report.cause());
        tree.put("outcome", outcome(report));
        tree.put("reason", report.reason());
        tree.put("started", report.started().toString());
        tree.put("blackout_ms", millis(report.blackout()));
        tree.put("held", report.held());
        tree.put("resent", report.resent());
        tree.put("lost", report.lost());
        tree.put("duplicates", report.duplicates());
        tree.put("expired", report.expired());
        List<Object> steps = new ArrayList<>();
        report.steps().forEach(step -> steps.add(Map.of("name", step.name(), "ms", millis(step.took()))));
        tree.put("steps", steps);
        return tree;
    }

    static List<String> lines(SwapReport report) {
        List<String> lines = new ArrayList<>();
        report.steps().forEach(step -> lines.add("  %-9s %8.1f ms".formatted(Text.plain(step.name()), millis(step.took()))));
        lines.add("publishers were held back for %.1f ms: %d messages waited, %d were sent again, %d expired, %d lost"
                .formatted(millis(report.blackout()), report.held(), report.resent(), report.expired(), report.lost()));
        if (!report.reason().isEmpty()) {
            lines.add(Text.plain(report.reason()));
        }
        return lines;
    }

    static Table table(List<SwapReport> all) {
        Table table = new Table("STARTED", "FROM", "TO", "OUTCOME", ">BLACKOUT", ">HELD", ">RESENT", ">LOST", ">EXPIRED", "CAUSE");
        for (SwapReport report : all) {
            table.row(report.started().toString(), report.from().isEmpty() ? "-" : report.from(), report.to(), outcome(report),
                    "%.1f ms".formatted(millis(report.blackout())), report.held(), report.resent(), report.lost(),
                    report.expired(), report.reason().isEmpty() ? report.cause() : report.reason());
        }
        return table;
    }

    private static String outcome(SwapReport report) {
        return report.outcome().name().toLowerCase(Locale.ROOT);
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e4) / 100.0;
    }
}
