package io.anole.shell.internal;

import io.anole.access.Audit;
import io.anole.bus.BusException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Carries out commands, wherever they were typed. Safe for any thread; a command runs on its caller's. */
@Component(service = Shell.class)
public final class Shell {
    /** As after a signal: the user has ended the command. */
    private static final int INTERRUPTED = 130;
    private static final int NARROWEST = 60;
    private static final int WIDEST = 110;
    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);
    /** What others call a command of Anole's. */
    private static final Map<String, String> OF_OTHERS = Map.of("status", "doctor", "health", "doctor", "node", "process list",
            "nodes", "process list", "ps", "process list", "lifecycle", "process", "install", "feature install",
            "deploy", "bundle deploy", "rollback", "bundle rollback");

    private final Robot robot;
    private final AtomicLong number = new AtomicLong();

    @Activate
    public Shell(@Reference Robot robot) {
        this.robot = robot;
    }

    /** Runs one command to its end, or until its thread is interrupted. Never throws. @return the exit code */
    int run(Terminal terminal, List<String> arguments) {
        try (Invocation invocation = new Invocation(robot, "cli-" + number.incrementAndGet(), terminal)) {
            CommandLine commands = commandLine(invocation, terminal);
            int code = commands.execute(arguments.toArray(String[]::new));
            writeDown(commands, code);
            return code;
        } finally {
            terminal.flush();
        }
    }

    /** Only who owns the home can type commands, so that is who did it. */
    private void writeDown(CommandLine commands, int code) {
        if (code == Failure.USAGE || commands.getParseResult() == null) {
            return;
        }
        ParseResult deepest = deepest(commands.getParseResult());
        if (!Deed.changes(Deed.command(deepest)) || deepest.isUsageHelpRequested()) {
            return;
        }
        Audit audit = robot.audit;
        if (audit == null) {
            LOG.warn("'{}' is not written down: is bundle io.anole.access active?", Deed.command(deepest));
        } else {
            audit.record("cli", System.getProperty("user.name"), "", Deed.told(deepest), code == 0 ? "done" : "exit " + code);
        }
    }

    private static ParseResult deepest(ParseResult parsed) {
        ParseResult deepest = parsed;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest;
    }

    static CommandLine commandLine(Invocation invocation, Terminal terminal) {
        CommandLine commands = new CommandLine(invocation)
                // First in the help, and of two words that are as near to a misspelt one picocli suggests the later.
                .addSubcommand(new EstopCommand(invocation))
                .addSubcommand(new TopicCommands(invocation))
                .addSubcommand(new ServiceCommands(invocation))
                .addSubcommand(new ParamCommands(invocation))
                .addSubcommand(new ProcessCommands(invocation))
                .addSubcommand(new BusCommands(invocation))
                .addSubcommand(new BridgeCommands(invocation))
                .addSubcommand(new BundleCommands(invocation))
                .addSubcommand(new FeatureCommands(invocation))
                .addSubcommand(new UserCommands(invocation))
                .addSubcommand(new AuditCommand(invocation))
                .addSubcommand(new ConfigCommands(invocation))
                .addSubcommand(new DoctorCommand(invocation));
        headings(commands);
        int columns = terminal.columns() == 0 ? WIDEST : terminal.columns();
        return commands
                .setUsageHelpWidth(Math.max(NARROWEST, Math.min(WIDEST, columns)))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setExecutionStrategy(Shell::execute)
                .setParameterExceptionHandler((e, arguments) -> misunderstood(terminal, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(terminal, e, parsed));
    }

    /** As picocli does, which shows the help for all commands where it is asked for that of one that is not there. */
    private static int execute(ParseResult parsed) {
        ParseResult deepest = deepest(parsed);
        if (deepest.isUsageHelpRequested() && !deepest.unmatched().isEmpty()) {
            throw new UnmatchedArgumentException(deepest.commandSpec().commandLine(), deepest.unmatched());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void headings(CommandLine command) {
        command.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false)
                .parameterListHeading("%nParameters:%n").optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(Shell::headings);
    }

    private static int misunderstood(Terminal terminal, ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            List<String> suggestions = suggestions(command, unmatched);
            terminal.note(name + ": " + (command.getSubcommands().isEmpty() || word.startsWith("-")
                    ? "'" + Text.plain(word) + "' is not understood here"
                    : "there is no command '" + Text.plain(word) + "'")
                    + (suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?"));
        } else if (!command.getSubcommands().isEmpty() && command.getParseResult() != null
                && command.getParseResult().errors().isEmpty()) {
            // nothing is wrong but that no command was given
            command.usage(terminal.err());
            terminal.err().flush();
            return Failure.USAGE;
        } else {
            terminal.note(name + ": " + Text.plain(e.getMessage()));
        }
        terminal.note("see " + name + " --help");
        return Failure.USAGE;
    }

    /** The one that a word is a plural of, or else the nearest; with the word behind it, where that is a command of it. */
    private static List<String> suggestions(CommandLine command, UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().get(0);
        if (command.getParent() == null && OF_OTHERS.containsKey(word)) {
            return List.of(OF_OTHERS.get(word));
        }
        String next = unmatched.getUnmatched().size() > 1 ? unmatched.getUnmatched().get(1) : "";
        return Stream.of("s", "es").filter(word::endsWith).map(plural -> word.substring(0, word.length() - plural.length()))
                .filter(command.getSubcommands()::containsKey).findFirst().map(List::of).orElseGet(unmatched::getSuggestions).stream()
                .map(suggestion -> {
                    CommandLine meant = command.getSubcommands().get(suggestion);
                    return meant != null && meant.getSubcommands().containsKey(next) ? suggestion + " " + next : suggestion;
                }).toList();
    }

    private static int failed(Terminal terminal, Exception e, ParseResult parsed) {
        if (e instanceof InterruptedException) {
            return INTERRUPTED;
        }
        String name = deepest(parsed).commandSpec().qualifiedName();
        String reason = Text.plain(e.getMessage() == null ? e.getClass().getName() : e.getMessage());
        int code = Failure.FAILED;
        if (e instanceof Failure failure) {
            code = failure.code();
        } else if (e instanceof BusException.Timeout) {
            code = Failure.TIMEOUT;
        } else if (e instanceof BusException.NoProvider || e instanceof NoSuchElementException) {
            code = Failure.UNKNOWN;
        } else if (e instanceof BusException.RemoteError remote) {
            reason = "the other side failed: " + Text.plain(remote.type()) + ": " + reason;
        } else if (!(e instanceof BusException) && !(e instanceof IllegalStateException)) {
            LOG.warn("command '{}' failed", name, e);
            reason = "an error in Anole itself, told in its log: " + e.getClass().getSimpleName() + ": " + reason;
        }
        terminal.note(name + ": " + reason);
        return code;
    }
}
