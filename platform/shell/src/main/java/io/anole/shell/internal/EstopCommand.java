package io.anole.shell.internal;

import io.anole.core.SafetyGate;
import io.anole.core.SafetyGate.Stop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code estop}: the emergency stop of command topics. */
@Command(name = "estop", description = "Stops what moves, until 'estop reset'.",
        footer = {"", "Topics whose safety rule latches (docs/safety.md) deliver the safe message at once, and nothing else",
            "until the reset, on every runtime of the same buses. Processes run on; 'process stop --all --emergency'", "stops those.",
            "", "Examples:", "  anole estop \"smoke\"", "  anole estop status", "  anole estop reset"})
final class EstopCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "REASON", arity = "0..1", description = "One line that others will see.")
    private String reason;

    EstopCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        SafetyGate gate = invocation.robot().safety();
        gate.stop(reason == null ? "pressed on the command line" : reason, Invocation.who());
        show(gate);
        return 0;
    }

    @Command(name = "status", description = "Tells whether an emergency stop holds, and whose.",
            footer = {"", "Examples:", "  anole estop status --json"})
    int status() {
        show(invocation.robot().safety());
        return 0;
    }

    @Command(name = "reset", description = "Ends the emergency stop of this runtime; nothing moves by that.",
            footer = {"", "Examples:", "  anole estop reset"})
    int reset(@Option(names = "--all", description = "Also takes the stops of others off the buses, for one who is gone. Who is there "
            + "puts his up again.") boolean all) throws Exception {
        SafetyGate gate = invocation.robot().safety();
        Invocation.await(gate.reset(all, Invocation.who()), "reset", Invocation.PATIENCE);
        show(gate);
        return 0;
    }

    private void show(SafetyGate gate) {
        List<Stop> stops = gate.stops();
        if (invocation.json()) {
            invocation.printJson(stops.stream().map(EstopCommand::tree).toList());
            return;
        }
        lines(invocation.terminal(), stops);
        if (stops.isEmpty()) {
            invocation.terminal().line("no emergency stop holds");
        }
    }

    /** A line for each stop. */
    static void lines(Terminal terminal, List<Stop> stops) {
        stops.forEach(stop -> terminal.line(terminal.bad(Text.plain(told(stop)))));
    }

    static String told(Stop stop) {
        return "EMERGENCY STOP: " + stop.reason() + " (since " + stop.since().toString().substring(0, 19) + "Z"
                + (stop.bus().isEmpty() ? ")" : ", by " + stop.by() + " on bus " + stop.bus() + ")");
    }

    private static Map<String, Object> tree(Stop stop) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("by", stop.by());
        tree.put("bus", stop.bus());
        tree.put("reason", stop.reason());
        tree.put("since", stop.since().toString());
        return tree;
    }
}
