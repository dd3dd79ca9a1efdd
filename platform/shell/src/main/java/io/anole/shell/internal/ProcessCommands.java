package io.anole.shell.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.ProcessInfo.Jvm;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code process}: what the supervisor runs. */
@Command(name = "process", description = "Lists, shows, starts and stops processes.")
final class ProcessCommands {
    private final Invocation invocation;

    ProcessCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the processes.",
            footer = {"", "Examples:", "  anole process list", "  anole process list --json"})
    int list() {
        Supervisor supervisor = invocation.robot().supervisor();
        List<ProcessInfo> processes = supervisor.processes();
        if (invocation.json()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("emergency", supervisor.emergency().orElse(null));
            tree.put("processes", processes.stream().map(ProcessCommands::tree).toList());
            invocation.printJson(tree);
            return 0;
        }
        Terminal terminal = invocation.terminal();
        supervisor.emergency().ifPresent(reason -> terminal.line(terminal.bad("EMERGENCY STOP: " + Text.plain(reason)
                + " (anole process release ends it)")));
        if (processes.isEmpty()) {
            terminal.note("no processes");
            return 0;
        }
        Table table = new Table("PROCESS", "STATE", ">HZ", ">CYCLES", ">ERRORS", ">RESTARTS", ">MAIL", "REASON");
        for (ProcessInfo info : processes) {
            table.styled(style(terminal, info), info.name(), lower(info.state()), number(info.frequency()),
                    info.cycles(),
                    info.errors(), info.restarts(), info.mail(),
                    info.reason().isEmpty() ? info.lastError() : info.reason());
        }
        table.print(terminal);
        return 0;
    }

    private static UnaryOperator<String> style(Terminal terminal, ProcessInfo info) {
        return switch (info.state()) {
            case ACTIVE -> terminal::good;
            case ERRORPROCESSING, FINALIZED -> terminal::bad;
            case UNCONFIGURED, INACTIVE, ACTIVATING, DEACTIVATING -> terminal::doubtful;
        };
    }

    @Command(name = "info", description = "Shows all there is to know about a process.",
            footer = {"", "Examples:", "  anole process info simulator"})
    int info(@Parameters(paramLabel = "NAME", description = "The process.") String name) {
        Supervisor supervisor = invocation.robot().supervisor();
        ProcessInfo info = supervisor.process(name).orElseThrow(() -> unknown(supervisor, name));
        Map<String, Object> tree = tree(info);
        if (!invocation.json()) {
            info.jvm().ifPresentOrElse(jvm -> tree.put("jvm", jvm.told()), () -> tree.remove("jvm"));
        }
        invocation.print(tree, true);
        return 0;
    }

    private static Failure unknown(Supervisor supervisor, String name) {
        List<String> known = supervisor.processes().stream().map(ProcessInfo::name).toList();
        return new Failure(Failure.UNKNOWN, "there is no process '" + Text.plain(name) + "'"
                + (known.isEmpty() ? ", and no other" : "; there are: " + String.join(", ", known)));
    }

    @Command(name = "start", description = "Starts processes, and first what they depend on.",
            footer = {"", "Examples:", "  anole process start hello"})
    int start(@Parameters(paramLabel = "NAME", arity = "1..*", description = "The processes.") List<String> names,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "30",
                    description = "Seconds to wait (default: ${DEFAULT-VALUE}).") double timeout) throws Exception {
        return each(names, timeout, State.ACTIVE, invocation.robot().supervisor()::start);
    }

    @Command(name = "stop", description = "Stops processes, after those that depend on them.",
            footer = {"",
                "An emergency stop stops everything in parallel and keeps it stopped until 'process release'.",
                "", "Examples:", "  anole process stop hello", "  anole process stop --all",
                "  anole process stop --all --emergency \"smoke\""})
    int stop(@Parameters(paramLabel = "NAME", arity = "0..*", description = "The processes.") List<String> names,
            @Option(names = "--all", description = "All processes.") boolean all,
            @Option(names = "--emergency", paramLabel = "REASON",
                    description = "As an emergency stop, for this reason.")
            String emergency,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "30",
                    description = "Seconds to wait (default: ${DEFAULT-VALUE}).") double timeout) throws Exception {
        boolean named = names != null && !names.isEmpty();
        if (named == all || emergency != null && !all) {
            throw new Failure(Failure.USAGE, emergency != null
                    ? "an emergency stop stops everything: give --all, no names"
                    : "name the processes, or give --all");
        }
        Supervisor supervisor = invocation.robot().supervisor();
        if (emergency != null) {
            return told(Invocation.await(supervisor.emergencyStop(emergency), "emergency stop", patience(timeout)),
                    State.INACTIVE);
        }
        return each(all ? supervisor.processes().stream().map(ProcessInfo::name).toList() : names, timeout,
                State.INACTIVE, supervisor::stop);
    }

    @Command(name = "restart", description = "Stops and starts processes.",
            footer = {"", "Examples:", "  anole process restart simulator"})
    int restart(@Parameters(paramLabel = "NAME", arity = "1..*", description = "The processes.") List<String> names,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "30",
                    description = "Seconds to wait (default: ${DEFAULT-VALUE}).") double timeout) throws Exception {
        return each(names, timeout, State.ACTIVE, invocation.robot().supervisor()::restart);
    }

    @Command(name = "move", description = "Moves a process to a JVM of its own, or back.",
            footer = {"",
                "It goes on with its state if it can hand one over, and loses no mail. This changes its configuration",
                "(process.mode). If it does not come alive there, it stays where it was.", "", "Examples:",
                "  anole process move planner --to child", "  anole process move planner --to thread"})
    int move(@Parameters(paramLabel = "NAME", description = "The process.") String name,
            @Option(names = "--to", paramLabel = "PLACE", required = true,
                    description = "child: a JVM of its own; thread: a thread of this one.") String place,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "120",
                    description = "Seconds to wait (default: ${DEFAULT-VALUE}).") double timeout) throws Exception {
        if (!place.equals("child") && !place.equals("thread")) {
            throw new Failure(Failure.USAGE, "--to " + place + ": a process can move to child or to thread");
        }
        return each(List.of(name), timeout, State.ACTIVE,
                process -> invocation.robot().updates().move(process, place.equals("child")).toCompletableFuture());
    }

    @Command(name = "frequency", description = "Changes how often a process runs.",
            footer = {"", "Until it is restarted, or its configuration says otherwise.", "", "Examples:",
                "  anole process frequency timer 2"})
    int frequency(@Parameters(index = "0", paramLabel = "NAME", description = "The process.") String name,
            @Parameters(index = "1", paramLabel = "HZ", description = "Cycles per second, above 0 and at most 1000.")
            double hz) {
        Supervisor supervisor = invocation.robot().supervisor();
        if (supervisor.process(name).isEmpty()) {
            throw unknown(supervisor, name);
        }
        if (!(hz > 0 && hz <= 1000)) {
            throw new Failure(Failure.USAGE, "a frequency of " + hz + " Hz is not above 0 and at most 1000");
        }
        supervisor.frequency(name, hz);
        return 0;
    }

    @Command(name = "release", description = "Ends an emergency stop of processes; starts nothing by itself.",
            footer = {"", "Examples:", "  anole process release"})
    int release() {
        Supervisor supervisor = invocation.robot().supervisor();
        if (supervisor.emergency().isEmpty()) {
            invocation.terminal().note("there is no emergency stop");
        }
        supervisor.release();
        if (!invocation.robot().safety().stops().isEmpty()) {
            invocation.terminal().note("commands to the robot are still held: anole estop reset ends that");
        }
        return 0;
    }

    private int each(List<String> names, double timeout, State wanted,
            Function<String, CompletableFuture<ProcessInfo>> change) throws Exception {
        Duration patience = patience(timeout);
        Supervisor supervisor = invocation.robot().supervisor();
        for (String name : names) {
            if (supervisor.process(name).isEmpty()) {
                throw unknown(supervisor, name);
            }
        }
        List<CompletableFuture<ProcessInfo>> changes = names.stream().map(change).toList();
        List<ProcessInfo> changed = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            changed.add(Invocation.await(changes.get(i), names.get(i), patience));
        }
        return told(changed, wanted);
    }

    /** Says how they stand now; what is not where it should be is a failure. */
    private int told(List<ProcessInfo> processes, State wanted) {
        int code = 0;
        for (ProcessInfo info : processes) {
            boolean there = info.state() == wanted || wanted == State.INACTIVE && info.state() != State.DEACTIVATING
                    && info.state() != State.ACTIVE && info.state() != State.ACTIVATING;
            code = there ? code : Failure.FAILED;
            if (!invocation.json()) {
                invocation.terminal().line(info.name() + " is " + lower(info.state())
                        + (info.reason().isEmpty() ? "" : ": " + Text.plain(info.reason())));
            }
        }
        if (invocation.json()) {
            invocation.printJson(processes.stream().map(ProcessCommands::tree).toList());
        }
        return code;
    }

    private static Duration patience(double timeout) {
        if (!(timeout > 0 && timeout <= 3600)) {
            throw new Failure(Failure.USAGE, "--timeout " + timeout + " is not above 0 and at most 3600");
        }
        return Duration.ofNanos((long) (timeout * 1e9));
    }

    /** The reading in the order in which people ask. */
    private static Map<String, Object> tree(ProcessInfo info) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", info.name());
        tree.put("state", lower(info.state()));
        tree.put("reason", info.reason());
        tree.put("last_error", info.lastError());
        tree.put("bundle", info.bundle());
        tree.put("thread", info.thread());
        tree.put("mode", info.forked() ? "forked" : "thread");
        tree.put("jvm", info.jvm().map(ProcessCommands::tree).orElse(null));
        tree.put("frequency_hz", info.frequency());
        tree.put("rate_hz", rounded(info.rate()));
        tree.put("jitter_ms", rounded(info.jitterMillis()));
        tree.put("cycles", info.cycles());
        tree.put("missed", info.missed());
        tree.put("errors", info.errors());
        tree.put("births", info.births());
        tree.put("deaths", info.deaths());
        tree.put("restarts", info.restarts());
        tree.put("mail_waiting", info.mail());
        tree.put("mail_handled", info.handled());
        tree.put("mail_dropped", info.dropped());
        tree.put("depends", info.depends());
        tree.put("filters", info.filters());
        return tree;
    }

    private static Map<String, Object> tree(Jvm jvm) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("pid", jvm.pid());
        tree.put("heap_mb", jvm.heapMb());
        tree.put("heap_most_mb", jvm.heapMost());
        tree.put("options", jvm.options());
        return tree;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static String lower(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double hz) {
        return hz == Math.rint(hz) ? String.valueOf((long) hz) : String.format(Locale.ROOT, "%.3g", hz);
    }
}
