package io.anole.shell.internal;

import io.anole.bridge.Bridge;
import io.anole.bridge.Crossing;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code bridge}: what goes from one bus to another. */
@Command(name = "bridge", description = "Lists bridges between buses.")
final class BridgeCommands {
    private final Invocation invocation;

    BridgeCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists what the bridges carry, what has crossed, and what has not.",
            footer = {"", "What a full buffer or a safety rule has dropped before it came to the bridge is told by 'bus info', at its",
                "subscription.", "", "Examples:", "  anole bridge list", "  anole bridge list --json"})
    int list() {
        List<Bridge> all = invocation.robot().bridges.stream().sorted(Comparator.comparing(Bridge::name)).toList();
        if (invocation.json()) {
            invocation.printJson(all.stream().flatMap(bridge -> bridge.crossings().stream().map(one -> tree(bridge, one))).toList());
            return 0;
        }
        Terminal terminal = invocation.terminal();
        if (all.isEmpty()) {
            terminal.note("no bridges: none is configured (io.anole.bridge~NAME)");
            return 0;
        }
        Table table = new Table("BRIDGE", "STATE", "KIND", "FROM", "TO", ">PASSED", "DROPPED", "PROBLEM");
        for (Bridge bridge : all) {
            for (Crossing one : bridge.crossings()) {
                boolean works = one.problem().isEmpty();
                table.styled(works ? terminal::good : terminal::bad, bridge.name(), works ? "works" : "waits", lower(one.kind()),
                        one.from(), one.to(), one.passed(), dropped(one), works ? "-" : one.problem());
            }
        }
        table.print(terminal);
        return 0;
    }

    private static Map<String, Object> tree(Bridge bridge, Crossing one) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bridge", bridge.name());
        tree.put("kind", lower(one.kind()));
        tree.put("from", one.from());
        tree.put("to", one.to());
        tree.put("passed", one.passed());
        Map<String, Object> reasons = new LinkedHashMap<>();
        one.dropped().forEach((reason, count) -> reasons.put(lower(reason), count));
        tree.put("dropped", reasons);
        tree.put("problem", one.problem());
        return tree;
    }

    private static String dropped(Crossing one) {
        long total = one.dropped().values().stream().mapToLong(Long::longValue).sum();
        return total == 0 ? "0" : total + one.dropped().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(drop -> lower(drop.getKey()) + " " + drop.getValue()).collect(Collectors.joining(", ", " (", ")"));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
