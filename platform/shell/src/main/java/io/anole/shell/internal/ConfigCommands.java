package io.anole.shell.internal;

import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.config.InvalidConfiguration;
import io.anole.config.Setting;
import io.anole.config.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config}: what the parts of the robot are configured with, and were. */
@Command(name = "config", description = "Lists, shows, changes, compares and restores configurations.")
final class ConfigCommands {
    private static final String NOTHING = "nothing is different";

    private final Invocation invocation;

    ConfigCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the configurations.",
            footer = {"", "Examples:", "  anole config list", "  anole config list --json"})
    int list() {
        List<String> pids = invocation.robot().configurations().pids();
        if (invocation.json()) {
            invocation.printJson(pids);
        } else if (pids.isEmpty()) {
            invocation.terminal().note("there are no configurations: all have their defaults");
        } else {
            pids.forEach(pid -> invocation.terminal().line(Text.plain(pid)));
        }
        return 0;
    }

    @Command(name = "show", description = "Shows a configuration: what is set, and what holds where nothing is.",
            footer = {"", "Secrets are not shown.", "", "Examples:", "  anole config show io.anole.bus~main",
                "  anole config show io.anole.supervisor -v"})
    int show(@Parameters(paramLabel = "PID", description = "One of 'config list', or of a part that has its defaults.") String pid,
            @Option(names = {"-v", "--verbose"}, description = "With what each key means.") boolean verbose) {
        List<Setting> settings = invocation.robot().configurations().show(pid);
        if (invocation.json()) {
            invocation.printJson(settings.stream().map(Setting::tree).toList());
            return 0;
        }
        List<String> names = List.of("KEY", "VALUE", "TYPE", "DEFAULT", "MEANING").subList(0, verbose ? 5 : 4);
        Table table = new Table(names.toArray(String[]::new));
        for (Setting setting : settings) {
            table.row(List.of(setting.key(), text(setting.value()), setting.type(), text(setting.fallback()), setting.description())
                    .subList(0, names.size()).toArray());
        }
        table.print(invocation.terminal());
        return 0;
    }

    private static String text(Object value) {
        return value == null ? "-" : value instanceof String text && text.isEmpty() ? "\"\"" : value.toString();
    }

    @Command(name = "set", description = "Changes keys of a configuration, once they are known to be right.",
            footer = {"", "Values are made into the type that the key has. Several are a list in JSON, within quotes.",
                "What was before can be restored.", "",
                "Examples:", "  anole config set io.anole.supervisor defaultFrequencyHz=50",
                "  anole config set io.anole.bus~lab provider=mqtt url=tcp://127.0.0.1:1883 --new",
                "  anole config set io.anole.process.exec~lidar 'command=[\"lidar\",\"--scan\"]'",
                "  anole config set io.anole.bus~main --unset threads"})
    int set(@Parameters(index = "0", paramLabel = "PID", description = "The configuration; made if there is none.") String pid,
            @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "The new values.") List<String> assignments,
            @Option(names = "--unset", paramLabel = "KEY", description = "Goes back to the default. May be given several times.")
            List<String> unset,
            @Option(names = "--new", description = "Also keys and PIDs that no bundle describes, such as those of a provider that is not there.")
            boolean unknown) {
        Map<String, Object> changes = new LinkedHashMap<>();
        for (String assignment : assignments == null ? List.<String>of() : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new Failure(Failure.USAGE, "'" + Text.plain(assignment) + "' is not KEY=VALUE");
            }
            String value = assignment.substring(equals + 1);
            changes.put(assignment.substring(0, equals), value.startsWith("[") ? list(assignment.substring(0, equals), value) : value);
        }
        if (unset != null) {
            unset.forEach(key -> changes.put(key, null));
        }
        if (changes.isEmpty()) {
            throw new Failure(Failure.USAGE, "there is nothing to change: give KEY=VALUE, or --unset KEY");
        }
        return done(() -> configurations().set(pid, changes, unknown, Invocation.who()), unknown ? "" : "; --new takes it all the same");
    }

    /** Most who write one that is none have lost its quotes to their shell. */
    private Object list(String key, String json) {
        Object tree;
        try {
            tree = invocation.parse(key, json);
        } catch (Failure e) {
            throw new Failure(e.code(), e.getMessage() + "; a list is written within quotes: '" + key + "=[\"a\",\"b\"]'");
        }
        if (!(tree instanceof List<?> values) || values.stream().anyMatch(value -> value == null || value instanceof Map
                || value instanceof List)) {
            throw new Failure(Failure.USAGE, Text.plain(key) + " is not a list of plain values");
        }
        return tree;
    }

    @Command(name = "delete", description = "Deletes a configuration: its part goes back to its defaults, or away.",
            footer = {"", "One that a feature or a file of etc/ gives comes back with the next start.", "", "Examples:",
                "  anole config delete io.anole.bus~lab"})
    int delete(@Parameters(paramLabel = "PID", description = "One of 'config list'.") String pid) {
        configurations().delete(pid, Invocation.who());
        if (!invocation.json()) {
            invocation.terminal().line("deleted " + Text.plain(pid));
        }
        return 0;
    }

    @Command(name = "snapshots", description = "Lists the states of all configurations that are kept, the newest last.",
            footer = {"", "Examples:", "  anole config snapshots", "  anole config snapshots --json"})
    int snapshots() {
        List<Snapshot> snapshots = configurations().snapshots();
        if (invocation.json()) {
            invocation.printJson(snapshots.stream().map(Snapshot::tree).toList());
            return 0;
        }
        Table table = new Table(">NUMBER", "WHEN", ">CONFIGURATIONS", "CAUSE");
        snapshots.forEach(snapshot -> table.row(snapshot.number(),
                snapshot.time().toString().replaceFirst("(\\.\\d+)?Z$", "").replace('T', ' '), snapshot.configurations(),
                snapshot.cause()));
        table.print(invocation.terminal());
        return 0;
    }

    @Command(name = "diff", description = "Tells what has changed between two snapshots.",
            footer = {"", "Without numbers: since the last but one snapshot. Secrets are not shown.", "", "Examples:",
                "  anole config diff", "  anole config diff 12", "  anole config diff 12 15"})
    int diff(@Parameters(index = "0", arity = "0..1", paramLabel = "FROM", description = "The number of a snapshot.") Long from,
            @Parameters(index = "1", arity = "0..1", paramLabel = "TO", description = "Another; as it is now if not given.") Long to) {
        long first = from != null ? from : lastButOne();
        List<Difference> differences = configurations().compare(first, to == null ? Configurations.NOW : to);
        if (differences.isEmpty() && !invocation.json()) {
            invocation.terminal().note(NOTHING);
        }
        print(differences);
        return 0;
    }

    private long lastButOne() {
        List<Snapshot> all = configurations().snapshots();
        if (all.isEmpty()) {
            throw new Failure(Failure.UNKNOWN, "no snapshot is kept yet");
        }
        return all.get(Math.max(0, all.size() - 2)).number();
    }

    @Command(name = "restore", description = "Makes configurations what they were.",
            footer = {"", "Refused if one would no longer do; then nothing is changed. What was before is a snapshot, too.", "",
                "Examples:", "  anole config restore 12", "  anole config restore 12 io.anole.bus~main"})
    int restore(@Parameters(index = "0", paramLabel = "NUMBER", description = "One of 'config snapshots'.") long number,
            @Parameters(index = "1..*", paramLabel = "PID", description = "Only these.") List<String> pids) {
        return done(() -> configurations().restore(number, pids == null ? List.of() : pids, Invocation.who()), "");
    }

    private int done(Supplier<List<Difference>> change, String otherwise) {
        List<Difference> differences;
        try {
            differences = change.get();
        } catch (InvalidConfiguration e) {
            List<String> reasons = new ArrayList<>(e.reasons());
            String last = reasons.remove(reasons.size() - 1);
            reasons.forEach(reason -> invocation.terminal().note(Text.plain(reason)));
            throw new Failure(Failure.FAILED, Text.plain(last) + (last.contains(" has no key ") ? otherwise : ""));
        }
        if (differences.isEmpty() && !invocation.json()) {
            invocation.terminal().note("it is so already");
        }
        print(differences);
        return 0;
    }

    private void print(List<Difference> differences) {
        if (invocation.json()) {
            invocation.printJson(differences.stream().map(Difference::tree).toList());
            return;
        }
        String pid = "";
        for (Difference difference : differences) {
            if (!difference.pid().equals(pid)) {
                pid = difference.pid();
                invocation.terminal().line(invocation.terminal().bold(Text.plain(pid)));
            }
            invocation.terminal().line("  " + Text.plain(difference.key() + ": " + text(difference.before()) + " -> "
                    + text(difference.after())));
        }
    }

    private Configurations configurations() {
        return invocation.robot().configurations();
    }
}
