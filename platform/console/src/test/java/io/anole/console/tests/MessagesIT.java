package io.anole.console.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Lifetime;
import io.anole.bus.Publisher;
import io.anole.bus.Registration;
import io.anole.console.tests.Door.Answer;
import io.anole.testkit.TestBus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The pages "Messages" and "Parameters", with a real bus behind them. */
class MessagesIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final BundleContext context = FrameworkUtil.getBundle(MessagesIT.class).getBundleContext();
    private final Door door = new Door(context);
    private TestBus bus;

    /** A message of the tests. */
    public record Level(double height, Place place) {
    }

    /** A part of it. */
    public record Place(String name, int number) {
    }

    @BeforeEach
    void open() throws Exception {
        bus = TestBus.open(context, "local", Map.of(), SOON);
        await().atMost(SOON).until(() -> state("messages").contains("\"topics\":") && state("parameters").contains("\"parameters\":[]"));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private String state(String page, String... asked) throws IOException {
        return door.send("GET", "/anole-" + page + "/state.json?bus=" + bus.name() + "&" + form(asked), door.asAdmin()).body();
    }

    private Answer post(String path, String... pairs) throws IOException {
        return door.send("POST", "/anole-" + path, door.asAdmin(), "bus=" + bus.name() + "&" + form(pairs));
    }

    private static String form(String... pairs) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            form.append(i == 0 ? "" : "&").append(pairs[i]).append('=').append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private static void isRefused(int status, String part, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.body()).contains(part).hasLineCount(1).doesNotContain("Exception");
    }

    @Test
    void theLatestMessagesAreToldShortenedAndCounted() throws Exception {
        assertThat(state("messages", "tail", "/tank/**")).contains("\"tail\":{\"count\":0,\"messages\":[]}");
        try (Publisher<Object> publisher = bus.bus().publisher("/tank/level", Object.class)) {
            for (int i = 1; i <= 30; i++) {
                publisher.publish(new Level(i, new Place("<script>", i))).toCompletableFuture().get(20, TimeUnit.SECONDS);
                if (i % 10 == 0) {      // less than what is dropped rather than waited for
                    String last = "\"number\":" + i + ",";
                    await().atMost(SOON).until(() -> state("messages", "tail", "/tank/**").contains(last));
                }
            }
            assertThat(state("messages", "tail", "/tank/**")).contains("\"count\":30", "\"topic\":\"/tank/level\"",
                    "\"body\":{\"height\":30.0,\"place\":{\"name\":\"\\u003cscript\\u003e\",\"number\":30}}", "\"number\":11,")
                    .doesNotContain("\"number\":10,").doesNotContain("<");
            publisher.publish(Map.of("bytes", new byte[3000], "numbers", new double[400], "text", "x".repeat(9000)));
            await().atMost(SOON).until(() -> state("messages", "tail", "/tank/**").contains("\"number\":31,"));
            assertThat(state("messages", "tail", "/tank/**")).contains("\\u003c3000 bytes\\u003e", "\\u2026 380 more",
                    "x\\u2026 (9000 characters)").doesNotContain("x".repeat(501));
        }
        isRefused(400, "illegal pattern", door.send("GET", "/anole-messages/state.json?bus=" + bus.name() + "&tail=%20", door.asAdmin()));
    }

    @Test
    void aMessageIsPublishedFromWhatIsKnownOfItsType() throws Exception {
        Queue<Level> heard = new ConcurrentLinkedQueue<>();
        try (Registration subscription = bus.bus().subscribe("/tank/level", Level.class, heard::add)) {
            subscription.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
            await().atMost(SOON).until(() -> state("messages", "to", "/tank/level").contains(
                    "\"shape\":{\"height\":\"float64\",\"place\":{\"name\":\"string\",\"number\":\"int32\"}}"));
            assertThat(post("messages/publish", "name", "/tank/level", "value", "{\"height\":2,\"place\":{\"name\":\"north\"}}"))
                    .extracting(Answer::status, Answer::body).containsExactly(200, "published on /tank/level\n");
            await().atMost(SOON).until(() -> heard.contains(new Level(2, new Place("north", 0))));
            isRefused(400, "has no field depth", post("messages/publish", "name", "/tank/level", "value", "{\"depth\":2}"));
            isRefused(400, "field height: expected float64, found true",
                    post("messages/publish", "name", "/tank/level", "value", "{\"height\":true}"));
            isRefused(400, "no JSON", post("messages/publish", "name", "/tank/level", "value", "{\"height\":"));
            isRefused(400, "illegal name", post("messages/publish", "name", "/tank/*", "value", "1"));
            assertThat(heard).hasSize(1);
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(post("messages/publish", "name", "/tank/level", "value", "1").body())
                .contains("nobody"));
    }

    @Test
    void aServiceIsCalled() throws Exception {
        try (Registration service = bus.bus().serve("/double", Place.class, Place.class,
                (place, message) -> CompletableFuture.completedFuture(new Place(place.name(), 2 * place.number())))) {
            service.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
            await().atMost(SOON).until(() -> state("messages", "call", "/double").contains("\"services\":[\"/double\"]"));
            assertThat(post("messages/call", "name", "/double", "value", "{\"name\":\"a\",\"number\":21}"))
                    .extracting(Answer::status, Answer::body)
                    .containsExactly(200, "{\"answer\":{\"name\":\"a\",\"number\":42}}\n");
        }
        isRefused(409, "/double", post("messages/call", "name", "/double", "value", "null"));
    }

    @Test
    void parametersAreShownSetAndDeleted() throws Exception {
        bus.bus().put("@param/arm/speed", 0.5, Lifetime.DURABLE).get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> state("parameters").contains("{\"name\":\"/arm/speed\",\"value\":0.5}"));
        assertThat(post("parameters/set", "name", "arm/speed", "value", "{\"x\":[1,null]}").body()).isEqualTo("/arm/speed is set\n");
        await().atMost(SOON).until(() -> state("parameters").contains("{\"name\":\"/arm/speed\",\"value\":{\"x\":[1,null]}}"));
        assertThat(post("parameters/set", "name", "/arm/speed", "value", "slow <b>").status()).isEqualTo(200);
        await().atMost(SOON).until(() -> state("parameters").contains("\"value\":\"slow \\u003cb\\u003e\""));
        isRefused(400, "no JSON", post("parameters/set", "name", "/arm/speed", "value", "{\"x\":"));
        assertThat(post("parameters/delete", "name", "/arm/speed").status()).isEqualTo(200);
        await().atMost(SOON).until(() -> state("parameters").contains("\"parameters\":[]"));
        isRefused(404, "/arm/speed is not set", post("parameters/delete", "name", "/arm/speed"));
    }
}
