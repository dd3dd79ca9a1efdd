package io.anole.shell.internal;

import io.anole.bus.SwapReport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Swap reports, for people. */
final class SwapText {
    private SwapText() {
    }

    static List<String> lines(SwapReport report) {
        List<String> lines = new ArrayList<>();
        report.steps().forEach(step -> lines.add("  %-9s %8.1f ms".formatted(step.name(), millis(step.took()))));
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
            table.row(report.started().truncatedTo(ChronoUnit.MILLIS).toString(), report.from().isEmpty() ? "-" : report.from(), report.to(), outcome(report),
                    "%.1f ms".formatted(millis(report.blackout())), report.held(), report.resent(), report.lost(),
                    report.expired(), report.reason().isEmpty() ? report.cause() : report.reason());
        }
        return table;
    }

    private static String outcome(SwapReport report) {
        return report.outcome().name().toLowerCase(Locale.ROOT);
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
