package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.access.Audit;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is written down of commands. */
class DeedTest {
    /** All that change something. Who adds a command adds it here, or to those that only look. */
    private static final Set<String> CHANGES = Set.of("bundle deploy", "bundle remove", "bundle rollback", "bus swap",
            "config delete", "config restore", "config set", "estop", "estop reset", "feature install", "feature remove", "param delete", "param set", "process frequency", "process move",
            "process release", "process restart", "process start", "process stop", "service call", "topic pub", "user add",
            "user remove", "user token");

    private final Desk desk = new Desk();
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        desk.robot.audit = new Audit() {
            @Override
            public void record(String door, String who, String from, String what, String result) {
                told.add(door + " " + who + ": " + what + " -> " + result);
            }

            @Override
            public List<String> latest(int most) {
                return List.of("{\"time\":\"now\",\"who\":\"ada\\u001b\",\"what\":\"estop\",\"result\":\"done\",\"more\":7}");
            }
        };
    }

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void everyCommandThatChangesSomethingIsWrittenDown() {
        Terminal nowhere = new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(),
                InputStream.nullInputStream(), 0, false, Path.of(""));
        try (Invocation invocation = new Invocation(desk.robot, "cli", nowhere)) {
            Set<String> changes = new TreeSet<>();
            collect(Shell.commandLine(invocation, nowhere), changes);
            assertThat(changes).isEqualTo(new TreeSet<>(CHANGES));
        }
    }

    private static void collect(CommandLine command, Set<String> changes) {
        String name = command.getCommandSpec().qualifiedName().replaceFirst("^anole ?", "");
        if (Deed.changes(name)) {
            changes.add(name);
        }
        command.getSubcommands().values().forEach(one -> collect(one, changes));
    }

    @Test
    void whatWasDoneToWhatIsToldAndNoValue() {
        String user = "cli " + System.getProperty("user.name") + ": ";
        desk.type("param", "set", "/camera/key", "s3cret");
        desk.type("param", "get", "/camera/key");
        desk.type("param", "set", "/camera/key");
        desk.type("param", "set", "--help");
        desk.type("param", "delete", "/none");
        assertThat(told).containsExactly(user + "param set /camera/key -> done", user + "param delete /none -> exit 4");
        desk.type("topic", "pub", "/note", "{\"data\":\"s3cret\"}", "--once");
        desk.type("service", "call", "/none", "{\"data\":\"s3cret\"}");
        assertThat(told).hasSize(4).noneMatch(line -> line.contains("s3cret"));
        assertThat(told.get(2)).startsWith(user + "topic pub /note");
        assertThat(told.get(3)).startsWith(user + "service call /none");
    }

    @Test
    void theyAreShown() {
        assertThat(desk.type("audit").lines()).satisfiesExactly(
                header -> assertThat(header).startsWith("TIME  RESULT  WHO"),
                row -> assertThat(row).contains("now").contains("ada\\u001b").endsWith("estop (and 7 times more)"));
        assertThat(desk.robot.json().decode(desk.type("audit", "--json").out().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(List.of(Map.of("time", "now", "who", "ada\u001b", "what", "estop", "result", "done", "more", 7L)));
        assertThat(told).isEmpty();
    }
}
