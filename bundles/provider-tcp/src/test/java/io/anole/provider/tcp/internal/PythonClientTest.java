package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.RemoteError;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Python client of the documentation, as the example of its page uses it, and peers in Java, over a router in a third JVM. */
@Timeout(120)
class PythonClientTest {
    private static final Path CLIENTS = Path.of("../../docs/clients").toAbsolutePath();
    private static final java.util.regex.Pattern EXAMPLE = java.util.regex.Pattern.compile("(?s)```python\n(.*?)```");
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);
    private static final int MANY = 5_000;

    @TempDir
    private Path directory;
    private final String at = "tcp://127.0.0.1:" + FreePort.next();
    private NodeProcess router;
    private Node robot;
    private Process python;

    @BeforeEach
    void startPython() throws IOException {
        router = NodeProcess.router(at);
        robot = new Node("robot", "url", at).connected();
        serve("/robot/name", request -> CompletableFuture.completedStage(reply(request, "anole")));
        serve("/robot/fail", request -> CompletableFuture.failedStage(new RemoteError("NoHand", "no hand to wave", "")));
        Matcher example = EXAMPLE.matcher(Files.readString(CLIENTS.resolve("python.md")));
        assertThat(example.find()).isTrue();
        Path program = Files.writeString(directory.resolve("example.py"), example.group(1));
        ProcessBuilder builder = new ProcessBuilder("python3", program.toString(), at).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Map.of("PYTHONPATH", CLIENTS.toString(), "PYTHONDONTWRITEBYTECODE", "1"));
        python = builder.start();
    }

    @AfterEach
    void end() throws Exception {
        try {
            python.outputWriter().write("\n");
            python.outputWriter().flush();
            assertThat(python.waitFor(Node.SOON.toSeconds(), TimeUnit.SECONDS)).as("the example ended").isTrue();
            assertThat(python.exitValue()).isZero();
        } finally {
            python.destroyForcibly();
            robot.close();
            router.close();
        }
    }

    private void serve(String name, io.anole.bus.provider.RequestHandler handler) {
        Node.done(robot.link.serve(Name.of(name), handler).ready());
    }

    private Message reply(Message request, Object body) {
        return new Message(request.name(), "", Map.of(), body, "robot/tests/1", 0, 0, Message.NEVER);
    }

    private Object ask(Object body) {
        Name name = Name.of("/python/sum");
        return Node.done(robot.link.request(name, robot.message(name, body, Duration.ZERO), Node.SOON)).body();
    }

    private void heardFromPython() throws IOException {
        assertThat(python.inputReader().readLine()).isEqualTo("the robot is anole");
        assertThat(python.inputReader().readLine()).isEqualTo("it failed: NoHand: no hand to wave");
    }

    @Test
    void itPublishesSubscribesCallsAndServes() throws IOException {
        assertThat(Files.readAllLines(CLIENTS.resolve("anole.py"))).hasSizeLessThan(200).allMatch(line -> line.length() <= 120);
        heardFromPython();
        assertThat(ask(List.of(1, 2, 3.5))).isEqualTo(6.5);
        assertThatThrownBy(() -> ask("x")).hasCauseInstanceOf(RemoteError.class).hasMessageContaining("unsupported operand");
        List<Object> doubled = doubled();
        Name numbers = Name.of("/numbers/all");
        List<Object> bodies = List.of(21L, -1000L, 1.5, "ab", "é".repeat(10_000), List.of(1L, Map.of("k", false)), 1L << 40);
        Outlet outlet = robot.link.advertise(numbers, "", Qos.DEFAULT);
        bodies.forEach(n -> Node.done(outlet.publish(robot.message(numbers, tree(n), Duration.ZERO))));
        Node.patiently().until(() -> doubled.size() == bodies.size());
        assertThat(doubled).containsExactly(42L, -2000L, 3.0, "abab", "é".repeat(20_000),
                List.of(1L, Map.of("k", false), 1L, Map.of("k", false)), 1L << 41);
    }

    private static Map<String, Object> tree(Object n) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("n", n);
        tree.put("others", Arrays.asList(null, true, 0.25, new byte[] {1, 2}));
        return tree;
    }

    private List<Object> doubled() {
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        long[] last = {0};
        Node.done(robot.link.subscribe(Pattern.of("/python/doubled"), Qos.DEFAULT, message -> {
            if (message.sequence() > last[0]) {
                last[0] = message.sequence();
                heard.add(message.body());
            }
            return TAKEN;
        }).ready());
        return heard;
    }

    // G2, G11
    @Test
    void itLosesAndDoublesNothingOverAKilledRouter() throws IOException {
        heardFromPython();
        List<Object> doubled = doubled();
        Name numbers = Name.of("/numbers/some");
        Outlet outlet = robot.link.advertise(numbers, "", Qos.DEFAULT);
        for (long n = 1; n <= MANY; n++) {
            outlet.publish(robot.message(numbers, Map.of("n", n), Duration.ZERO));
            if (n % (MANY / 3) == 0) {
                long before = n / 2;
                Node.patiently().until(() -> doubled.size() > before);
                router.kill();
                router.start();
            }
        }
        Node.patiently().until(() -> doubled.size() >= MANY);
        assertThat(doubled).isEqualTo(LongStream.rangeClosed(1, MANY).mapToObj(n -> (Object) (2 * n)).toList());
    }
}
