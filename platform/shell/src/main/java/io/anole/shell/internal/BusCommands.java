package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bus}: the buses, their links and their counters. */
@Command(name = "bus", description = "Lists, shows and swaps buses.")
final class BusCommands {
    /** Beyond all limits that a bus sets itself by default. */
    private static final Duration MOST_FOR_A_SWAP = Duration.ofSeconds(60);

    private final Invocation invocation;

    BusCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the buses with what they have counted.",
            footer = {"", "Examples:", "  anole bus list", "  anole bus list --json"})
    int list() {
        List<Statistics> all = invocation.robot().buses.stream().map(Bus::statistics)
                .sorted(Comparator.comparing(Statistics::bus)).toList();
        if (invocation.json()) {
            invocation.printJson(all.stream().map(statistics -> tree(statistics, false)).toList());
            return 0;
        }
        Terminal terminal = invocation.terminal();
        if (all.isEmpty()) {
            terminal.note("no buses: is one configured (io.anole.bus~NAME) and its provider there?");
            return 0;
        }
        if (invocation.robot().safety != null) {
            EstopCommand.lines(terminal, invocation.robot().safety().stops());
        }
        Table table = new Table("BUS", "LINK", "PROVIDER", ">SENT", ">RECEIVED", ">FAILED", "DROPPED", "DETAIL");
        for (Statistics statistics : all) {
            Counters total = statistics.total();
            table.styled(statistics.link() == LinkState.UP ? terminal::good : terminal::bad, statistics.bus(),
                    lower(statistics.link()), statistics.provider(), total.sent(), total.received(), total.failed(),
                    dropped(total), statistics.detail());
        }
        table.print(terminal);
        return 0;
    }

    @Command(name = "info", description = "Shows a bus with each endpoint of this runtime.",
            footer = {"", "Examples:", "  anole bus info main"})
    int info(@Parameters(paramLabel = "NAME", defaultValue = "main", description = "The bus (default: main).")
            String name) {
        Statistics statistics = invocation.robot().bus(name).statistics();
        if (invocation.json()) {
            invocation.printJson(tree(statistics, true));
            return 0;
        }
        Terminal terminal = invocation.terminal();
        terminal.line(Text.of(tree(statistics, false), true));
        Table table = new Table("NAME", "KIND", "OWNER", "TYPE", ">SENT", ">RECEIVED", ">WAITING", ">FAILED",
                "DROPPED");
        statistics.endpoints().stream()
                .sorted(Comparator.comparing(Statistics.Endpoint::name).thenComparing(Statistics.Endpoint::kind))
                .forEach(endpoint -> table.row(endpoint.name(), lower(endpoint.kind()), endpoint.owner(),
                        endpoint.type().isEmpty() ? "-" : endpoint.type(), endpoint.counters().sent(),
                        endpoint.counters().received(), endpoint.waiting(), endpoint.counters().failed(),
                        dropped(endpoint.counters())));
        if (!table.isEmpty()) {
            terminal.line("");
            table.print(terminal);
        }
        return 0;
    }

    @Command(name = "swap", description = "Moves a bus to another provider while everything goes on.",
            footer = {"", "All that is open moves along; RELIABLE messages are neither lost nor doubled, and if it can't be done the",
                "bus stays where it is. KEY=VALUE are the provider's own keys, see docs/providers.", "", "Examples:",
                "  anole bus swap main mqtt url=tcp://127.0.0.1:1883", "  anole bus swap main local"})
    int swap(@Parameters(index = "0", paramLabel = "NAME", description = "The bus.") String name,
            @Parameters(index = "1", paramLabel = "PROVIDER", description = "Kind of the provider, such as mqtt.") String provider,
            @Parameters(index = "2..*", paramLabel = "KEY=VALUE", description = "The provider's own keys.")
            Map<String, String> properties) throws Exception {
        Bus bus = invocation.robot().bus(name);
        invocation.terminal().note("moving bus '" + name + "' from '" + bus.statistics().provider() + "' to '" + provider + "' ...");
        SwapReport report;
        try {
            report = Invocation.await(bus.swap(provider, properties == null ? Map.of() : new HashMap<>(properties)),
                    "moving bus '" + name + "'", MOST_FOR_A_SWAP);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, e.getMessage());
        } catch (BusException.Unsupported e) {
            throw new Failure(Failure.UNKNOWN, Text.plain(e.getMessage()));
        }
        if (invocation.json()) {
            invocation.printJson(report.tree());
        } else if (report.outcome() == Outcome.DONE) {
            SwapText.lines(report).forEach(invocation.terminal()::line);
        }
        if (report.outcome() == Outcome.ABORTED) {
            throw new Failure(Failure.FAILED, "bus '" + name + "' stays on '" + report.from() + "': " + report.reason());
        }
        Statistics now = bus.statistics();
        if (now.link() != LinkState.UP) {
            // It had no link to stay on.
            throw new Failure(Failure.FAILED, "bus '" + name + "' is on '" + now.provider() + "' now, and that is down: " + now.detail());
        }
        return 0;
    }

    @Command(name = "swaps", description = "Shows the latest swaps of a bus.",
            footer = {"", "Examples:", "  anole bus swaps", "  anole bus swaps main --json"})
    int swaps(@Parameters(paramLabel = "NAME", defaultValue = "main", description = "The bus (default: main).")
            String name) {
        List<SwapReport> all = invocation.robot().bus(name).swaps();
        if (invocation.json()) {
            invocation.printJson(all.stream().map(SwapReport::tree).toList());
        } else if (all.isEmpty()) {
            invocation.terminal().note("bus '" + name + "' was not swapped since it started");
        } else {
            SwapText.table(all).print(invocation.terminal());
        }
        return 0;
    }

    private static Map<String, Object> tree(Statistics statistics, boolean endpoints) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", statistics.bus());
        tree.put("provider", statistics.provider());
        tree.put("link", lower(statistics.link()));
        tree.put("detail", statistics.detail());
        tree.putAll(tree(statistics.total()));
        if (endpoints) {
            tree.put("endpoints", statistics.endpoints().stream().map(endpoint -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("kind", lower(endpoint.kind()));
                one.put("name", endpoint.name());
                one.put("type", endpoint.type());
                one.put("owner", endpoint.owner());
                one.put("waiting", endpoint.waiting());
                one.putAll(tree(endpoint.counters()));
                return one;
            }).toList());
        }
        return tree;
    }

    private static Map<String, Object> tree(Counters counters) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("sent", counters.sent());
        tree.put("received", counters.received());
        tree.put("handled", counters.handled());
        tree.put("failed", counters.failed());
        tree.put("missed_deadlines", counters.missedDeadlines());
        Map<String, Object> reasons = new LinkedHashMap<>();
        counters.dropped().forEach((reason, count) -> reasons.put(lower(reason), count));
        tree.put("dropped", reasons);
        return tree;
    }

    /** How many were dropped, and why. */
    static String dropped(Counters counters) {
        long total = counters.dropped().values().stream().mapToLong(Long::longValue).sum();
        return total == 0 ? "0" : total + " (" + counters.dropped().entrySet().stream()
                        .filter(drop -> drop.getValue() > 0)
                .map(BusCommands::drop).collect(Collectors.joining(", ")) + ")";
    }

    private static String drop(Map.Entry<Drop, Long> drop) {
        return lower(drop.getKey()) + " " + drop.getValue();
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
