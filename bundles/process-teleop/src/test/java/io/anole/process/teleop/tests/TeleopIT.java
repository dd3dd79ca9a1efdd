package io.anole.process.teleop.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.types.geometry.Pose;
import io.anole.types.geometry.Twist;
import io.anole.types.nav.Odometry;
import io.anole.types.sensor.BatteryState;
import io.anole.types.sensor.LaserScan;
import io.anole.types.std.Header;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;

/** Teleop on the real web server and a real bus, used from outside. */
class TeleopIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(300);

    private record Heard(Twist twist, String source) {
    }

    private final List<Heard> commands = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Bus bus;
    private Supervisor supervisor;
    private Bundle teleop;
    private Web web;

    @BeforeEach
    void start(@InjectBundleContext BundleContext context, @InjectService ConfigurationAdmin configurations,
            @InjectService(filter = "(bus.name=main)", cardinality = 0) ServiceAware<Bus> buses,
            @InjectService Supervisor injected) throws Exception {
        web = new Web(context);
        supervisor = injected;
        configurations.getFactoryConfiguration("io.anole.bus", "main", "?")
                .updateIfDifferent(new Hashtable<>(Map.of("provider", "local")));
        bus = buses.waitForService(SOON.toMillis());
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().equals("io.anole.process.teleop")) {
                teleop = bundle;
            }
        }
        teleop.start();
        soon().until(() -> supervisor.process("teleop").isPresent());
        supervisor.restart("teleop").get(10, TimeUnit.SECONDS);
        active();
        Registration registration = bus.subscribe("/cmd_vel", Twist.class, Qos.DEFAULT, this::heard);
        open.add(registration);
        registration.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static ConditionFactory soon() {
        return await().atMost(SOON).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    private void heard(Twist twist, Message message) {
        commands.add(new Heard(twist, message.source()));
    }

    private void active() {
        soon().until(() -> supervisor.process("teleop").map(info -> info.state() == State.ACTIVE).orElse(false)
                && web.send("GET", "/teleop/icon.svg", "").status() == 200);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private List<Twist> twists() {
        return commands.stream().map(Heard::twist).toList();
    }

    /** Publishers of the process, by the bus's own count. */
    private long publishers() {
        return bus.statistics().endpoints().stream().filter(endpoint -> endpoint.kind() == Statistics.Kind.PUBLISHER
                && endpoint.name().equals("/cmd_vel")).count();
    }

    // FR-02
    @ParameterizedTest
    @CsvSource({"forward, 0.5, 0", "back, -0.5, 0", "left, 0, 1", "right, 0, -1", "stop, 0, 0"})
    void eachCommandIsThisTwistAndNoOther(String command, double linear, double angular) throws Exception {
        assertThat(web.post("/teleop", command).status()).isEqualTo(200);
        assertThat(web.post("/teleop", "command=" + command, "Content-Type: application/x-www-form-urlencoded").status())
                .isEqualTo(200);
        assertThat(web.post("/teleop", "{\"command\": \"" + command + "\"}", "Content-Type: application/json").status())
                .isEqualTo(200);
        soon().until(() -> commands.size() == 3);
        assertThat(twists()).containsOnly(Twist.of(linear, angular));
    }

    // FR-02
    @ParameterizedTest
    @ValueSource(strings = {"fly", "", "FORWARD", "forward forward", "{\"command\": 1}", "{\"command\": null}", "{}", "[]",
        "{\"command\": \"stop\"", "command=fly", "speed=1", "command=stop&command=forward", "{\"commands\": \"stop\"}"})
    void whatIsNoCommandIsRefusedInOneLineAndNothingIsPublished(String body) throws Exception {
        Web.Answer answer = web.post("/teleop", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.body().lines()).singleElement().asString().startsWith("{\"error\":\"");
        soon().during(QUIET).until(commands::isEmpty);
    }

    @Test
    void velocitiesArePublishedAsTheyAre() throws Exception {
        assertThat(web.post("/teleop/velocity", "{\"linear\": 0.25, \"angular\": -0.75}").status()).isEqualTo(200);
        assertThat(web.post("/teleop/velocity", "linear=-1&angular=2.5").status()).isEqualTo(200);
        soon().until(() -> commands.size() == 2);
        assertThat(twists()).containsExactly(Twist.of(0.25, -0.75), Twist.of(-1, 2.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"linear\": 1.01, \"angular\": 0}", "{\"linear\": 0, \"angular\": -2.6}", "{\"linear\": 1}",
        "{\"linear\": \"NaN\", \"angular\": 0}", "{\"linear\": 1e999, \"angular\": 0}", "linear=Infinity&angular=0",
        "{\"linear\": 0, \"angular\": 0, \"vertical\": 1}", "{\"linear\": [0], \"angular\": 0}", "forward", ""})
    void velocitiesBeyondTheLimitsAreRefused(String body) throws Exception {
        assertThat(web.post("/teleop/velocity", body).status()).isEqualTo(400);
        soon().during(QUIET).until(commands::isEmpty);
    }

    @Test
    void whatComesTooLateMovesNothing() throws Exception {
        Web.Viewer page = web.viewer();
        open.add(page);
        Pattern beat = Pattern.compile("data: \\{\"clock\":(\\d+)}");
        soon().until(() -> page.lines.stream().anyMatch(line -> beat.matcher(line).matches()));
        long clock = page.lines.stream().map(beat::matcher).filter(Matcher::matches).mapToLong(found -> Long.parseLong(found.group(1)))
                .max().orElseThrow();
        soon().until(() -> System.nanoTime() / 1_000_000 > clock + 1_000);
        Web.Answer late = web.post("/teleop/velocity", "{\"linear\": 0.25, \"angular\": 0, \"given\": " + clock + "}");
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.body()).contains(" ms old, more than 500 (late.ms): nothing moves");
        assertThat(web.post("/teleop", "{\"command\": \"forward\", \"given\": " + clock + "}").status()).isEqualTo(409);
        assertThat(web.post("/teleop", "command=stop&given=" + clock).status()).as("a stop is never late").isEqualTo(200);
        assertThat(web.post("/teleop/velocity", "linear=0.25&angular=0&given=" + (clock + 60_000)).status()).isEqualTo(200);
        assertThat(web.post("/teleop", "command=forward&given=soon").status()).isEqualTo(400);
        soon().until(() -> commands.size() == 2);
        assertThat(twists()).containsExactly(Twist.of(0, 0), Twist.of(0.25, 0));
    }

    @Test
    void bodiesAreBounded() throws Exception {
        assertThat(web.post("/teleop", "stop" + " ".repeat(1021)).status()).isEqualTo(413);
        try (Socket socket = new Socket("127.0.0.1", web.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST /teleop HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 10485760\r\n\r\nforward").getBytes());
            assertThat(new String(socket.getInputStream().readNBytes(12))).as("at once, not after 10 MiB")
                    .isEqualTo("HTTP/1.1 413");
        }
        soon().during(QUIET).until(commands::isEmpty);
    }

    @Test
    void wrongMethodsAndPathsAreNamed() throws Exception {
        Web.Answer put = web.send("PUT", "/teleop", "forward");
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.header("Allow")).isEqualTo("GET, HEAD, POST");
        assertThat(web.send("GET", "/teleop/velocity", "").header("Allow")).isEqualTo("POST");
        assertThat(web.post("/teleop/events", "").status()).isEqualTo(405);
        assertThat(web.post("/teleop/forward", "").status()).isEqualTo(404);
        assertThat(web.send("GET", "/teleop/../teleop/Teleop.class", "").status()).isEqualTo(404);
        assertThat(commands).isEmpty();
    }

    @Test
    void strangersPagesCanNotDrive() throws Exception {
        assertThat(web.post("/teleop", "forward", "Origin: http://evil.example").status()).isEqualTo(403);
        assertThat(web.post("/teleop", "forward", "Origin: null").status()).isEqualTo(403);
        assertThat(web.post("/teleop", "forward", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
        assertThat(web.post("/teleop", "forward", "Host: evil.example").status()).isEqualTo(421);
        assertThat(web.send("GET", "/teleop", "", "Host: evil.example").status()).isEqualTo(421);
        assertThat(web.send("GET", "/teleop/events", "", "Origin: http://evil.example").status()).isEqualTo(403);
        soon().during(QUIET).until(commands::isEmpty);
        assertThat(web.post("/teleop", "stop", "Origin: http://localhost:" + web.port()).status()).isEqualTo(200);
    }

    @Test
    void thePageMayLoadNothingFromElsewhere() throws Exception {
        Web.Answer page = web.send("GET", "/teleop", "");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'").doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.body()).doesNotContain("http://", "https://");
        assertThat(web.send("GET", "/", "").header("Location")).isEqualTo("/teleop");
    }

    // FR-05
    @Test
    void fiftyRequestsAtATimeUseOnePublisher() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Future<Web.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(() -> web.post("/teleop", "left")));
            }
            for (Future<Web.Answer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        soon().until(() -> commands.size() == 50);
        assertThat(commands.stream().map(Heard::source).distinct()).hasSize(1);
        assertThat(commands.get(0).source()).contains("/teleop/");
        assertThat(publishers()).isEqualTo(1);
    }

    // FR-03, FR-04: activated on the supervisor's threads, again and again, and by two at a time.
    @Test
    void howeverOftenItIsRestartedThereIsOne() throws Exception {
        for (int i = 0; i < 10; i++) {
            teleop.stop();
            assertThat(publishers()).isZero();
            teleop.start();
            active();
            assertThat(publishers()).isEqualTo(1);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> supervisor.restart("teleop").join());
            Future<?> two = threads.submit(() -> supervisor.restart("teleop").join());
            one.get(30, TimeUnit.SECONDS);
            two.get(30, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        active();
        assertThat(publishers()).isEqualTo(1);
        assertThat(web.post("/teleop", "forward").status()).isEqualTo(200);
        soon().until(() -> commands.size() == 1);
    }

    private static Odometry at(double x) {
        return Odometry.of(Header.now("odom"), "base_link", Pose.of(x, 2, 0.5), Twist.of(0.1, 0.2));
    }

    @Test
    void pagesAreToldWhatIsAndWhatBecomes() throws Exception {
        Publisher<Odometry> odometry = bus.publisher("/odom", Odometry.class, Qos.SENSOR_DATA);
        Publisher<LaserScan> scan = bus.publisher("/scan", LaserScan.class, Qos.SENSOR_DATA);
        Publisher<BatteryState> battery = bus.publisher("/battery", BatteryState.class, Qos.SENSOR_DATA);
        Publisher<Object> world = bus.publisher("/world", Object.class,
                Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL));
        open.addAll(List.of(odometry, scan, battery, world));
        world.publish(Map.of("radius", 0.2, "walls", List.of(List.of(0, 0, 1, 1))));
        odometry.publish(at(1.25));
        battery.publish(BatteryState.of(Header.now(""), 12, 0.5f, BatteryState.POWER_SUPPLY_STATUS_CHARGING));
        Web.Viewer early = web.viewer();
        open.add(early);
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            scan.publish(new LaserScan(Header.now(""), -1, 1, 0.5f, 0, 0.1f, 0.1f, 5,
                    new float[] {1, 2.5f, 0.01f, Float.POSITIVE_INFINITY, Float.NaN}, new float[0]));
            return early.heard("\"ranges\":[1000,2500,-1,-1,-1]");
        });
        soon().until(() -> early.heard("event: limits") && early.heard("\"walls\":[[0,0,1,1]]")
                && early.heard("\"x\":1.25") && early.heard("\"charging\":true") && early.heard("event: beat"));
        odometry.publish(at(1.5));
        soon().until(() -> early.heard("\"x\":1.5"));
        Web.Viewer late = web.viewer();
        open.add(late);
        soon().until(() -> late.heard("\"x\":1.5") && late.heard("\"walls\":[[0,0,1,1]]")
                && late.heard("\"charge\":0.5") && late.heard("\"ranges\""));
        assertThat(late.lines).noneMatch(line -> line.contains("\"x\":1.25") && line.contains("\"speed\""));
    }

    @Test
    void viewersAreBounded() throws Exception {
        for (int i = 0; i < 32; i++) {
            Web.Viewer viewer = web.viewer();
            open.add(viewer);
            soon().until(() -> viewer.heard("200 OK"));
        }
        Web.Answer refused = web.send("GET", "/teleop/events", "");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("32 places");
        ((Web.Viewer) open.get(open.size() - 1)).close();
        soon().until(() -> {
            Web.Viewer next = web.viewer();
            open.add(next);
            soon().until(() -> next.lines.size() > 0);
            return next.heard("200 OK");
        });
    }

    @Test
    void aPageThatReadsNothingHoldsUpNobody() throws Exception {
        Publisher<Object> world = bus.publisher("/world", Object.class, Qos.DEFAULT);
        open.add(world);
        for (int i = 0; i < 8; i++) {
            open.add(web.deaf());
        }
        Web.Viewer reading = web.viewer();
        open.add(reading);
        soon().until(() -> reading.heard("event: limits"));
        // More than the sockets' buffers hold, so that the deaf ones are stuck.
        for (int i = 0; i < 40; i++) {
            String mark = "mark" + i;
            world.publish(Map.of("walls", List.of(), "fill", mark + "x".repeat(200_000)));
            await().atMost(Duration.ofSeconds(2)).pollInterval(Duration.ofMillis(5)).until(() -> reading.heard(mark));
        }
        long before = System.nanoTime();
        assertThat(web.post("/teleop", "stop").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        world.publish(Map.of("walls", List.of()));
    }

    @Test
    void whenItDiesAllPagesAreLetGoAtOnce() throws Exception {
        List<Web.Viewer> viewers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            viewers.add(web.viewer());
        }
        open.addAll(viewers);
        open.add(web.deaf());
        soon().until(() -> viewers.stream().allMatch(viewer -> viewer.heard("event: limits")));
        long before = System.nanoTime();
        teleop.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        await().atMost(Duration.ofSeconds(2)).until(() -> viewers.stream().allMatch(Web.Viewer::ended));
        assertThat(web.post("/teleop", "stop").status()).isEqualTo(404);
    }
}
