package io.anole.gateway.tests;

import static io.anole.gateway.tests.Gateway.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.types.geometry.Twist;
import io.anole.types.std.Int64;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The REST API on the real web server and a real bus. */
class RestIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final BundleContext CONTEXT = FrameworkUtil.getBundle(RestIT.class).getBundleContext();
    private static final String[] JSON = {"Content-Type", "application/json"};

    private Gateway gateway;

    @BeforeEach
    void open() throws Exception {
        gateway = new Gateway(CONTEXT);
        gateway.expose(Map.of("reads", new String[] {"/number"}, "writes", new String[] {"/cmd_vel"},
                "services", new String[] {"/double", "/nobody"}, "params", new String[] {"/speed"}));
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    private Map<String, Object> ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return map(gateway.tree(response.body()));
    }

    @Test
    void whatIsPublishedArrivesAndWhatDoesNotFitIsRefused() throws Exception {
        List<Twist> arrived = new CopyOnWriteArrayList<>();
        gateway.ready(gateway.bus().subscribe("/cmd_vel", Twist.class, arrived::add));
        gateway.shown("/cmd_vel");
        String publish = "/api/buses/main/topics/publish?name=/cmd_vel";
        assertThat(gateway.send("POST", publish, "{\"linear\":{\"x\":0.5}}", JSON).statusCode()).isEqualTo(204);
        await().atMost(SOON).until(() -> arrived.equals(List.of(Twist.of(0.5, 0))));
        HttpResponse<String> refused = gateway.send("POST", publish, "{\"linear\":{\"x\":\"fast\"},\"wings\":2}", JSON);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(map(gateway.tree(refused.body()))).containsEntry("status", 422L).containsEntry("instance",
                "/api/buses/main/topics/publish");
        assertThat((String) map(gateway.tree(refused.body())).get("detail")).contains("wings");
        assertThat(arrived).hasSize(1);
    }

    @Test
    void latestTakesNothingAwayAndDrainTakesInOrder() throws Exception {
        Publisher<Int64> number = gateway.bus().publisher("/number", Int64.class,
                Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL));
        number.publish(new Int64(0));
        assertThat(map(ok(gateway.get("/api/buses/main/topics/latest?name=/number")).get("body"))).containsEntry("data", 0L);
        for (int i = 1; i <= 150; i++) {
            number.publish(new Int64(i));
            String told = ":" + i + "}";
            if (i % 50 == 0) {
                await().atMost(SOON).until(() -> gateway.get("/api/buses/main/topics/latest?name=number").body().contains(told));
            }
        }
        // 100 are kept unless configured.
        List<?> some = (List<?>) ok(gateway.send("POST", "/api/buses/main/topics/drain?name=/number&most=10", "")).get("messages");
        assertThat(some.stream().map(one -> map(map(one).get("body")).get("data"))).containsExactlyElementsOf(
                IntStream.rangeClosed(51, 60).mapToObj(Long::valueOf).toList());
        assertThat((List<?>) ok(gateway.send("POST", "/api/buses/main/topics/drain?name=/number", "")).get("messages")).hasSize(90);
        assertThat(gateway.get("/api/buses/main/topics/latest?name=/number&wait=0").statusCode()).isEqualTo(404);
    }

    @Test
    void aStreamTellsEveryMessage() throws Exception {
        Publisher<Int64> number = gateway.bus().publisher("/number", Int64.class);
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<InputStream> response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create(gateway.url("http", "/api/buses/main/topics/stream?name=/number&queue=1000"))).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        Thread reader = new Thread(() -> {
            try (Scanner in = new Scanner(response.body(), StandardCharsets.UTF_8)) {
                while (in.hasNextLine()) {
                    lines.add(in.nextLine());
                }
            }
        });
        reader.start();
        await().atMost(SOON).until(() -> {
            number.publish(new Int64(0));
            return lines.stream().anyMatch(line -> line.contains("\"data\":0}"));
        });
        for (int i = 1; i <= 500; i++) {
            number.publish(new Int64(i));
        }
        await().atMost(SOON).until(() -> lines.stream().anyMatch(line -> line.contains("\"data\":500}")));
        List<Long> data = lines.stream().filter(line -> line.startsWith("data: ")).map(line -> {
            try {
                return (Long) map(map(gateway.tree(line.substring(6))).get("body")).get("data");
            } catch (Exception e) {
                throw new AssertionError(line, e);
            }
        }).filter(one -> one > 0).toList();
        assertThat(data).containsExactlyElementsOf(IntStream.rangeClosed(1, 500).mapToObj(Long::valueOf).toList());
        gateway.restart();
        reader.join(SOON.toMillis());
        assertThat(reader.isAlive()).as("the stream ends with its door").isFalse();
    }

    @Test
    void servicesAndParameters() throws Exception {
        gateway.ready(gateway.bus().serve("/double", Map.class, Object.class, (body, request) -> {
            if (body.get("one") instanceof Number one) {
                return CompletableFuture.completedFuture(Map.of("two", 2 * one.longValue()));
            }
            throw new IllegalArgumentException("one is no number");
        }));
        await().atMost(SOON).until(() -> gateway.get("/api/buses/main/services").body().contains("/double"));
        String call = "/api/buses/main/services/call?name=/double";
        assertThat(map(ok(gateway.send("POST", call, "{\"one\":21}", JSON)).get("value"))).containsEntry("two", 42L);
        assertThat(gateway.send("POST", call, "{}", JSON).statusCode()).isEqualTo(502);
        assertThat(gateway.send("POST", "/api/buses/main/services/call?name=/nobody", "{}", JSON).statusCode()).isEqualTo(503);

        String speed = "/api/buses/main/params/value?name=/speed";
        assertThat(gateway.get(speed).statusCode()).isEqualTo(404);
        for (String value : List.of("0", "false", "\"\"", "null", "{\"max\":1.5}")) {
            assertThat(gateway.send("PUT", speed, value, JSON).statusCode()).isEqualTo(204);
            assertThat(gateway.get(speed).body()).isEqualTo("{\"value\":" + value + "}\n");
        }
        await().atMost(SOON).until(() -> gateway.get("/api/buses/main/params").body().contains("/speed"));
        assertThat(gateway.send("DELETE", speed, null).statusCode()).isEqualTo(204);
        assertThat(gateway.get(speed).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "GET, /api/nothing, -, 404",
        "GET, /api, -, 404",
        "DELETE, /api/buses, -, 405",
        "GET, /api/buses/other/topics, -, 404",
        "GET, /api/buses/main/topics/latest, -, 400",
        "GET, /api/buses/main/topics/latest?name=/secret, -, 404",
        "GET, /api/buses/main/topics/latest?name=/cmd_vel, -, 404",
        "GET, /api/buses/main/topics/latest?name=/@graph/x, -, 404",
        "GET, /api/buses/main/topics/latest?name=/number&wait=x, -, 400",
        "GET, /api/buses/main/topics/latest?name=a//b, -, 400",
        "GET, /api/buses/main/topics/stream?name=/secret, -, 404",
        "GET, /api/buses/main/params/value?name=/@estop, -, 404",
        "POST, /api/buses/main/topics/publish?name=/number, {}, 404",
        "POST, /api/buses/main/topics/publish?name=/cmd_vel, {, 400",
        "POST, /api/buses/main/topics/publish?name=/cmd_vel, '', 400",
        "POST, /api/buses/main/services/call?name=/secret, {}, 404",
        "GET, /api/processes/nobody, -, 404",
        "POST, /api/processes/nobody/stop, '', 403",
    })
    void whatCantBeDoneIsAProblemInWords(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> response = gateway.send(method, path, body, JSON);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(map(gateway.tree(response.body()))).containsKeys("type", "title", "status", "detail", "instance");
        assertThat(response.body()).doesNotContain("Exception").doesNotContain(".java");
    }

    @Test
    void aBodyHasItsBoundAndItsType() throws Exception {
        String publish = "/api/buses/main/topics/publish?name=/cmd_vel";
        assertThat(gateway.send("POST", publish, "[" + "1,".repeat(1 << 20) + "1]", JSON).statusCode()).isEqualTo(413);
        assertThat(gateway.send("POST", publish, "{}", "Content-Type", "text/plain").statusCode()).isEqualTo(415);
        assertThat(gateway.send("POST", publish, "{}").statusCode()).isEqualTo(415);
    }

    /** Or the next request of a client that keeps its connection goes into one that the server is about to end. */
    @Test
    void whatIsRefusedBeforeItsBodyCameIsFollowedByTheNextRequest() throws Exception {
        String head = head("POST", "/api/buses/main/topics/publish?name=/cmd_vel", "Content-Type: text/plain", "Content-Length: 2");
        try (Socket client = new Socket("127.0.0.1", URI.create(gateway.url("http", "")).getPort())) {
            send(client, head);
            client.setSoTimeout(300);
            // Who answered now would end the connection with the rest of the body on it.
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            send(client, "{}" + head("GET", "/api/buses", "Connection: close"));
            client.setSoTimeout((int) SOON.toMillis());
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 415 ").contains("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @CsvSource({"Origin: http://elsewhere.example, 2, 403", "Expect: 100-continue, 100000000, 413"})
    void whoseBodyIsNotWaitedForIsToldThatTheConnectionEnds(String header, String length, String status) throws Exception {
        try (Socket client = new Socket("127.0.0.1", URI.create(gateway.url("http", "")).getPort())) {
            send(client, head("POST", "/api/buses/main/topics/publish?name=/cmd_vel", "Content-Type: application/json",
                    "Content-Length: " + length, header));
            client.setSoTimeout((int) SOON.toMillis());
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("\r\nConnection: close\r\n");
        }
    }

    private static String head(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static void send(Socket client, String request) throws IOException {
        client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void thousandsOfBrokenRequestsLeaveItAsItWas() throws Exception {
        Random random = new Random(9);
        String[] whole = {"GET /api/buses/main/topics/latest?name=/number&wait=0 HTTP/1.1", "Host: localhost",
            "Content-Type: application/json", "Connection: close"};
        for (int i = 0; i < (Boolean.getBoolean("anole.soak") ? 10_000 : 500); i++) {
            StringBuilder broken = new StringBuilder(String.join("\r\n", whole) + "\r\n\r\n");
            for (int edits = random.nextInt(6); edits >= 0; edits--) {
                broken.setCharAt(random.nextInt(broken.length()), (char) (random.nextInt(126) + 1));
            }
            String answer = gateway.raw(broken.toString());
            assertThat(answer).as(broken.toString()).doesNotContain("Exception").doesNotContain(".java:");
        }
        assertThat(gateway.get("/api/buses").statusCode()).isEqualTo(200);
    }

    /** The document and the door are made of one table: what one knows the other knows. */
    @Test
    void theDocumentTellsWhatIsServedAndNothingElse() throws Exception {
        Map<String, Object> document = ok(gateway.get("/api/openapi.json"));
        assertThat(document).containsEntry("openapi", "3.1.0").containsKeys("info", "paths", "components");
        Map<String, Object> paths = map(document.get("paths"));
        assertThat(paths).hasSizeGreaterThan(10);
        for (String path : paths.keySet()) {
            for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH")) {
                int status = gateway.send(method, "/api" + path.replaceAll("[{]\\w+}", "none"), "", JSON).statusCode();
                boolean told = map(paths.get(path)).containsKey(method.toLowerCase(Locale.ROOT));
                assertThat(status == 405).as(method + " " + path + " is answered " + status).isEqualTo(!told);
            }
            map(paths.get(path)).values().forEach(operation -> {
                assertThat(map(operation)).containsKeys("operationId", "summary", "responses");
                assertThat(map(map(operation).get("responses"))).containsKey("default");
            });
        }
        assertThat(paths.values().stream().flatMap(path -> map(path).values().stream())
                .map(operation -> map(operation).get("operationId"))).doesNotHaveDuplicates();
    }
}
