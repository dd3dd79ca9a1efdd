package io.anole.shell.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit}: who has changed what. */
@Command(name = "audit", description = "Tells who has changed what, by whichever door, and who was refused.",
        footer = {"", "All of it is in log/audit.log of the home, a JSON object a line, and in the files before it.", "",
            "Examples:", "  anole audit", "  anole audit -n 100 --json"})
final class AuditCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "-n", paramLabel = "N", defaultValue = "20", description = "The newest N (default: ${DEFAULT-VALUE}).")
    private int most;

    AuditCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
        List<Object> entries = invocation.robot().audit().latest(Math.max(1, Math.min(100_000, most))).stream()
                .map(line -> invocation.robot().json().decode(line.getBytes(StandardCharsets.UTF_8))).toList();
        if (invocation.json()) {
            invocation.printJson(entries);
        } else if (entries.isEmpty()) {
            invocation.terminal().note("nothing has been changed yet");
        } else {
            Table table = new Table("TIME", "RESULT", "WHO", "DOOR", "FROM", "WHAT");
            for (Object entry : entries) {
                Map<?, ?> tree = (Map<?, ?>) entry;
                Object more = tree.get("more");
                table.row(text(tree, "time"), text(tree, "result"), text(tree, "who"), text(tree, "door"), text(tree, "from"),
                        text(tree, "what") + (more == null ? "" : " (and " + more + " times more)"));
            }
            table.print(invocation.terminal());
        }
        return 0;
    }

    private static String text(Map<?, ?> tree, String key) {
        Object value = tree.get(key);
        return value == null ? "-" : value.toString();
    }
}
