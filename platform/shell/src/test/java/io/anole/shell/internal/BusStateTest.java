package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.shell.internal.Desk.Result;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services, parameters and buses. */
@Timeout(30)
class BusStateTest {
    private final Desk desk = new Desk();

    record Sum(long a, long b) {
    }

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void servicesAreListedAndCalled() {
        desk.bus.serve("/add", Sum.class, Long.class,
                (sum, request) -> CompletableFuture.completedFuture(sum.a + sum.b))
                .ready().toCompletableFuture().join();
        await().atMost(10, TimeUnit.SECONDS).until(() -> desk.type("service", "list").out().contains("/add"));
        assertThat(desk.type("service", "list").lines()).hasSize(2).last().asString()
                .matches("/add +\\S+ +tester on robot");
        Result answer = desk.type("service", "call", "/add", "{\"a\":40,\"b\":2}");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out()).isEqualTo("42\n");
        assertThat(desk.type("service", "call", "/add", "{\"a\":40}", "--json").out()).isEqualTo("40\n");
    }

    @Test
    void whatGoesWrongInACallIsOneLineWithItsCode() {
        desk.bus.serve("/fails", Object.class, Object.class, (request, message) -> {
            throw new IllegalStateException("out of\u001b[0m paper");
        }).ready().toCompletableFuture().join();
        desk.bus.serve("/slow", Object.class, Object.class, (request, message) -> new CompletableFuture<>())
                .ready().toCompletableFuture().join();
        desk.bus.serve("/add", Sum.class, Long.class, (sum, request) -> CompletableFuture.completedFuture(1L))
                .ready().toCompletableFuture().join();

        Result failed = desk.type("service", "call", "/fails");
        assertThat(failed.code()).isEqualTo(Failure.FAILED);
        assertThat(failed.err())
                .isEqualTo("anole service call: the other side failed: java.lang.IllegalStateException: "
                + "out of\\u001b[0m paper\n");
        Result none = desk.type("service", "call", "/none");
        assertThat(none.code()).isEqualTo(Failure.UNKNOWN);
        assertThat(none.err()).contains("/none").hasLineCount(1);
        Result slow = desk.type("service", "call", "/slow", "--timeout", "0.05");
        assertThat(slow.code()).isEqualTo(Failure.TIMEOUT);
        assertThat(slow.err()).contains("/slow").hasLineCount(1);
        Result shape = desk.type("service", "call", "/add", "{\"c\":1}");
        assertThat(shape.code()).isEqualTo(Failure.FAILED);
        assertThat(shape.err()).contains("c").hasLineCount(1);
        Result json = desk.type("service", "call", "/add", "{\"a\":");
        assertThat(json.code()).isEqualTo(Failure.USAGE);
        assertThat(json.err()).contains("VALUE is no JSON: column 5").hasLineCount(1);
        assertThat(desk.type("service", "call", "/add", "--timeout", "0").code()).isEqualTo(Failure.USAGE);
    }

    /** PY-07: never set and null are told apart. */
    @Test
    void parametersAreSetReadAndDeleted() {
        assertThat(desk.type("param", "list").err()).isEqualTo("no parameters are set\n");
        Result unset = desk.type("param", "get", "/noise");
        assertThat(unset.code()).isEqualTo(Failure.UNKNOWN);
        assertThat(unset.err()).isEqualTo("anole param get: parameter /noise is not set; see anole param list\n");

        assertThat(desk.type("param", "set", "noise", "0.02").code()).isZero();
        assertThat(desk.type("param", "set", "/robot/name", "Ada").code()).isZero();
        assertThat(desk.type("param", "set", "/home", "{\"x\":0,\"y\":[1,2]}").code()).isZero();
        assertThat(desk.type("param", "set", "/none", "null").code()).isZero();
        assertThat(desk.bus.get("@param/noise", Double.class).join()).contains(0.02);
        assertThat(desk.type("param", "get", "/noise").out()).isEqualTo("0.02\n");
        assertThat(desk.type("param", "get", "/none").out()).isEqualTo("null\n");
        assertThat(desk.type("param", "get", "/home").lines()).containsExactly("x: 0", "y: [1, 2]");
        assertThat(desk.type("param", "list").lines()).containsExactly("PARAMETER    VALUE",
                "/home        {\"x\":0,\"y\":[1,2]}",
                "/noise       0.02", "/none        null", "/robot/name  \"Ada\"");
        assertThat(desk.robot.json.decode(desk.type("param", "list", "--json").out().getBytes()))
                .asInstanceOf(InstanceOfAssertFactories.MAP).containsKeys("/home", "/noise", "/none");

        assertThat(desk.type("param", "delete", "/noise").code()).isZero();
        assertThat(desk.bus.get("@param/noise", Double.class).join()).isEmpty();
        assertThat(desk.type("param", "delete", "/noise").code()).isEqualTo(Failure.UNKNOWN);
        Result broken = desk.type("param", "set", "/home", "{\"x\":");
        assertThat(broken.code()).isEqualTo(Failure.USAGE);
        assertThat(broken.err()).contains("VALUE is no JSON: column 5").hasLineCount(1);
    }

    @Test
    void busesAreListedWithTheirCounters() {
        desk.bus.subscribe("/t", Object.class, body -> { }).ready().toCompletableFuture().join();
        desk.bus.publisher("/t", Object.class).publish(1).toCompletableFuture().join();
        await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(desk.type("bus", "list").lines())
                .hasSize(2).last().asString().matches("main +up +local +1 +1 +0 +0 +\\S.*"));
        Map<?, ?> info = (Map<?, ?>) desk.robot.json.decode(desk.type("bus", "info", "--json").out().getBytes());
        assertThat(info.get("link")).isEqualTo("up");
        assertThat(((List<?>) info.get("endpoints")).stream()
                .map(endpoint -> (String) ((Map<?, ?>) endpoint).get("kind")))
                .containsExactlyInAnyOrder("publisher", "subscription");
        assertThat(desk.type("bus", "info").out()).contains("NAME", "/t", "subscription");
        assertThat(desk.type("bus", "info", "cloud").code()).isEqualTo(Failure.UNKNOWN);
    }

    @Test
    void aBusIsMovedToNoProviderThatIsNotThere() {
        Result swap = desk.type("bus", "swap", "main", "tpc");
        assertThat(swap.code()).as(swap.err()).isEqualTo(Failure.UNKNOWN);
        assertThat(swap.err().lines()).last().isEqualTo("anole bus swap: bus 'main' knows no other provider");
    }
}
