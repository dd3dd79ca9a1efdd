package io.anole.shell.internal;

import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What is written down of a command that changes something: its name and what it was done to. What else was typed may be a
 * secret. A command that is not known only to look is taken to change something.
 */
final class Deed {
    private static final Set<String> LOOKS = Set.of("", "audit", "bridge", "bridge list", "bundle", "bundle history", "bundle info",
            "bundle list", "bundle plan", "bus", "bus info", "bus list", "bus swaps", "config", "config diff", "config list", "config show",
            "config snapshots", "doctor", "estop status", "feature", "feature list", "param", "param get",
            "param list", "process", "process info", "process list", "service", "service info", "service list", "topic",
            "topic bw", "topic echo", "topic hz", "topic info", "topic list", "user", "user list");
    /** Labels of what may be told. */
    private static final Set<String> TOLD = Set.of("NAME", "TOPIC", "SERVICE", "FILE", "FEATURE", "PROVIDER", "VERSION", "REASON",
            "PLACE", "HZ", "ROLE", "DATE", "PID", "NUMBER", "KEY");

    private Deed() {
    }

    /** @param command without {@code anole} */
    static boolean changes(String command) {
        return !LOOKS.contains(command);
    }

    /** The command that was meant, without {@code anole}. */
    static String command(ParseResult deepest) {
        return deepest.commandSpec().qualifiedName().replaceFirst("^anole ?", "");
    }

    static String told(ParseResult deepest) {
        StringBuilder told = new StringBuilder(command(deepest));
        for (PositionalParamSpec one : deepest.matchedPositionals()) {
            if (TOLD.contains(one.paramLabel())) {
                one.stringValues().forEach(value -> told.append(' ').append(value));
            }
        }
        for (OptionSpec one : deepest.matchedOptions()) {
            told.append(' ').append(one.longestName());
            if (TOLD.contains(one.paramLabel())) {
                one.stringValues().forEach(value -> told.append(' ').append(value));
            }
        }
        return told.toString();
    }
}
