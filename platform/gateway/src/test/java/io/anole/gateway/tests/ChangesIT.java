package io.anole.gateway.tests;

import static io.anole.gateway.tests.Gateway.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Registration;
import io.anole.types.std.Int64;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Deploys, rollbacks and swaps by REST, with the real deployer and bus behind it: each is a job that can be watched. */
class ChangesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final BundleContext CONTEXT = FrameworkUtil.getBundle(ChangesIT.class).getBundleContext();
    private static final Path HOME = Path.of(CONTEXT.getProperty("anole.home"));
    private static final String[] JAR = {"Content-Type", "application/java-archive"};
    private static final String[] JSON = {"Content-Type", "application/json"};

    private Gateway gateway;
    private ServiceRegistration<?> started;

    @BeforeAll
    static void watchDeploysForAShortTime() throws Exception {
        await().atMost(SOON).until(() -> deployer() != null);
        Object former = deployer();
        deployerConfiguration().update(new Hashtable<>(Map.of("window.ms", 300L)));
        await().atMost(SOON).until(() -> deployer() != null && !deployer().equals(former));
    }

    private static Configuration deployerConfiguration() throws Exception {
        return CONTEXT.getService(CONTEXT.getServiceReference(ConfigurationAdmin.class)).getConfiguration("io.anole.deployer", "?");
    }

    private static Object deployer() {
        ServiceReference<?> found = CONTEXT.getServiceReference("io.anole.deployer.Deployments");
        return found == null ? null : found.getProperty(Constants.SERVICE_ID);
    }

    @AfterAll
    static void watchAsBefore() throws Exception {
        deployerConfiguration().delete();
    }

    @BeforeEach
    void open() throws Exception {
        gateway = new Gateway(CONTEXT);
        gateway.expose(Map.of("reads", new String[] {"/number"}));
        gateway.configure("io.anole.access", Map.of("local.role", "admin"));
        // The deployer waits for all that starts with the runtime; here that is over.
        started = CONTEXT.registerService(Supplier.class, () -> true, FrameworkUtil.asDictionary(Map.of("anole.started", true)));
    }

    @AfterEach
    void close() throws Exception {
        HOME.resolve("deploy/guest.jar").toFile().delete();
        await().atMost(SOON).until(() -> Stream.of(CONTEXT.getBundles()).noneMatch(one -> "guest".equals(one.getSymbolicName())));
        started.unregister();
        gateway.close();
    }

    private static byte[] guest(String version, String... more) throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "guest");
        headers.putValue("Bundle-Version", version);
        for (int i = 0; i < more.length; i += 2) {
            headers.putValue(more[i], more[i + 1]);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return bytes.toByteArray();
    }

    private HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url("http", "/api" + path))).timeout(SOON);
        return HttpClient.newHttpClient().send(request.headers(headers).POST(BodyPublishers.ofByteArray(body)).build(),
                BodyHandlers.ofString());
    }

    private Map<String, Object> tree(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return map(gateway.tree(response.body()));
    }

    /** Watches a job to its end by its stream, which tells every step and then closes. */
    private Map<String, Object> watched(HttpResponse<String> begun) throws Exception {
        Object job = tree(begun, 202).get("job");
        List<String> lines = gateway.get("/api/jobs/" + job + "/stream").body().lines().toList();
        int end = lines.indexOf("event: end");
        assertThat(end).as(String.join("\n", lines)).isPositive();
        Map<String, Object> told = map(gateway.tree(lines.get(end + 1).replaceFirst("data: ", "")));
        List<Object> steps = lines.stream().filter(line -> line.startsWith("data: {\"step\"")).map(line -> {
            try {
                return map(gateway.tree(line.replaceFirst("data: ", ""))).get("step");
            } catch (Exception e) {
                throw new AssertionError(line, e);
            }
        }).toList();
        assertThat(steps).isEqualTo(told.get("steps"));
        assertThat(told).isEqualTo(tree(gateway.get("/api/jobs/" + job), 200));
        return told;
    }

    private String active() {
        return Stream.of(CONTEXT.getBundles()).filter(one -> "guest".equals(one.getSymbolicName())
                && one.getState() == Bundle.ACTIVE).map(one -> one.getVersion().toString()).findFirst().orElse("none");
    }

    @Test
    void aJarIsPlannedDeployedUpdatedAndRolledBack() throws Exception {
        Map<String, Object> plan = tree(post("/deployments/plan?name=guest.jar", guest("1.0.0"), JAR), 200);
        assertThat(map(((List<?>) plan.get("changes")).get(0))).containsEntry("action", "install").containsEntry("bundle", "guest");
        assertThat(active()).isEqualTo("none");

        Map<String, Object> deployed = watched(post("/deployments?name=guest.jar", guest("1.0.0"), JAR));
        assertThat(deployed).containsEntry("state", "done").containsEntry("detail", "committed").containsEntry("who", "local, REST");
        assertThat((List<?>) deployed.get("steps")).isNotEmpty();
        assertThat(active()).isEqualTo("1.0.0");
        assertThat(watched(post("/deployments?name=guest.jar", guest("2.0.0"), JAR))).containsEntry("state", "done");
        assertThat(active()).isEqualTo("2.0.0");
        Map<String, Object> file = map(((List<?>) tree(gateway.get("/api/deployments"), 200).get("deployments")).get(0));
        assertThat(file).containsEntry("file", "guest.jar").containsEntry("state", "deployed")
                .containsEntry("versions", List.of("2.0.0", "1.0.0"));

        assertThat(watched(post("/deployments/rollback?bundle=guest", new byte[0], JSON))).containsEntry("state", "done");
        assertThat(active()).isEqualTo("1.0.0");
        assertThat(post("/deployments/rollback?bundle=guest&version=9.0.0", new byte[0], JSON).statusCode()).isEqualTo(409);
        assertThat(post("/deployments/rollback?bundle=nobody", new byte[0], JSON).statusCode()).isEqualTo(409);
        List<?> history = (List<?>) tree(gateway.get("/api/deployments/history"), 200).get("history");
        assertThat(history.stream().limit(3).map(one -> map(one).get("what") + " " + map(one).get("result")))
                .containsExactly("rollback committed", "deploy committed", "deploy committed");
        assertThat(map(history.get(0))).containsEntry("who", "local, REST");
    }

    @Test
    void aFileIsRemovedWithItsBundle() throws Exception {
        watched(post("/deployments?name=guest.jar", guest("1.0.0"), JAR));
        Map<String, Object> job = watched(delete("/deployments/files/guest.jar"));
        assertThat(job).containsEntry("state", "done").containsEntry("what", "removal of guest.jar");
        assertThat(active()).isEqualTo("none");
        assertThat(tree(gateway.get("/api/deployments"), 200)).containsEntry("deployments", List.of());
        Map<String, Object> past = map(((List<?>) tree(gateway.get("/api/deployments/history"), 200).get("history")).get(0));
        assertThat(past).containsEntry("what", "remove").containsEntry("who", "local, REST");
        assertThat(delete("/deployments/files/guest.jar").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> delete(String path) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url("http", "/api" + path))).timeout(SOON);
        return HttpClient.newHttpClient().send(request.DELETE().build(), BodyHandlers.ofString());
    }

    @Test
    void aJarThatIsNoGoodTouchesNothingAndTheJobTellsWhy() throws Exception {
        watched(post("/deployments?name=guest.jar", guest("1.0.0"), JAR));
        byte[] bad = guest("3.0.0", "Import-Package", "gripper.api");
        assertThat((List<?>) tree(post("/deployments/plan?name=guest.jar", bad, JAR), 200).get("refusals"))
                .anyMatch(line -> line.toString().contains("gripper.api"));
        Map<String, Object> job = watched(post("/deployments?name=guest.jar", bad, JAR));
        assertThat(job).containsEntry("state", "failed");
        assertThat((String) job.get("detail")).startsWith("refused: ").contains("gripper.api").hasLineCount(1);
        assertThat(active()).isEqualTo("1.0.0");
        assertThat(watched(post("/deployments?name=guest.jar", "no jar".getBytes(), JAR))).containsEntry("state", "failed");
    }

    // OWASP: no path out of the deploy directory by an upload's name
    @ParameterizedTest
    @CsvSource({"../guest.jar, 400", "a%2Fb.jar, 400", "guest.txt, 400", "..jar, 400", "gu%0Aest.jar, 400", "'', 400"})
    void anUploadHasANameAndNoPath(String name, int status) throws Exception {
        HttpResponse<String> answer = post("/deployments?name=" + name, guest("1.0.0"), JAR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(HOME.resolve("guest.jar")).doesNotExist();
        assertThat(active()).isEqualTo("none");
    }

    @Test
    void anUploadHasItsTypeAndItsBound() throws Exception {
        assertThat(post("/deployments?name=guest.jar", guest("1.0.0"), JSON).statusCode()).isEqualTo(415);
        assertThat(post("/deployments?name=guest.jar", guest("1.0.0"), "Content-Type", "text/plain").statusCode()).isEqualTo(415);
        HttpResponse<String> asForm = post("/deployments?name=guest.jar", guest("1.0.0"), "Content-Type",
                "application/x-www-form-urlencoded"); // as curl does where nobody says what it is
        assertThat(asForm.statusCode()).isEqualTo(415);
        assertThat(asForm.body()).contains("Content-Type: application/java-archive");
        gateway.configure("io.anole.gateway.rest", Map.of("upload.max.bytes", 100L));
        assertThat(post("/deployments?name=guest.jar", guest("1.0.0"), JAR).statusCode()).isEqualTo(413);
        assertThat(active()).isEqualTo("none");
    }

    // G14 through this door: the bus moves, a process's subscription goes on, and the report tells
    @Test
    void aBusIsMovedAndTheReportTold() throws Exception {
        List<Long> heard = new CopyOnWriteArrayList<>();
        Registration numbers = gateway.bus().subscribe("/number", Int64.class, number -> heard.add(number.data()));
        gateway.ready(numbers);
        try (var number = gateway.bus().publisher("/number", Int64.class)) {
            number.publish(new Int64(1));
            Map<String, Object> job = watched(post("/buses/main/swaps", "{\"provider\":\"local\"}".getBytes(), JSON));
            assertThat(job).containsEntry("state", "done").containsEntry("what", "swap of bus main to local");
            assertThat(map(job.get("report"))).containsEntry("outcome", "done").containsEntry("lost", 0L).containsEntry("duplicates", 0L);
            number.publish(new Int64(2));
            await().atMost(SOON).until(() -> heard.size() >= 2);
            assertThat(heard).containsExactly(1L, 2L);
        }
        Map<String, Object> refused = watched(post("/buses/main/swaps", "{\"provider\":\"pigeon\"}".getBytes(), JSON));
        assertThat(refused).containsEntry("state", "failed");
        assertThat((String) refused.get("detail")).contains("pigeon").hasLineCount(1);
        List<?> swaps = (List<?>) tree(gateway.get("/api/buses/main/swaps"), 200).get("swaps");
        assertThat(swaps.stream().map(one -> map(one).get("outcome"))).endsWith("done");
        assertThat(post("/buses/main/swaps", "{}".getBytes(), JSON).statusCode()).isEqualTo(400);
        assertThat(post("/buses/secret/swaps", "{\"provider\":\"local\"}".getBytes(), JSON).statusCode()).isEqualTo(404);
    }

    @Test
    void withoutADeployerTheRestGoesOn() throws Exception {
        Bundle deployer = Stream.of(CONTEXT.getBundles()).filter(one -> "io.anole.deployer".equals(one.getSymbolicName()))
                .findFirst().orElseThrow();
        deployer.stop();
        try {
            assertThat(gateway.get("/api/deployments").statusCode()).isEqualTo(503);
            assertThat(gateway.get("/api/deployments").body()).contains("the deployer is not there");
            assertThat(gateway.get("/api/buses").statusCode()).isEqualTo(200);
        } finally {
            deployer.start();
        }
        await().atMost(SOON).until(() -> gateway.get("/api/deployments").statusCode() == 200);
    }

    private Map<String, Object> ask(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = gateway.send(method, "/api" + path, body, JSON);
        assertThat(answer.body()).doesNotContain("Exception");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? Map.of() : map(gateway.tree(answer.body()));
    }

    private List<Object> differences(Map<String, Object> answer) {
        return ((List<?>) answer.get("differences")).stream().map(one -> (Object) (map(one).get("key") + ": " + map(one).get("before")
                + " -> " + map(one).get("after"))).toList();
    }

    // As './anole config' does: checked before it is changed, kept, compared and brought back
    @Test
    void configurationsAreChangedComparedAndRestored() throws Exception {
        String history = "/configurations/io.anole.config";
        Map<String, Object> before = ask("GET", history, null, 200);
        assertThat(((List<?>) before.get("settings")).stream().map(one -> map(one).get("key"))).containsExactlyInAnyOrder("snapshots.max",
                "quiet.ms");
        assertThat(differences(ask("PATCH", history, "{\"snapshots.max\": 40}", 200))).containsExactly("snapshots.max: null -> 40");
        List<?> kept = (List<?>) ask("GET", "/snapshots", null, 200).get("snapshots");
        assertThat((String) map(kept.get(0)).get("cause")).isEqualTo("set by local, REST: io.anole.config snapshots.max");
        Object number = map(kept.get(0)).get("number");

        assertThat(differences(ask("PATCH", history, "{\"snapshots.max\": null, \"quiet.ms\": \"250\"}", 200)))
                .containsExactlyInAnyOrder("snapshots.max: 40 -> null", "quiet.ms: null -> 250");
        assertThat(differences(ask("GET", "/snapshots/" + number + "/differences", null, 200)))
                .contains("snapshots.max: 40 -> null", "quiet.ms: null -> 250");
        assertThat(differences(ask("POST", "/snapshots/" + number + "/restore?pid=io.anole.config", "", 200)))
                .containsExactlyInAnyOrder("snapshots.max: null -> 40", "quiet.ms: 250 -> null");

        assertThat(ask("PATCH", history, "{\"snapshots.max\": \"many\"}", 422)).extracting("detail").asString()
                .startsWith("io.anole.config: snapshots.max must be of type Integer");
        assertThat(ask("PATCH", history, "{\"speed\": 1}", 422)).extracting("detail").asString().contains("has no key 'speed'");
        assertThat(ask("PATCH", "/configurations/io.anole.bus.keys.local?unknown=true", "{\"state.max\": 5}", 422)).extracting("detail")
                .asString().startsWith("io.anole.bus.keys.local only describes keys");
        ask("PATCH", history, "{\"snapshots.max\": {\"a\": 1}}", 400);
        ask("PATCH", history, "[1]", 400);
        ask("PATCH", "/configurations/nobody.knows", "{\"a\": 1}", 404);
        ask("GET", "/configurations/nobody.knows", null, 404);
        ask("POST", "/snapshots/987654/restore", "", 404);
        ask("GET", "/snapshots/0/differences", null, 400);

        // A secret comes in and never out, by whichever of these.
        ask("PATCH", "/configurations/guest.secrets?unknown=true", "{\"password\": \"hush\", \"ports\": [1, 2]}", 200);
        for (String path : List.of("/configurations/guest.secrets", "/snapshots/" + number + "/differences", "/snapshots")) {
            assertThat(gateway.get("/api" + path).body()).contains(path.equals("/snapshots") ? "password" : "******")
                    .doesNotContain("hush");
        }
        ask("DELETE", "/configurations/guest.secrets", null, 204);
        ask("DELETE", "/configurations/guest.secrets", null, 404);
        ask("DELETE", history, null, 204);
        assertThat(gateway.get("/api/configurations").body()).contains("\"io.anole.bus~main\"")
                .doesNotContain("guest.secrets", "\"io.anole.config\"");
    }

    @Test
    void jobsAreToldNewestFirstAndUnknownOnesAreNot() throws Exception {
        for (int i = 0; i < 3; i++) {
            watched(post("/buses/main/swaps", "{\"provider\":\"local\"}".getBytes(), JSON));
        }
        List<?> jobs = (List<?>) tree(gateway.get("/api/jobs"), 200).get("jobs");
        assertThat(jobs.stream().map(job -> map(job).get("job"))).isEqualTo(
                IntStream.of(3, 2, 1).mapToObj(Long::valueOf).toList());
        for (String job : List.of("99", "x", "-1")) {
            assertThat(gateway.get("/api/jobs/" + job).statusCode()).isEqualTo(404);
            assertThat(gateway.get("/api/jobs/" + job + "/stream").statusCode()).isEqualTo(404);
        }
        assertThat(post("/processes/nobody/move?to=child", new byte[0], JSON).statusCode()).isEqualTo(404);
        assertThat(post("/processes/nobody/move?to=moon", new byte[0], JSON).statusCode()).isEqualTo(400);
    }
}
