package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.shell.internal.Desk.Result;
import io.anole.shell.internal.Desk.Running;
import io.anole.types.geometry.Twist;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TopicCommandsTest {
    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    private BlockingQueue<Twist> drive() {
        BlockingQueue<Twist> heard = new LinkedBlockingQueue<>();
        desk.bus.subscribe("/cmd_vel", Twist.class, heard::add).ready().toCompletableFuture().join();
        announced("/cmd_vel");
        return heard;
    }

    /** The graph is told off the caller's thread. */
    private void announced(String topic) {
        await().atMost(10, TimeUnit.SECONDS).until(() -> desk.type("topic", "list").out().contains(topic));
    }

    @Test
    void listNamesTopicsWithTheirTypes() {
        desk.bus.publisher("/odom_like", Twist.class);
        drive();
        announced("/odom_like");
        assertThat(desk.type("topic", "list").lines()).containsExactly(
                "TOPIC       TYPE                 PUBLISHERS  SUBSCRIBERS",
                "/cmd_vel    geometry_msgs/Twist           0            1",
                "/odom_like  geometry_msgs/Twist           1            0");
        assertThat(desk.type("topic", "list", "-v").out()).contains("tester on robot");
        Object json = desk.robot.json.decode(desk.type("topic", "list", "--json").out().getBytes());
        assertThat(json).isEqualTo(List.of(
                Map.of("name", "/cmd_vel", "types", List.of("geometry_msgs/Twist"), "publishers", List.of(),
                        "subscribers", List.of("tester on robot")),
                Map.of("name", "/odom_like", "types", List.of("geometry_msgs/Twist"), "publishers",
                        List.of("tester on robot"), "subscribers", List.of())));
    }

    @Test
    void listOfAnEmptyBusSaysSo() {
        Result empty = desk.type("topic", "list");
        assertThat(empty.code()).isZero();
        assertThat(empty.out()).isEmpty();
        assertThat(empty.err()).isEqualTo("no topics: nobody publishes or subscribes\n");
        assertThat(desk.type("topic", "list", "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void theHeaderIsBoldOnATerminalOnly() {
        drive();
        assertThat(desk.typeWith("", 80, "topic", "list").out()).startsWith("\u001b[1mTOPIC");
        assertThat(desk.type("topic", "list").out()).doesNotContain("\u001b");
    }

    @Test
    void infoShowsShapeAndCounters() {
        drive();
        desk.bus.publisher("/cmd_vel", Twist.class).publish(Twist.of(1, 0)).toCompletableFuture().join();
        await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            String info = desk.type("topic", "info", "/cmd_vel").out();
            assertThat(info).contains("type: geometry_msgs/Twist", "linear:", "received: 1", "sent: 1",
                    "tester on robot");
        });
        Result unknown = desk.type("topic", "info", "/nothing");
        assertThat(unknown.code()).isEqualTo(Failure.UNKNOWN);
        assertThat(unknown.err())
                .isEqualTo("anole topic info: nobody publishes or subscribes to /nothing; see anole topic "
                + "list\n");
    }

    @Test
    void pubReachesATypedSubscription() throws Exception {
        BlockingQueue<Twist> heard = drive();
        Result published = desk.type("topic", "pub", "--once", "/cmd_vel", "geometry_msgs/Twist",
                "{\"linear\":{\"x\":0.2}}", "--qos", "command");
        assertThat(published.err()).isEmpty();
        assertThat(published.code()).isZero();
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(Twist.of(0.2, 0));
    }

    @Test
    void pubRepeatsAtItsRate() throws Exception {
        BlockingQueue<Twist> heard = drive();
        long begin = System.nanoTime();
        assertThat(desk.type("topic", "pub", "/cmd_vel", "{}", "--rate", "50", "--times", "11").code()).isZero();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        for (int i = 0; i < 11; i++) {
            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(Twist.STOP);
        }
    }

    @Test
    void pubReadsMessagesFromTheStandardInput() throws Exception {
        BlockingQueue<Twist> heard = drive();
        Result result = desk.typeWith("{\"linear\":{\"x\":1}}\n\n{\"linear\":{\"x\":2}}\nnonsense\n", 0, "topic", "pub",
                "/cmd_vel", "-");
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(Twist.of(1, 0));
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(Twist.of(2, 0));
        assertThat(result.code()).isEqualTo(Failure.USAGE);
        assertThat(result.err()).startsWith("anole topic pub: line 4 is no JSON: column ");
    }

    @Test
    void pubTellsWhereAnArgumentIsWrong() {
        BlockingQueue<Twist> heard = drive();
        Result malformed = desk.type("topic", "pub", "--once", "/cmd_vel", "{\"linear\":{\"x\":0.2,}}");
        assertThat(malformed.code()).isEqualTo(Failure.USAGE);
        assertThat(malformed.err()).contains("VALUE is no JSON: column 20, at '", "{\"x\":0.2,}'").hasLineCount(1);
        Result field = desk.type("topic", "pub", "--once", "/cmd_vel", "{\"linear\":{\"z\":1,\"w\":0.2}}");
        assertThat(field.code()).isEqualTo(Failure.USAGE);
        assertThat(field.err()).isEqualTo("anole topic pub: geometry_msgs/Twist has no field linear.w: there are [x, y, z]\n");
        Result nested = desk.type("topic", "pub", "--once", "/cmd_vel", "{\"linear\":3}");
        assertThat(nested.err()).contains("geometry_msgs/Twist, field linear: expected the fields [x, y, z], found 3");
        Result scalar = desk.type("topic", "pub", "--once", "/cmd_vel", "{\"linear\":{\"x\":true}}");
        assertThat(scalar.code()).isEqualTo(Failure.USAGE);
        assertThat(scalar.err()).isEqualTo("anole topic pub: geometry_msgs/Twist, field linear.x: expected float64, found true\n");
        Result type = desk.type("topic", "pub", "--once", "/cmd_vel", "std_msgs/String", "{\"data\":\"x\"}");
        assertThat(type.code()).isEqualTo(Failure.FAILED);
        assertThat(type.err()).contains("/cmd_vel takes geometry_msgs/Twist, not std_msgs/String");
        Result name = desk.type("topic", "pub", "--once", "/cmd vel", "{}");
        assertThat(name.code()).isEqualTo(Failure.USAGE);
        assertThat(name.err()).contains("/cmd vel").hasLineCount(1);
        Result qos = desk.type("topic", "pub", "--once", "/cmd_vel", "{}", "--qos", "best");
        assertThat(qos.code()).isEqualTo(Failure.USAGE);
        assertThat(qos.err()).contains("default, sensor_data, command, latched");
        assertThat(heard).isEmpty();
    }

    @Test
    void pubToNobodyIsSaid() {
        Result result = desk.type("topic", "pub", "--once", "/nobody", "1");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEqualTo("nobody is known to subscribe to /nobody now; publishing all the same\n");
    }

    @Test
    void echoPrintsFieldsForPeopleAndProgrammes() throws Exception {
        try (Publisher<Twist> latched = desk.bus.publisher("/v", Twist.class,
                Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL))) {
            latched.publish(Twist.of(0.25, -1)).toCompletableFuture().join();
            announced("/v");
            assertThat(desk.type("topic", "echo", "/v", "--once", "--latched").lines()).containsExactly("linear:",
                    "  x: 0.25",
                    "  y: 0.0", "  z: 0.0", "angular:", "  x: 0.0", "  y: 0.0", "  z: -1.0", "---");
            assertThat(desk.type("topic", "echo", "/v", "--once", "--latched", "--json").out()).isEqualTo(
                    "{\"linear\":{\"x\":0.25,\"y\":0.0,\"z\":0.0},\"angular\":{\"x\":0.0,\"y\":0.0,\"z\":-1.0}}\n");
            assertThat(desk.type("topic", "echo", "/v", "--once", "--latched", "--field", "linear.x").out())
                    .isEqualTo("0.25\n");
            assertThat(desk.type("topic", "echo", "/v", "--once", "--latched", "--csv").out())
                    .isEqualTo("0.25,0.0,0.0,0.0,0.0,-1.0\n");
            Result wrong = desk.type("topic", "echo", "/v", "--once", "--latched", "--field", "linear.q");
            assertThat(wrong.code()).isEqualTo(Failure.UNKNOWN);
            assertThat(wrong.err()).contains("no field 'linear.q'", "[x, y, z]");
        }
    }

    @Test
    void echoGivesUpInTime() {
        Result none = desk.type("topic", "echo", "/silent", "--once", "--timeout", "0.05");
        assertThat(none.code()).isEqualTo(Failure.TIMEOUT);
        assertThat(none.err()).contains("nobody is known to publish /silent now; waiting",
                "0 of 1 messages on /silent within 0.05 s");
    }

    @Test
    void controlCharactersOfOthersNeverReachTheTerminal() {
        try (Publisher<Object> nasty = desk.bus.publisher("/nasty", Object.class,
                Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL))) {
            nasty.publish(Map.of("a\u001b[2J", "b\u0007\nc")).toCompletableFuture().join();
            assertThat(desk.type("topic", "echo", "/nasty", "--once", "--latched").lines())
                    .containsExactly("a\\u001b[2J: b\\u0007\\nc", "---");
        }
    }

    @Test
    void echoEndsWhenItsUserDoesAndLeavesNothingBehind() throws Exception {
        Running echo = desk.start("topic", "echo", "/**");
        await().atMost(10, TimeUnit.SECONDS).until(() -> {
            desk.bus.publisher("/x", Integer.class).publish(7);
            return echo.printed().contains("/x\n7\n---\n");
        });
        assertThat(subscriptions()).isEqualTo(1);
        echo.thread().interrupt();
        assertThat(echo.result().get(5, TimeUnit.SECONDS).code()).isEqualTo(130);
        assertThat(subscriptions()).isZero();
    }

    @Test
    void echoSaysThatItsBusIsDownAndUpAgain() throws Exception {
        Running echo = desk.start("topic", "echo", "/x", "--once");
        await().atMost(10, TimeUnit.SECONDS).until(() -> echo.said().contains("nobody is known to publish /x now; waiting"));
        desk.cut("the cable is cut");
        await().atMost(10, TimeUnit.SECONDS).until(() -> echo.said().endsWith("\nbus 'main' is down: the cable is cut; waiting\n"));
        desk.mend();
        await().atMost(10, TimeUnit.SECONDS).until(() -> echo.said().endsWith("\nbus 'main' is up again\n"));
        desk.bus.publisher("/x", Integer.class).publish(7);
        assertThat(echo.result().get(5, TimeUnit.SECONDS)).returns(0, Result::code).returns("7\n---\n", Result::out);
    }

    private long subscriptions() {
        return desk.bus.statistics().endpoints().stream().filter(endpoint -> endpoint.owner().startsWith("cli-"))
                .count();
    }

    @Test
    void hzAndBwMeasure() throws Exception {
        try (Publisher<Twist> publisher = desk.bus.publisher("/fast", Twist.class)) {
            Thread steady = new Thread(() -> {
                try {
                    while (true) {
                        publisher.publish(Twist.STOP);
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
            });
            steady.start();
            try {
                Result hz = desk.type("topic", "hz", "/fast", "--times", "1", "--json");
                assertThat(number(hz, "hz")).isBetween(30.0, 105.0);
                assertThat(desk.type("topic", "hz", "/fast", "--times", "1").out())
                        .matches("average rate: \\d+\\.\\d{3} Hz  min: [\\d.]+ s  max: [\\d.]+ s  std dev: [\\d.]+ s  "
                                + "window: \\d+\n");
                Result bw = desk.type("topic", "bw", "/fast", "--times", "1", "--json");
                long size = desk.robot.cbor.encode(desk.robot.shapes.tree(Twist.STOP)).length;
                assertThat(number(bw, "mean_bytes")).isEqualTo(size);
                assertThat(number(bw, "bytes_per_s")).isBetween(30.0 * size, 105.0 * size);
            } finally {
                steady.interrupt();
                steady.join();
            }
        }
    }

    private double number(Result result, String key) {
        Map<?, ?> tree = (Map<?, ?>) desk.robot.json.decode(result.out().getBytes());
        return ((Number) tree.get(key)).doubleValue();
    }

    @Test
    void everyCommandHelpsWithExamples() {
        for (List<String> command : List.of(List.of("topic", "list"), List.of("topic", "echo"), List.of("topic", "pub"),
                List.of("service", "call"), List.of("param", "set"), List.of("process", "stop"),
                List.of("bundle", "deploy"),
                List.of("feature", "install"), List.of("bus", "list"))) {
            Result help = desk.type(command.get(0), command.get(1), "--help");
            assertThat(help.code()).isZero();
            assertThat(help.out()).contains("Usage: anole " + String.join(" ", command), "Examples:", "--json");
        }
    }

    @Test
    void anUnknownBusIsNamedWithThoseThatAreThere() {
        Result result = desk.type("topic", "list", "--bus", "mian");
        assertThat(result.code()).isEqualTo(Failure.UNKNOWN);
        assertThat(result.err()).isEqualTo("anole topic list: there is no bus 'mian'; there are: main\n");
    }

    @Test
    void whatIsNotThereIsOneLine() {
        Result none = desk.type("process", "list");
        assertThat(none.code()).isEqualTo(Failure.FAILED);
        assertThat(none.err()).isEqualTo("anole process list: the supervisor of processes is not there: is bundle "
                + "io.anole.supervisor active? See ./anole bundle list\n");
    }
}
