package io.anole.console.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Publisher;
import io.anole.bus.Registration;
import io.anole.console.tests.Door.Answer;
import io.anole.testkit.TestBus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The page "Buses", with a real bus behind it. */
class BusesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PAGE = "/anole-buses";
    /** A legal name. */
    private static final String HOSTILE = "/<svg/onload=document.title=1>";
    private static final String HOSTILE_IN_JSON = "/\\u003csvg/onload=document.title=1\\u003e";

    private final BundleContext context = FrameworkUtil.getBundle(BusesIT.class).getBundleContext();
    private final Door door = new Door(context);
    private TestBus bus;

    @BeforeEach
    void open() throws Exception {
        bus = TestBus.open(context, "local", Map.of(), SOON);
        await().atMost(SOON).until(() -> state("").contains("\"name\":\"" + bus.name() + "\",\"provider\":\"local\",\"link\":\"up\""));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private String state(String query) throws IOException {
        return door.send("GET", PAGE + "/state.json" + query, door.asAdmin()).body();
    }

    @Test
    void aTopicIsShownWithWhatWasCountedAndNeverAsHtml() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        try (Publisher<String> publisher = bus.bus().publisher(HOSTILE, String.class);
                Registration subscription = bus.bus().subscribe(HOSTILE, String.class, body -> heard.incrementAndGet())) {
            subscription.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
            for (int i = 0; i < 3; i++) {
                publisher.publish("body").toCompletableFuture().get(20, TimeUnit.SECONDS);
            }
            await().atMost(SOON).until(() -> heard.get() == 3);
            await().atMost(SOON).untilAsserted(() -> assertThat(state("")).contains("\"name\":\"" + HOSTILE_IN_JSON
                    + "\",\"type\":\"\",\"publishers\":1,\"subscribers\":1,\"messages\":3,\"waiting\":0,\"dropped\":0,\"why\":\"\"}"));
            assertThat(state("")).doesNotContain("<");

            await().atMost(SOON).until(() -> {
                publisher.publish("body");
                // A text of four letters is five bytes of CBOR.
                return state("?weigh=true").contains("\"size\":5");
            });
            assertThat(state("?platform=false")).doesNotContain("/mail/");
        }
        await().atMost(SOON).until(() -> !state("").contains(HOSTILE_IN_JSON));
        // A bus that is gone is no longer chosen, and no error.
        assertThat(door.send("GET", "/anole-graph/state.json?bus=gone", door.asAdmin()).body()).contains("\"buses\":[")
                .doesNotContain("\"nodes\"");
    }

    @Test
    void theGraphTellsWhoIsLinkedToWhat() throws Exception {
        try (Publisher<String> publisher = bus.bus().publisher(HOSTILE, String.class);
                Registration exact = bus.bus().subscribe(HOSTILE, String.class, body -> { });
                Registration wide = bus.participant().bus().subscribe("/**", String.class, body -> { });
                Registration service = bus.bus().serve("/double", Integer.class, Integer.class,
                        (number, message) -> CompletableFuture.completedFuture(2 * number))) {
            service.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
            String topic = "\"topic " + HOSTILE_IN_JSON + "\"";
            await().atMost(SOON).untilAsserted(() -> {
                String graph = door.send("GET", "/anole-graph/state.json?bus=" + bus.name(), door.asAdmin()).body();
                assertThat(graph).contains(topic, "\"service /double\"").doesNotContain("<");
                List<String> links = Pattern.compile("\\{[^{}]*\"how\":[^{}]*}|\\{\"how\"[^{}]*}").matcher(graph).results()
                        .map(MatchResult::group).toList();
                assertThat(links).filteredOn(link -> link.contains("publishes")).hasSize(1).allMatch(link -> link.contains(topic));
                assertThat(links).filteredOn(link -> link.contains("subscribes")).hasSize(2).allMatch(link -> link.contains(topic));
                assertThat(links).filteredOn(link -> link.contains("serves")).hasSize(1)
                        .allMatch(link -> link.contains("\"service /double\""));
            });
        }
    }

    @Test
    void aBusIsMovedAndWhatBecameOfItIsTold() throws Exception {
        assertThat(swap("local", "").body()).isEqualTo("moving " + bus.name() + " from local to local has begun\n");
        await().atMost(SOON).until(() -> state("").contains("\"state\":\"good\""));
        assertThat(bus.bus().swaps()).hasSize(1);

        assertThat(swap("nowhere", "").status()).isEqualTo(200);
        await().atMost(SOON).until(() -> state("").contains("\"state\":\"bad\""));
        assertThat(state("")).containsPattern("\"text\":\"moving " + bus.name() + " from local to nowhere: failed: [^\"]*nowhere");

        assertThat(swap("local", "no key")).extracting(Answer::status, Answer::body).containsExactly(400, "'no key' is not KEY=VALUE\n");
        assertThat(door.send("POST", PAGE + "/swap", door.asAdmin(), "bus=none&provider=local").status()).isEqualTo(404);
        assertThat(bus.bus().swaps()).hasSize(1);
    }

    private Answer swap(String provider, String keys) throws IOException {
        return door.send("POST", PAGE + "/swap", door.asAdmin(),
                "bus=" + bus.name() + "&provider=" + provider + "&keys=" + keys.replace(' ', '+'));
    }
}
