package io.anole.shell.internal;

import io.anole.access.Access;
import io.anole.access.Act;
import io.anole.access.Refused;
import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.LinkState;
import io.anole.core.ParticipantBus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** One command being carried out: the root of the command line, and what all commands share. Used by one thread. */
@Command(name = "anole", description = "Looks at a running Anole and changes it.",
        exitCodeOnInvalidInput = Failure.USAGE, exitCodeOnExecutionException = Failure.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it did not work, or 'doctor' found something; the reason is on the standard error",
            "2:the command line or a JSON argument can't be understood",
            "3:no Anole is running in this home directory",
            "4:there is no bus, provider, topic, service, parameter, process, bundle, feature or"
                    + " configuration of that name",
            "5:no answer or no message in time"},
        footer = {"", "Examples:", "  anole topic list", "  anole topic echo /odom --field pose.pose.position.x",
            "  anole process list --json", "  anole --home /srv/robot doctor", "",
            "--home DIR, anywhere on the line, chooses the home directory of the Anole to talk to.",
            "'anole COMMAND --help' and 'anole COMMAND COMMAND --help' tell more, with examples."})
final class Invocation implements AutoCloseable {
    /** The longest a command waits for an answer that takes no time by nature. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final java.util.regex.Pattern BYTE = java.util.regex.Pattern.compile("JSON: byte (\\d{1,9}): (.*)");
    private static final int NEAR = 20;

    private final Robot robot;
    private final String participant;
    private final Terminal terminal;
    private final Loop loop = new Loop();
    private ParticipantBus view;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, order = 100,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--json", scope = ScopeType.INHERIT, order = 99, description = "Print JSON, for programs.")
    private boolean json;

    /** @param participant the name under which it is on a bus */
    Invocation(Robot robot, String participant, Terminal terminal) {
        this.robot = robot;
        this.participant = participant;
        this.terminal = terminal;
    }

    String participant() {
        return participant;
    }

    /** Who is at the command line, for histories: whoever may use its socket is the user that Anole runs as. */
    static String who() {
        return System.getProperty("user.name") + ", command line";
    }

    Robot robot() {
        return robot;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Whether the user wants JSON. */
    boolean json() {
        return json;
    }

    /** Prints any body as a line of JSON. */
    void printJson(Object body) {
        terminal.line(jsonText(body));
    }

    String jsonText(Object body) {
        return new String(robot.json().encode(robot.shapes().tree(body)), StandardCharsets.UTF_8);
    }

    /** Prints a body for people, or as JSON if that was asked for. */
    void print(Object body, boolean full) {
        if (json) {
            printJson(body);
        } else {
            terminal.line(Text.of(robot.shapes().tree(body), full));
        }
    }

    /** Reads a JSON argument into a tree. */
    Object parse(String what, String text) {
        try {
            return robot.json().decode(text.getBytes(StandardCharsets.UTF_8));
        } catch (BusException.BadShape e) {
            throw new Failure(Failure.USAGE, what + " is no JSON: " + Text.plain(where(text, e.getMessage())));
        }
    }

    /** The codec counts bytes; a user counts characters. */
    private static String where(String text, String reason) {
        Matcher position = BYTE.matcher(reason);
        if (!position.matches()) {
            return reason;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int end = (int) Math.min(bytes.length, Long.parseLong(position.group(1)));
        String before = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return "column " + Math.max(1, before.length()) + ", at '"
                + before.substring(Math.max(0, before.length() - NEAR))
                + "': " + position.group(2);
    }

    /** Reads the name of a topic, a service or a parameter. */
    static Name name(String text) {
        return legal(Name::of, text);
    }

    /** Reads a name with wildcards. */
    static Pattern pattern(String text) {
        return legal(Pattern::of, text);
    }

    /** As {@link #name}, if the rules for who uses the command line allow it. */
    Name name(Act act, String text) {
        Name name = name(text);
        allowed(act, Pattern.of(name));
        return name;
    }

    /** As {@link #pattern}, if the rules for who uses the command line allow all of it. */
    Pattern pattern(Act act, String text) {
        Pattern pattern = pattern(text);
        allowed(act, pattern);
        return pattern;
    }

    /** The owner of the home can change the rules, too: they keep from mistakes, and where nobody knows them there are none. */
    void allowed(Act act, Pattern names) {
        Access access = robot.access;
        if (access == null) {
            return;
        }
        try {
            access.owner(System.getProperty("user.name")).need(act, names);
        } catch (Refused refused) {
            throw new Failure(Failure.FAILED, Text.plain(refused.getMessage()));
        }
    }

    private static <T> T legal(Function<String, T> parser, String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, Text.plain(String.valueOf(e.getMessage())));
        }
    }

    /** Waits for something that comes at once or not at all. */
    <T> T await(CompletionStage<T> stage, String what) throws Exception {
        try {
            return await(stage, what, PATIENCE);
        } catch (Failure e) {
            String down = e.code() == Failure.TIMEOUT && view != null ? down(view) : "";
            throw down.isEmpty() ? e : new Failure(Failure.TIMEOUT, e.getMessage() + "; bus '" + view.name() + "' is down: " + down);
        }
    }

    /** Why the bus has no connection, in one line; empty if it has one. */
    static String down(Bus bus) {
        Statistics now = bus.statistics();
        return now.link() == LinkState.UP ? "" : now.detail();
    }

    /** Waits; what goes wrong is thrown as it is. */
    static <T> T await(CompletionStage<T> stage, String what, Duration patience) throws Exception {
        try {
            return stage.toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Failure(Failure.TIMEOUT, what + ": no answer within " + seconds(patience));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw (Exception) cause;
        }
    }

    static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
    }

    /** The bus the user has named, as a participant of its own whose handlers run in {@link #loop()}. */
    Bus bus(BusOption option) {
        if (view == null) {
            robot.bus(option.name);
            view = robot.participants().open(option.name, participant, loop);
        }
        return view;
    }

    Loop loop() {
        return loop;
    }

    /** Ends all that the command has opened. */
    @Override
    public void close() {
        if (view != null) {
            view.close();
        }
    }

    /** For commands that work on one bus. */
    static final class BusOption {
        @Option(names = "--bus", paramLabel = "NAME", defaultValue = "main", order = 97,
                description = "The bus (default: ${DEFAULT-VALUE}).")
        private String name;
    }
}
