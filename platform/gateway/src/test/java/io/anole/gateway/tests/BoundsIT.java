package io.anole.gateway.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Publisher;
import io.anole.types.std.Int64;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** What the doors do not let in, and what they let happen at most. */
class BoundsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final BundleContext CONTEXT = FrameworkUtil.getBundle(BoundsIT.class).getBundleContext();
    private static final String SUBSCRIBE = "{'op':'subscribe','topic':'/number'}";

    private Gateway gateway;
    private String url;

    @BeforeEach
    void open() throws Exception {
        gateway = new Gateway(CONTEXT);
        gateway.expose(Map.of("topics", new String[] {"/number", "/many/.*"}));
        url = gateway.url("ws", "/rosbridge");
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    private void configure(String pid, Map<String, Object> properties, String... headers) throws Exception {
        gateway.configure(pid, properties);
        // Its component goes, and comes with the door when it is back.
        await().atMost(SOON).ignoreExceptions().until(() -> gateway.get("/api/buses", headers).body().contains("main"));
    }

    private static String hash(String token) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void pagesOfStrangersStayOutside() throws Exception {
        assertThat(Wire.status(url)).isEqualTo(101);
        assertThat(Wire.status(url, "Origin", gateway.url("http", ""))).isEqualTo(101);
        assertThat(Wire.status(url, "Origin", "https://evil.example")).isEqualTo(403);
        assertThat(Wire.status(url + "/other")).isEqualTo(404);
        assertThat(gateway.get("/api/buses", "Origin", "https://evil.example").statusCode()).isEqualTo(403);
        configure("io.anole.access", Map.of("origins", new String[] {"https://studio.example"}));
        assertThat(Wire.status(url, "Origin", "https://studio.example")).isEqualTo(101);
    }

    // rosbridge_suite 569, 860
    @Test
    void withTokensEachMayDoWhatItsRoleMay() throws Exception {
        String[] asAdmin = {"Authorization", "Bearer ada"};
        configure("io.anole.access", Map.of("tokens", new String[] {"screen:viewer:" + hash("vera"),
            "pad:operator:" + hash("olga"), "desk:admin:" + hash("ada"), "old:admin:" + hash("otto") + ":2020-01-31"}),
                asAdmin);
        assertThat(Wire.status(url)).isEqualTo(401);
        assertThat(Wire.status(url + "?token=nobody")).isEqualTo(401);
        assertThat(Wire.status(url + "?token=otto")).isEqualTo(401);
        List<Long> arrived = new CopyOnWriteArrayList<>();
        gateway.ready(gateway.bus().subscribe("/number", Int64.class, number -> arrived.add(number.data())));
        try (Wire viewer = new Wire(url + "?token=vera"); Wire operator = new Wire(url, "Authorization", "Bearer olga")) {
            viewer.send(SUBSCRIBE);
            viewer.send("{'op':'publish','topic':'/number','msg':{'data':1}}");
            viewer.hears(frame -> frame.contains("needs the role operator, and 'screen' has viewer"));
            viewer.send("{'op':'call_service','service':'/rosapi/set_param','args':{'name':'/p','value':'1'},'id':'1'}");
            viewer.hears(frame -> frame.contains("setting a parameter needs the role operator"));
            operator.send("{'op':'publish','topic':'/number','msg':{'data':2}}");
            viewer.hears(frame -> frame.contains("\"data\":2"));
        }
        assertThat(arrived).containsExactly(2L);
        everyRouteAsksForItsRole(asAdmin);
    }

    private void everyRouteAsksForItsRole(String... asAdmin) throws Exception {
        String document = gateway.get("/api/openapi.json", asAdmin).body();
        Map<String, Object> paths = Gateway.map(Gateway.map(gateway.tree(document)).get("paths"));
        List<String> tokens = List.of("vera", "olga", "ada");
        List<String> roles = List.of("viewer", "operator", "admin");
        Set<String> asked = new HashSet<>();
        for (String path : paths.keySet()) {
            for (String method : List.of("get", "put", "post", "patch", "delete")) {
                Object operation = Gateway.map(paths.get(path)).get(method);
                String described = operation == null ? "" : (String) Gateway.map(operation).get("description");
                String needed = described.replaceAll("Needs the role (\\w+)[.]", "$1");
                asked.add(needed);
                String url = "/api" + path.replaceAll("[{]\\w+}", "none");
                assertThat(gateway.send(method.toUpperCase(Locale.ROOT), url, "").statusCode()).isEqualTo(401);
                for (int i = 0; operation != null && i < roles.size(); i++) {
                    int status = gateway.send(method.toUpperCase(Locale.ROOT), url, "",
                            "Authorization", "Bearer " + tokens.get(i)).statusCode();
                    assertThat(status == 403).as(method + " " + path + " as " + roles.get(i) + " is answered " + status)
                            .isEqualTo(i < roles.indexOf(needed));
                }
            }
        }
        assertThat(asked).containsExactlyInAnyOrder("", "viewer", "operator", "admin");
    }

    // rosbridge_suite 192
    @Test
    void aFrameAClientAndItsRegistrationsHaveTheirBounds() throws Exception {
        configure("io.anole.gateway.rosbridge", Map.of("clients.max", 2, "registrations.max", 3, "frame.max.bytes", 4096));
        try (Wire first = new Wire(url)) {
            try (Wire second = new Wire(url)) {
                await().atMost(SOON).until(() -> gateway.counted().get("clients_now") == 2);
                assertThat(Wire.status(url)).isEqualTo(503);
                second.send("{'op':'publish','topic':'/number','msg':{'data':'" + "9".repeat(5000) + "'}}");
                assertThat(second.ends()).isEqualTo(1009);
            }
            await().atMost(SOON).until(() -> gateway.counted().get("clients_now") == 1);
            for (int i = 0; i < 4; i++) {
                first.send("{'op':'subscribe','topic':'/many/" + i + "'}");
            }
            first.hears(frame -> frame.contains("a client may register 3"));
            first.send("{'op':'unsubscribe','topic':'/many/0'}");
            first.send(SUBSCRIBE);
            Publisher<Int64> number = gateway.bus().publisher("/number", Int64.class);
            await().atMost(SOON).until(() -> {
                number.publish(new Int64(7));
                return first.heard().stream().anyMatch(frame -> frame.contains("\"data\":7"));
            });
            assertThat(gateway.counted()).containsEntry("frames_too_large", 1L).containsEntry("registrations_refused", 1L)
                    .containsEntry("clients_refused", 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'op':5}", "[]", "5", "''", "{}", "{", "{'op':'call_service','id':{},'service':'/x'}",
        "{'op':'call_service','service':[]}", "{'op':'call_service','service':'/x','compression':5,'fragment_size':'big'}",
        "{'op':'subscribe','topic':[]}", "{'op':'subscribe','topic':'/number','throttle_rate':'fast'}",
        "{'op':'subscribe','topic':'/number','fragment_size':1}", "{'op':'unsubscribe','topic':'/number'}",
        "{'op':'unadvertise','topic':'/number'}", "{'op':'publish'}", "{'op':'fragment','id':'a','data':'x','num':9,'total':1}",
        "{'op':'fragment','id':'a','data':'[]','num':0,'total':1}", "{'op':'service_response','id':'a','service':'/x'}",
        "{'op':'set_level','level':'loud'}", "{'op':'call_service','service':'/rosapi/topic_type','args':{'topic':5}}",
        "{'op':'call_service','service':'/rosapi/set_param','args':{'name':'/p','value':'{'}}",
        "{'op':'call_service','service':'/rosapi/dance'}", "{'op':'auth','mac':'x'}"})
    void whatMakesNoSenseHasOneAnswer(String frame) throws Exception {
        try (Wire wire = new Wire(url)) {
            wire.send(frame);
            wire.send("{'op':'call_service','service':'/rosapi/topics','id':'last'}");
            wire.hears(answer -> answer.contains("\"id\":\"last\""));
            assertThat(wire.heard()).hasSize(2);
            assertThat(wire.heard().get(0)).matches(".*(\"level\":\"error\"|\"result\":false).*");
        }
    }

    @Test
    void thousandsOfBrokenFramesAreAnsweredAndTheClientGoesOn() throws Exception {
        Random random = new Random(6);
        String whole = "{'op':'subscribe','topic':'/number','throttle_rate':1,'queue_length':2,'id':'x','fragment_size':100}";
        try (Wire wire = new Wire(url)) {
            for (int i = 0; i < 2000; i++) {
                StringBuilder broken = new StringBuilder(whole);
                for (int edits = random.nextInt(4); edits >= 0; edits--) {
                    broken.setCharAt(random.nextInt(broken.length()), (char) (' ' + random.nextInt(95)));
                }
                wire.send(broken.toString());
            }
            wire.send("{'op':'call_service','service':'/rosapi/topics','id':'last'}");
            wire.hears(frame -> frame.contains("\"id\":\"last\"") && frame.contains("\"result\":true"));
            assertThat(wire.heard()).noneMatch(frame -> frame.contains("Exception") || frame.contains(".java"));
        }
    }

    @Test
    void aThrottledTopicTellsTheNewest() throws Exception {
        Publisher<Int64> number = gateway.bus().publisher("/number", Int64.class);
        try (Wire wire = new Wire(url)) {
            wire.send("{'op':'subscribe','topic':'/number','throttle_rate':1500}");
            await().atMost(SOON).until(() -> {
                number.publish(new Int64(0));
                return wire.heard().stream().anyMatch(frame -> frame.contains("\"data\":0"));
            });
            for (int i = 1; i <= 200; i++) {
                number.publish(new Int64(i));
            }
            wire.hears(frame -> frame.contains("\"data\":200}"));
            assertThat(wire.heard()).hasSizeLessThan(100);
        }
    }

    // rosbridge_suite 135, 203, 720: many clients at once, none of which misses anything
    @Test
    void manyClientsHearEveryMessage() throws Exception {
        int clients = 20;
        int messages = 200;
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                Wire wire = new Wire(url);
                wires.add(wire);
                wire.send("{'op':'subscribe','topic':'/number','queue_length':1000}");
                wire.send("{'op':'call_service','service':'/rosapi/topics','id':'ready'}");
                wire.hears(frame -> frame.contains("ready"));
            }
            Map<String, Long> before = gateway.counted();
            Publisher<Int64> number = gateway.bus().publisher("/number", Int64.class);
            long begin = System.nanoTime();
            for (int i = 1; i <= messages; i++) {
                long due = begin + i * TimeUnit.SECONDS.toNanos(1) / 100;
                int sent = i;
                await().pollInterval(Duration.ofMillis(1)).atMost(SOON).until(() -> System.nanoTime() - due >= 0
                        && wires.stream().allMatch(wire -> sent - wire.heard().size() < 500));
                number.publish(new Int64(i));
            }
            String last = "\"data\":" + messages + "}";
            for (Wire wire : wires) {
                wire.hears(frame -> frame.contains(last));
                assertThat(wire.heard()).hasSize(messages + 1);
            }
            // Written once, or now and then again for a client that is far behind; never for each.
            assertThat(gateway.counted().get("messages_encoded") - before.get("messages_encoded"))
                    .isBetween((long) messages, 2L * messages);
        } finally {
            wires.forEach(Wire::close);
        }
    }

    @Test
    void aClientsRegistrationsGoWithIt() throws Exception {
        try (Wire wire = new Wire(url)) {
            wire.send(SUBSCRIBE);
            gateway.shown("/number");
        }
        await().atMost(SOON).until(() -> !gateway.get("/api/buses/main/topics").body().contains("/number"));
        await().atMost(SOON).until(() -> gateway.counted().get("clients_now") == 0);
    }
}
