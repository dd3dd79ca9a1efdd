package io.anole.console.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Lifetime;
import io.anole.console.tests.Door.Answer;
import io.anole.core.SafetyGate;
import io.anole.core.SafetyGate.Stop;
import io.anole.testkit.TestBus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.test.common.annotation.InjectService;

/** What the pages ask and post, with the real gate, deployer and buses behind them. */
class PagesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SAFETY = "/anole-safety";
    private static final String BUSES = "/anole-buses";
    private static final String DEPLOY = "/anole-deploy";
    private static final List<String> PAGES = List.of("/anole-processes", BUSES, "/anole-graph", "/anole-messages",
            "/anole-parameters", DEPLOY, SAFETY);
    private static final String STATE = "/state.json";
    private static final String STOP = SAFETY + "/stop";
    private static final String RESET = SAFETY + "/reset";
    private static final String ROLLBACK = DEPLOY + "/rollback";

    private final BundleContext context = FrameworkUtil.getBundle(PagesIT.class).getBundleContext();
    private final Door door = new Door(context);
    @InjectService
    SafetyGate gate;

    @BeforeEach
    void restart() throws Exception {
        Bundle console = bundle("io.anole.console");
        console.stop();
        console.start();
        await().atMost(SOON).until(() -> {
            for (String page : PAGES) {
                Answer answer = door.send("GET", page + STATE, door.asAdmin());
                if (answer.status() != 200 || !answer.body().contains("\"missing\":[]")) {
                    return false;
                }
            }
            return true;
        });
        assertThat(gate.stops()).isEmpty();
    }

    @AfterEach
    void release() throws Exception {
        gate.reset(true).get(10, TimeUnit.SECONDS);
    }

    private String state(String page) throws IOException {
        Answer answer = door.send("GET", page + STATE, door.asAdmin());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("Content-Type: application/json", "X-Content-Type-Options: nosniff", "no-store");
        return answer.body();
    }

    private static String form(String... pairs) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            form.append(i == 0 ? "" : "&").append(pairs[i]).append('=')
                    .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private Answer post(String path, String... pairs) throws IOException {
        return door.send("POST", path, door.asAdmin(), form(pairs));
    }

    /** What a reset must name. */
    private String seen() throws IOException {
        Matcher seen = Pattern.compile("\"seen\":\"([^\"]*)\"").matcher(state(SAFETY));
        assertThat(seen.find()).isTrue();
        return seen.group(1);
    }

    private Bundle bundle(String name) {
        return List.of(context.getBundles()).stream().filter(bundle -> bundle.getSymbolicName().equals(name)).findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STATE, "/res/page.js", "/res/page.css"})
    void nothingIsShownWithoutThePassword(String path) throws IOException {
        for (String page : PAGES) {
            assertThat(door.send("GET", page + path, "").status()).isEqualTo(401);
            assertThat(door.send("GET", page + path, door.asAdmin()).status()).isEqualTo(200);
        }
        assertThat(door.send("GET", SAFETY + path, Door.as("admin", "admin")).status()).isEqualTo(401);
    }

    @Test
    void whatAPageNeedsIsThereAndAllFromHere() throws IOException {
        for (String page : PAGES) {
            assertThat(door.send("GET", page + "/res/" + page.substring("/anole-".length()) + ".js", door.asAdmin()).text())
                    .startsWith("HTTP/1.1 200");
            assertThat(door.send("GET", page, door.asAdmin()).text()).contains("<div id=\"robot\"")
                    .contains("Content-Security-Policy: default-src 'self'; ");
        }
    }

    @Test
    void nothingIsDoneWithoutThePassword() throws IOException {
        assertThat(door.send("POST", STOP, "", form("reason", "guest")).status()).isEqualTo(401);
        assertThat(gate.stops()).isEmpty();
        gate.stop("smoke");
        assertThat(door.send("POST", RESET, "", form("seen", seen())).status()).isEqualTo(401);
        assertThat(gate.stops()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Host: evil.example\r\n"})
    void pagesOfStrangersCanDoNothing(String header) throws IOException {
        assertThat(door.send("POST", STOP, header + door.asAdmin(), form("reason", "stranger")).status()).isIn(403, 421);
        assertThat(gate.stops()).isEmpty();
        gate.stop("smoke");
        assertThat(door.send("POST", RESET, header + door.asAdmin(), form("seen", seen())).status()).isIn(403, 421);
        assertThat(gate.stops()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
    void onlyAPostDoesAnything(String method) throws IOException {
        assertThat(door.send(method, STOP + "?reason=link", door.asAdmin()).status()).isEqualTo(405);
        assertThat(gate.stops()).isEmpty();
    }

    @Test
    void aStopIsPressedShownAndReset() throws IOException {
        assertThat(post(STOP, "reason", "smoke\r\nfrom the arm")).extracting(Answer::status, Answer::body)
                .containsExactly(200, "stopped\n");
        assertThat(gate.stops()).extracting(Stop::reason).containsExactly("smoke from the arm");
        assertThat(state(SAFETY)).contains("\"own\":true,\"by\":\"testbed\",\"bus\":\"\",\"reason\":\"smoke from the arm\",\"since\":\"20");
        assertThat(post(RESET, "seen", seen())).extracting(Answer::status, Answer::body).containsExactly(200, "reset\n");
        assertThat(gate.stops()).isEmpty();
        assertThat(state(SAFETY)).contains("\"stops\":[]").containsPattern("\"trips\":\\[\\{\"at\":\"20[^\"]+Z\",\"what\":\"reset\",\"bus\":\"\","
                + "\"topic\":\"\",\"by\":\"admin, web console\",\"why\":\"\",\"count\":1},\\{\"at\":\"20[^\"]+Z\",\"what\":\"stopped\","
                + "\"bus\":\"\",\"topic\":\"\",\"by\":\"admin, web console\",\"why\":\"smoke from the arm\",\"count\":1}");
    }

    @Test
    void aStopIsToldOnAllOtherPages() throws IOException {
        gate.stop("smoke <b>");
        for (String page : PAGES) {
            assertThat(state(page)).contains(page.equals(SAFETY) ? "\"alarms\":[]" : "\"alarms\":[\"EMERGENCY STOP: smoke \\u003cb\\u003e\"]");
        }
    }

    @Test
    void whatTheUserHasNotSeenIsNotReset() throws IOException {
        gate.stop("smoke");
        String before = seen();
        gate.reset(false).join();
        gate.stop("somebody is in the cell");
        for (String seen : List.of(before, "")) {
            assertThat(post(RESET, "seen", seen)).extracting(Answer::status, Answer::body)
                    .containsExactly(409, "what is stopped has changed meanwhile: look again\n");
        }
        assertThat(gate.stops()).extracting(Stop::reason).containsExactly("somebody is in the cell");
    }

    @Test
    void stopsOfOthersHoldUntilTheyAreResetToo() throws Exception {
        try (TestBus bus = TestBus.open(context, "local", Map.of(), SOON)) {
            bus.bus().put("@estop/panel", "pressed", Lifetime.DURABLE).get(10, TimeUnit.SECONDS);
            await().atMost(SOON).until(() -> state(SAFETY).contains("\"own\":false,\"by\":\"panel\",\"bus\":\"" + bus.name() + "\""));
            assertThat(post(RESET, "seen", seen(), "others", "false").status()).isEqualTo(200);
            assertThat(gate.stops()).hasSize(1);
            assertThat(post(RESET, "seen", seen(), "others", "true").status()).isEqualTo(200);
            await().atMost(SOON).until(() -> gate.stops().isEmpty());
        }
    }

    @Test
    void aBusIsShownWithItsSwaps() throws Exception {
        try (TestBus bus = TestBus.open(context, "local", Map.of(), SOON)) {
            String name = "\"name\":\"" + bus.name() + "\",\"provider\":\"local\",\"link\":\"up\"";
            await().atMost(SOON).untilAsserted(() -> assertThat(state(BUSES)).contains(name).contains("\"swaps\":[]"));
            bus.bus().swap("local", Map.of()).get(10, TimeUnit.SECONDS);
            assertThat(state(BUSES)).contains(name).containsPattern("\"swaps\":\\[\\{\"bus\":\"" + bus.name() + "\",\"from\":\"local\","
                    + "\"to\":\"local\",\"cause\":\"[^\"]+\",\"outcome\":\"done\",\"reason\":\"[^\"]*\",\"started\":\"20[^\"]+Z\","
                    + "\"blackout_ms\":[0-9.]+,\"held\":0,\"resent\":0,\"lost\":0,\"duplicates\":0,\"expired\":0,\"steps\":\\[\\{");
        }
    }

    @Test
    void whatHasNotChangedIsNotSentAgain() throws Exception {
        String tag = door.send("GET", SAFETY + STATE, door.asAdmin()).header("ETag");
        assertThat(tag).isNotEmpty();
        String known = door.asAdmin() + "If-None-Match: " + tag + "\r\n";
        assertThat(door.send("GET", SAFETY + STATE, known)).extracting(Answer::status, Answer::body).containsExactly(304, "");
        gate.stop("smoke");
        assertThat(door.send("GET", SAFETY + STATE, known).status()).isEqualTo(200);
    }

    @Test
    void whatIsMissingIsTold() throws Exception {
        Bundle deployer = bundle("io.anole.deployer");
        deployer.stop();
        try {
            assertThat(state(DEPLOY)).contains("\"missing\":[\"The deployer is not there: is bundle io.anole.deployer active?")
                    .doesNotContain("\"now\":");
            assertThat(state(SAFETY)).contains("\"now\":{").contains("\"missing\":[]");
            assertThat(post(ROLLBACK, "bundle", "guest", "version", "1.0.0")).satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.body()).startsWith("The deployer is not there").hasLineCount(1);
            });
        } finally {
            deployer.start();
        }
    }

    @Test
    void errorsAreOneLine() throws IOException {
        isOneLine(400, post(STOP, "reason", "x".repeat(201)));
        isOneLine(400, door.send("POST", STOP, door.asAdmin(), "reason=%zz&%"));
        isOneLine(404, post(SAFETY + "/%3Cb%3Eexplode", "a", "b"));
        isOneLine(404, post(SAFETY + "/nothing/stop", "a", "b"));
        isOneLine(404, post(SAFETY, "a", "b"));
        isOneLine(404, post(BUSES + "/explode", "a", "b"));
        isOneLine(409, post(ROLLBACK, "bundle", "gu\nest", "version", "1.0.0"));
        isOneLine(409, post(DEPLOY + "/remove", "file", "../../etc/\nguest.jar"));
        isOneLine(404, door.send("GET", SAFETY + "/res/other", door.asAdmin()));
        assertThat(gate.stops()).isEmpty();
    }

    private Answer upload(String name, String headers, String bytes) throws IOException {
        return door.send("POST", DEPLOY + "/upload?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8),
                headers + "Content-Type: application/java-archive\r\n", bytes);
    }

    @Test
    void anUploadIsADeployAndNothingElse() throws IOException {
        // The deployer waits for all that starts with the runtime; here that is over.
        ServiceRegistration<?> started = context.registerService(Supplier.class, () -> true,
                FrameworkUtil.asDictionary(Map.of("anole.started", true)));
        try {
            uploads();
        } finally {
            started.unregister();
        }
    }

    private void uploads() throws IOException {
        String empty = "PK\5\6" + "\0".repeat(18);
        assertThat(upload("guest.jar", door.asAdmin(), empty).body()).isEqualTo("deploy of guest.jar has begun\n");
        await().atMost(SOON).untilAsserted(() -> assertThat(state(DEPLOY)).contains("\"state\":\"bad\"")
                .containsPattern("\"text\":\"deploy of guest.jar: refused: [^\"]*guest.jar"));
        for (String name : List.of("../guest.jar", "a/b.jar", "..jar", "guest.txt", "", "gu\nest.jar", "x".repeat(200) + ".jar")) {
            isOneLine(400, upload(name, door.asAdmin(), "no jar"));
        }
        assertThat(upload("guest.jar", "", "no jar").status()).isEqualTo(401);
        assertThat(upload("guest.jar", "Origin: http://evil.example\r\n" + door.asAdmin(), "no jar").status()).isEqualTo(403);
        assertThat(Path.of(context.getProperty("anole.home")).resolve("deploy")).isEmptyDirectory();
        assertThat(Path.of(context.getProperty("anole.home")).resolve("guest.jar")).doesNotExist();
    }

    @Test
    void aRollbackWithoutAVersionIsToTheOneBefore() throws Exception {
        assertThat(post(ROLLBACK, "bundle", "nobody")).extracting(Answer::status, Answer::body)
                .containsExactly(409, "no former version of bundle 'nobody' is kept\n");
        assertThat(post(ROLLBACK, "bundle", "nobody", "version", "1.0.0").body())
                .isEqualTo("no former version 1.0.0 of bundle 'nobody' is kept\n");
        ServiceRegistration<?> started = context.registerService(Supplier.class, () -> true,
                FrameworkUtil.asDictionary(Map.of("anole.started", true)));
        try {
            deploy("1.0.0");
            assertThat(post(ROLLBACK, "bundle", "guest").status()).isEqualTo(409);
            deploy("2.0.0");
            assertThat(post(ROLLBACK, "bundle", "guest").body()).isEqualTo("rollback of guest has begun\n");
            await().atMost(SOON).until(() -> state(DEPLOY).contains("\"text\":\"rollback of guest: committed"));
            assertThat(bundle("guest").getVersion()).hasToString("1.0.0");
            assertThat(post(DEPLOY + "/remove", "file", "guest.jar").status()).isEqualTo(200);
            await().atMost(SOON).until(() -> state(DEPLOY).contains("\"text\":\"removal of guest.jar: committed"));
        } finally {
            started.unregister();
        }
    }

    private void deploy(String version) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "guest");
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        assertThat(upload("guest.jar", door.asAdmin(), jar.toString(StandardCharsets.ISO_8859_1)).status()).isEqualTo(200);
        await().atMost(SOON).until(() -> state(DEPLOY).contains("\"text\":\"deploy of guest.jar: committed")
                && bundle("guest").getVersion().toString().equals(version));
    }

    private static void isOneLine(int status, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.body().lines()).as(answer.text()).hasSize(1);
        assertThat(answer.text()).contains("Content-Type: text/plain").doesNotContain("Exception");
    }
}
