package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.FreePort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PC-05: processes in JVMs of their own, by configuration alone, bundles unchanged. */
class ForkedIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern PID = Pattern.compile("runs as pid (\\d+)");
    private static final Pattern ALIVE = Pattern.compile(
            "^(?<time>\\S+ \\S+) .* is alive in a (?<jvm>spare|new) JVM, pid \\d+, after (?<millis>\\d+) ms");
    private static final Pattern READY = Pattern.compile(" (hello|spare): READY in ");
    private static final String HELLO = "{\"id\": \"test:hello:osgifeature:1\", "
            + "\"bundles\": [{\"id\": \"io.anole:anole-process-hello:0.1.0\"}]}";

    /** What is pushed waits while it is away, however loaded the machine is. */
    private static final String FORKED_TALLY = "\"tally\": {\"process.mode\": \"forked\", \"process.queue:Integer\": 8192}";

    private static final int MOST_SWAPS = 100;

    @TempDir
    Path directory;

    private Robot robot(String feature, String process) throws Exception {
        return robot(feature, process, "\"provider\": \"tcp\", \"mode\": \"router\", \"listen\": \"unix:"
                + directory.resolve("main.sock") + "\"");
    }

    private Robot robot(String feature, String process, String bus) throws Exception {
        Path etc = Files.createDirectories(directory.resolve("home/etc"));
        Files.writeString(etc.resolve("test.json"), "{\"io.anole.bus~main\": {" + bus + "}, " + process + "}");
        return Robot.start(directory.resolve("home"), "--port", "0", "--features", "core,tcp,children," + feature);
    }

    private String hello() throws Exception {
        return Files.writeString(directory.resolve("hello.json"), HELLO).toString();
    }

    private static String info(Robot robot, String process) throws Exception {
        return robot.cli("process", "info", process).out();
    }

    private static long pid(Robot robot, String process) throws Exception {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> PID.matcher(info(robot, process)).find());
        Matcher matcher = PID.matcher(info(robot, process));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** What the child's hello has heard from main, which is in the parent. */
    private static long greetings(Robot robot) throws Exception {
        try (var lines = Files.lines(robot.home().resolve("log/anole.log"))) {
            return lines.filter(line -> line.contains("hello: INFO  Hello: main said: ")).count();
        }
    }

    private static void awaitGreetings(Robot robot, long number) {
        await().atMost(SOON).until(() -> greetings(robot) >= number);
    }

    @Test
    void aProcessInAChildTalksAsBeforeAndComesBackWhenItIsKilled() throws Exception {
        try (Robot robot = robot(hello(),
                "\"io.anole.process.hello\": {\"process.mode\": \"forked\", \"process.frequency.hz:Double\": 5.0}").awaitReady()) {
            long child = pid(robot, "hello");
            assertThat(ProcessHandle.of(child).orElseThrow().info().command().orElseThrow()).endsWith("/java");
            awaitGreetings(robot, 3);

            ProcessHandle.of(child).orElseThrow().destroyForcibly();

            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> pid(robot, "hello") != child);
            awaitGreetings(robot, greetings(robot) + 3);
            assertThat(info(robot, "hello")).contains("restarts: 1").contains("state: active");
            assertThat(info(robot, "main")).contains("restarts: 0");

            long second = pid(robot, "hello");
            assertStays(robot, "hello");
            awaitGreetings(robot, greetings(robot) + 3);
            assertThat(pid(robot, "hello")).isEqualTo(second);
            assertThat(robot.cli("process", "stop", "hello").out()).isEqualTo("hello is inactive: stopped\n");
            assertThat(ProcessHandle.of(second)).isEmpty();

            assertThat(robot.cli("bus", "swap", "main", "local").code()).isZero();
            assertThat(robot.cli("bus", "swap", "main", "tcp", "mode=router", "listen=unix:" + directory.resolve("main.sock")).code())
                    .isZero();
            assertThat(robot.cli("process", "start", "hello").out()).startsWith("hello is active: runs as pid ");
        }
    }

    /** A bus goes nowhere where a child can't follow. */
    private static void assertStays(Robot robot, String child) throws Exception {
        Robot.Result refused = robot.cli("bus", "swap", "main", "local");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).isEqualTo("moving bus 'main' from 'tcp' to 'local' ...\nanole bus swap: bus 'main' stays on 'tcp': "
                + stays(child) + "\n");
    }

    private static String stays(String child) {
        return child + " runs in a JVM of its own and could not follow (bus 'main' would be inside this JVM): stop it or move it here "
                + "first, ./anole process move " + child + " --to thread";
    }

    @Test
    void aKilledParentLeavesNoChild() throws Exception {
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\"}").awaitReady()) {
            long child = pid(robot, "hello");

            robot.kill();

            await().atMost(SOON).until(() -> ProcessHandle.of(child).isEmpty());
        }
    }

    @Test
    void aChildThatRunsOutOfMemoryHurtsNobodyElseAndIsToldInOneLine() throws Exception {
        Path feature = new TestJar("glutton").header("Import-Package", "io.anole.process")
                .process(GluttonProcess.class, "<property name=\"process.name\" type=\"String\" value=\"glutton\"/>")
                .feature(directory, "");
        try (Robot robot = robot(feature + "," + hello(), "\"glutton\": {\"process.mode\": \"forked\", "
                + "\"process.forked.heapMB:Integer\": 32, \"process.frequency.hz:Double\": 100.0, "
                + "\"process.restart.policy\": \"TEMPORARY\"}")) {
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                    .until(() -> info(robot, "glutton").contains("finalized"));
            assertThat(info(robot, "glutton")).contains("reason: exit code 3; its last line: Terminating due to "
                    + "java.lang.OutOfMemoryError: Java heap space\n");
            assertThat(info(robot, "hello")).contains("state: active");
        }
    }

    @Test
    void aBirthThatFailsInAChildIsToldAsItIs() throws Exception {
        Path feature = new TestJar("failing").header("Import-Package", "io.anole.process,org.osgi.framework").header("Fails", "birth")
                .process(FailingProcess.class, "<property name=\"process.name\" type=\"String\" value=\"failing\"/>"
                        + "<property name=\"where\" type=\"String\" value=\"birth\"/>")
                .feature(directory, "");
        try (Robot robot = robot(feature.toString(), "\"failing\": {\"process.mode\": \"forked\", "
                + "\"process.restart.policy\": \"TEMPORARY\"}")) {
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                    .until(() -> info(robot, "failing").contains("finalized"));
            assertThat(info(robot, "failing")).contains("reason: birth: IllegalStateException: the arm is not connected (birth)");
        }
    }

    @Test
    void aBusWithoutAWireIsToldInOneLine() throws Exception {
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\"}", "\"provider\": \"local\"")) {
            robot.awaitLine(line -> line.equals("WARN  Processes: process 'hello' failed: bus 'main' is "
                    + "inside this JVM; give it a provider with a wire, such as \"provider\": \"tcp\", \"mode\": \"router\""));
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                    .until(() -> info(robot, "hello").contains("state: finalized"));
            assertThat(info(robot, "hello")).contains("reason: bus 'main' is inside this JVM");
        }
    }

    @Test
    void settingsThatNoStartMendsAreToldInOneLineAndNotTriedAgain() throws Exception {
        String why = "process.frequency.hz: 'fast' is not a number";
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\", \"process.frequency.hz\": \"fast\"}")) {
            robot.awaitLine(line -> line.equals("WARN  Processes: process 'hello' failed: " + why));
            awaitInfo(robot, "hello", "state: finalized");
            assertThat(info(robot, "hello")).contains("reason: " + why, "restarts: 0");

            Robot.Result refused = robot.cli("config", "set", "io.anole.process.hello", "process.frequency.hz=slow");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("io.anole.process.hello: process.frequency.hz: 'slow' is not a number");
            assertThat(robot.cli("config", "set", "io.anole.process.hello", "process.forked.heapMB=lots").err())
                    .contains("io.anole.process.hello: process.forked.heapMB: 'lots' is not a whole number");
            assertThat(robot.cli("config", "set", "io.anole.process.hello", "process.frequency.hz=20").err()).isEmpty();
            awaitInfo(robot, "hello", "state: active");

            // Without a configuration, and without a description of one, it is known to be a process all the same.
            assertThat(robot.cli("config", "delete", "io.anole.process.hello").err()).isEmpty();
            assertThat(robot.cli("config", "set", "io.anole.process.hello", "process.mode=forked", "process.forked.options=-Xint").err())
                    .isEmpty();
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                    assertThat(Files.readString(Path.of("/proc", "" + pid(robot, "hello"), "cmdline")).split("\0")).contains("-Xint"));
        }
    }

    private Path misbehaving() throws Exception {
        return new TestJar("rascal").header("Import-Package", "io.anole.process,io.anole.bus")
                .process(ExitProcess.class, "<property name=\"process.name\" type=\"String\" value=\"rascal\"/>")
                .feature(directory, "");
    }

    private static void awaitInfo(Robot robot, String process, String text) {
        await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(info(robot, process)).contains(text));
    }

    private Robot misbehave(String wish, String policy) throws Exception {
        Robot robot = robot(misbehaving() + "," + hello(), "\"rascal\": {\"process.mode\": \"forked\", "
                + "\"process.stopSeconds:Double\": 2.0, \"process.restart.policy\": \"" + policy + "\"}").awaitReady();
        assertThat(robot.cli("service", "call", "/misbehave", "\"" + wish + "\"").code()).isZero();
        return robot;
    }

    @Test
    void anExitOfTheJvmIsToldAsWhatItIsAndIsAFailure() throws Exception {
        try (Robot robot = misbehave("exit", "TEMPORARY")) {
            awaitInfo(robot, "rascal", "state: finalized");
            assertThat(info(robot, "rascal")).contains(
                    "it called System.exit, in io.anole.distribution.ExitProcess.life on thread 'process rascal'");
            assertThat(info(robot, "hello")).contains("state: active");
        }
    }

    @Test
    void aDeadlockIsToldWithItsThreadsAndLocksAndThePolicyRestartsIt() throws Exception {
        try (Robot robot = misbehave("deadlock", "TRANSIENT")) {
            robot.awaitLine(line -> line.contains("process 'rascal' failed: deadlock: ")
                    && line.contains("thread 'other' waits for java.lang.Object@") && line.contains("which thread 'process rascal' has")
                    && line.contains("thread 'process rascal' waits for java.lang.Object@"));
            awaitInfo(robot, "rascal", "restarts: 1");
            awaitInfo(robot, "rascal", "state: active");
            // What the former one has served is free for the new one, however fast that is there.
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).untilAsserted(
                    () -> assertThat(robot.cli("service", "call", "/misbehave", "\"behave\"").code()).isZero());
            assertThat(info(robot, "hello")).contains("state: active").contains("restarts: 0");
        }
    }

    @Test
    void aCycleThatHangsIsKilledWithItsJvmWithinTheBound() throws Exception {
        try (Robot robot = misbehave("hang", "TRANSIENT")) {
            long child = pid(robot, "rascal");
            assertThat(robot.cli("process", "stop", "rascal").out()).startsWith("rascal is inactive: stopped; death: ")
                    .contains("its cycle or handler has not ended within 0.5 s and was interrupted");
            assertThat(ProcessHandle.of(child)).isEmpty();
        }
    }

    @Test
    void aRouterThatKnowsItsClientsKnowsItsChildren() throws Exception {
        Path clients = Files.writeString(directory.resolve("clients"), "base 4be1c0a9d7f24e68a1b2\n");
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\", "
                + "\"process.frequency.hz:Double\": 5.0}", "\"provider\": \"tcp\", \"mode\": \"router\", \"listen\": \"unix:"
                + directory.resolve("main.sock") + "\", \"clients.file\": \"" + clients + "\"").awaitReady()) {
            awaitGreetings(robot, 3);
            Path children = directory.resolve("clients.children");
            assertThat(Files.readAllLines(children)).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(children))).isEqualTo("rw-------");

            assertThat(robot.cli("process", "stop", "hello").code()).isZero();

            await().atMost(SOON).until(() -> Files.readAllLines(children).isEmpty());
        }
    }

    /** A router elsewhere that knows its clients lets in their children, whether started for a process or as spares. */
    @Test
    void aRouterElsewhereThatKnowsItsClientsKnowsTheirChildren() throws Exception {
        String token = "4be1c0a9d7f24e68a1b2";
        Path secret = Files.writeString(directory.resolve("token"), token + "\n");
        Path clients = Files.writeString(directory.resolve("clients"), "robot " + token + "\n");
        String socket = "unix:" + directory.resolve("router.sock");
        Path base = directory.resolve("base");
        Files.writeString(Files.createDirectories(base.resolve("etc")).resolve("test.json"), "{\"io.anole.bus~main\": {\"provider\": \"tcp\", "
                + "\"mode\": \"router\", \"listen\": \"" + socket + "\", \"clients.file\": \"" + clients + "\"}}");
        Files.writeString(Files.createDirectories(directory.resolve("home/run")).resolve("runtime-id"), "robot\n");
        try (Robot router = Robot.start(base, "--port", "0", "--features", "core,tcp").awaitReady();
                Robot robot = robot(hello(), "\"io.anole.children\": {\"spares:Integer\": 1}, \"io.anole.process.hello\": {"
                        + "\"process.mode\": \"forked\", \"process.frequency.hz:Double\": 5.0}", "\"provider\": \"tcp\", \"url\": \""
                        + socket + "\", \"token.file\": \"" + secret + "\"").awaitReady()) {
            awaitGreetings(robot, 3);
            long first = pid(robot, "hello");
            await().atMost(SOON).until(() -> readySpares(robot) == 1);

            signal("-KILL", first);

            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> pid(robot, "hello") != first);
            awaitGreetings(robot, greetings(robot) + 3);
            assertThat(alive(robot)).hasSize(2);
            assertThat(info(robot, "hello")).containsPattern("reason: runs as pid \\d+, robot--spare-[0-9a-f]{6} on its bus\n");
            assertThat(router.output()).noneMatch(line -> line.contains("is not known here"));
        }
    }

    /** How a process does is seen from the parent, and so is what is wrong in its JVM. */
    @Test
    void theParentShowsHowAProcessDoesInItsChild() throws Exception {
        try (Robot robot = robot(hello(),
                "\"io.anole.process.hello\": {\"process.mode\": \"forked\", \"process.frequency.hz:Double\": 20.0}").awaitReady()) {
            awaitInfo(robot, "hello", "jvm: pid " + pid(robot, "hello") + ", heap ");
            awaitInfo(robot, "hello", "rate_hz: 20.");
            assertThat(info(robot, "hello")).contains("thread: process hello").contains("frequency_hz: 20.0")
                    .contains("subject=reply").contains("errors: 0").contains("io.anole.process.hello 0.1.0");
            assertThat(robot.cli("process", "frequency", "hello", "40").code()).isZero();
            awaitInfo(robot, "hello", "frequency_hz: 40.0");
            assertThat(info(robot, "main")).contains("mode: thread").doesNotContain("jvm");
        }
    }

    /** Several options by one text or a list, whichever there was before; and a script reads them where people do. */
    @Test
    void optionsOfAJvmAreGivenByCommandAndToldToScripts() throws Exception {
        try (Robot robot = robot(hello(), "\"io.anole.process.hello\": {\"process.mode\": \"forked\"}").awaitReady()) {
            assertThat(robot.cli("config", "set", "io.anole.process.hello", "process.forked.options=-Xint -Xss768k").err()).isEmpty();
            awaitInfo(robot, "hello", " MB, options -Xint -Xss768k\n");
            assertThat(robot.cli("config", "set", "io.anole.process.hello", "process.forked.options=[\"-Xss768k\",\"-Dwho=it is\"]").err())
                    .isEmpty();
            awaitInfo(robot, "hello", " MB, options -Xss768k -Dwho=it is\n");

            assertThat(robot.cli("process", "info", "hello", "--json").out()).containsPattern("\"mode\":\"forked\",\"jvm\":\\{\"pid\":"
                    + pid(robot, "hello") + ",\"heap_mb\":\\d+,\"heap_most_mb\":\\d+,\"options\":\\[\"-Xss768k\",\"-Dwho=it is\"]}");
            assertThat(robot.cli("process", "stop", "hello").code()).isZero();
            assertThat(robot.cli("process", "info", "hello", "--json").out()).contains("\"mode\":\"forked\",\"jvm\":null");
            assertThat(robot.cli("process", "info", "main", "--json").out()).contains("\"mode\":\"thread\",\"jvm\":null");
        }
    }

    private static void awaitHealth(Robot robot, String... texts) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                assertThat(robot.get("/health").body()).contains(texts));
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor()).isZero();
    }

    /** What the health checks in a child say is said here, under its name and as long as it answers; one that does not is one line. */
    @Test
    void theHealthOfAChildIsPartOfTheParents() throws Exception {
        Path feature = new TestJar("watched")
                .header("Import-Package", "io.anole.process,io.anole.bus,org.apache.felix.hc.api,org.osgi.framework")
                .process(WatchedProcess.class, "<property name=\"process.name\" type=\"String\" value=\"watched\"/>")
                .feature(directory, "");
        try (Robot robot = robot("metrics," + feature, "\"watched\": {\"process.mode\": \"forked\"}, "
                + "\"io.anole.children\": {\"silence.seconds:Double\": 1.5}").awaitReady()) {
            awaitHealth(robot, "{\"name\":\"watched: battery\",\"status\":\"OK\"}", "{\"name\":\"watched: jvm\",\"status\":\"OK\"}");

            assertThat(robot.cli("service", "call", "/battery", "\"cell 3 has 2.9 V\"").code()).isZero();
            awaitHealth(robot, "{\"name\":\"watched: battery\",\"status\":\"CRITICAL\"}");
            assertThat(robot.cli("doctor").out()).contains("watched: health check 'battery' is CRITICAL: cell 3 has 2.9 V\n");
            awaitInfo(robot, "watched", "; health check 'battery' is CRITICAL: cell 3 has 2.9 V\n");
            assertThat(robot.cli("service", "call", "/battery", "\"\"").code()).isZero();
            awaitHealth(robot, "{\"name\":\"watched: battery\",\"status\":\"OK\"}");

            long child = pid(robot, "watched");
            signal("-STOP", child);
            awaitHealth(robot, "{\"name\":\"watched: jvm\",\"status\":\"CRITICAL\"}");
            await().atMost(SOON).until(() -> !robot.get("/health").body().contains("watched: battery"));
            assertThat(robot.cli("doctor").out().lines().filter(line -> line.contains("watched"))).hasSize(2)
                    .first().asString().contains("watched: its JVM has not answered for ");
            signal("-CONT", child);
            awaitHealth(robot, "{\"name\":\"watched: battery\",\"status\":\"OK\"}", "{\"name\":\"watched: jvm\",\"status\":\"OK\"}");

            assertThat(robot.cli("process", "stop", "watched").code()).isZero();
            await().atMost(SOON).until(() -> !robot.get("/health").body().contains("watched"));
        }
    }

    /** A spare is taken, and replaced. Figures for docs/decisions/child-jvm.md; the targets are those of a quiet machine. */
    @Test
    void aSpareTakesTheProcessOver() throws Exception {
        Figures figures = killed(1, "spare");
        if (Boolean.getBoolean("anole.soak")) {
            assertThat(median(figures.starts())).isLessThanOrEqualTo(150);
            assertThat(median(figures.recoveries())).isLessThanOrEqualTo(350);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true")
    void withoutASpareAChildIsThereWithinASecond() throws Exception {
        Figures figures = killed(0, "new");
        assertThat(median(figures.starts())).isLessThanOrEqualTo(1000);
        assertThat(median(figures.recoveries())).isLessThanOrEqualTo(1200);
    }

    /** Milliseconds from the begin of a birth to ALIVE, and from {@code kill -9} to that. */
    private record Figures(List<Long> starts, List<Long> recoveries) {
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private Figures killed(int spares, String jvm) throws Exception {
        int times = Boolean.getBoolean("anole.soak") ? 12 : 2;
        Figures figures = new Figures(new ArrayList<>(), new ArrayList<>());
        try (Robot robot = robot(hello(), "\"io.anole.children\": {\"spares:Integer\": " + spares + "}, \"io.anole.process.hello\": {"
                + "\"process.mode\": \"forked\", \"process.restart.intensity:Integer\": 100}").awaitReady()) {
            for (int i = 1; i <= times; i++) {
                int number = i;
                long child = pid(robot, "hello");
                await().atMost(SOON).until(() -> readySpares(robot) == spares);
                long killed = System.currentTimeMillis();
                ProcessHandle.of(child).orElseThrow().destroyForcibly();
                await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> alive(robot).size() > number);
                Matcher line = alive(robot).get(number);
                assertThat(line.group("jvm")).isEqualTo(jvm);
                figures.starts().add(Long.parseLong(line.group("millis")));
                figures.recoveries().add(LocalDateTime.parse(line.group("time").replace(' ', 'T').replace(',', '.'))
                        .atZone(ZoneId.systemDefault()).toInstant().toEpochMilli() - killed);
            }
        }
        System.out.printf("a %s JVM: alive after %s ms, median %d; from kill -9 to alive %s ms, median %d%n", jvm, figures.starts(),
                median(figures.starts()), figures.recoveries(), median(figures.recoveries()));
        return figures;
    }

    private static List<Matcher> alive(Robot robot) throws Exception {
        try (var lines = Files.lines(robot.home().resolve("log/anole.log"))) {
            return lines.map(ALIVE::matcher).filter(Matcher::find).toList();
        }
    }

    /** JVMs that have been started and have no process: each says READY once, under the name it has then. */
    private static long readySpares(Robot robot) throws Exception {
        try (var lines = Files.lines(robot.home().resolve("log/anole.log"))) {
            return lines.filter(line -> READY.matcher(line).find()).count() - alive(robot).size();
        }
    }

    /** PC-05: the count goes on, both ways, and every mail whose sender was told that it was taken is counted, once and in order. */
    @Test
    void aProcessMovesUnderLoadWithItsStateAndItsMail() throws Exception {
        Path tally = tally(1, "").feature(directory, "");
        try (Robot robot = robot(tally + "," + push(), "\"tally\": {\"process.queue:Integer\": 8192}").awaitReady()) {
            assertThat(robot.cli("process", "start", "push").code()).isZero();
            assertThat(robot.cli("process", "move", "tally", "--to", "child").out()).startsWith("tally is active: runs as pid ");
            assertThat(robot.cli("process", "move", "tally", "--to", "thread").out()).isEqualTo("tally is active\n");
            assertThat(robot.cli("process", "move", "tally", "--to", "child").out()).startsWith("tally is active: runs as pid ");

            String all = Long.toString(PushProcess.ALL);
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                    assertThat(robot.cli("service", "call", "/pushed").out()).contains("taken: " + all, "failed: 0"));
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                    assertThat(robot.cli("service", "call", "/tallied").out()).contains("received: " + all));
            assertThat(robot.cli("service", "call", "/tallied").out()).contains("last: " + all, "wrong: 0", "moves: 3");
            assertThat(info(robot, "tally")).contains("mail_dropped: 0");
        }
    }

    private Path push() throws Exception {
        return push(PushProcess.ALL);
    }

    private Path push(long all) throws Exception {
        return new TestJar("push").header("Import-Package", "io.anole.process,io.anole.bus,org.osgi.framework")
                .header("Push", Long.toString(all))
                .process(PushProcess.class, "<property name=\"process.name\" type=\"String\" value=\"push\"/>"
                        + "<property name=\"process.frequency.hz\" type=\"Double\" value=\"300\"/>"
                        + "<property name=\"process.autostart\" type=\"Boolean\" value=\"false\"/>")
                .with(PushProcess.Pushed.class).feature(directory, "");
    }

    private static TestJar tally(int version, String mode) throws Exception {
        return new TestJar("tally").header("Bundle-Version", version + ".0.0").header("Mode", mode)
                .header("Import-Package", "io.anole.process,io.anole.bus,org.osgi.framework")
                .process(TallyProcess.class, "<property name=\"process.name\" type=\"String\" value=\"tally\"/>")
                .with(TallyProcess.Tally.class);
    }

    private String file(String name, TestJar jar) throws Exception {
        return Files.write(directory.resolve(name), jar.bytes()).toString();
    }

    private static void awaitTally(Robot robot, String... texts) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).untilAsserted(
                () -> assertThat(robot.cli("service", "call", "/tallied").out()).contains(texts));
    }

    /**
     * PC-05, design section 5: a new version of a bundle whose process has a JVM of its own goes on with its state and its mail, and one
     * that is no good there goes back; who has nothing to do with it loses nothing of 1,000 messages a second.
     */
    @Test
    void aProcessInAChildIsReplacedWithItsStateAndItsMailAndABadVersionGoesBack() throws Exception {
        String property = "<property name=\"process.name\" type=\"String\" value=\"%s\"/>"
                + "<property name=\"process.frequency.hz\" type=\"Double\" value=\"%d\"/>";
        Path count = new TestJar("count").header("Import-Package", "io.anole.process,io.anole.bus")
                .process(CountProcess.class, property.formatted("count", 30)).with(CountProcess.Count.class).feature(directory, "");
        Path flood = new TestJar("flood").header("Import-Package", "io.anole.process,io.anole.bus")
                .process(FloodProcess.class, property.formatted("flood", 100)).feature(directory, "");
        try (Robot robot = robot(count + "," + flood + "," + push(), FORKED_TALLY
                + ", \"io.anole.deployer\": {\"window.ms:Long\": 1000}").awaitReady()) {
            assertThat(robot.cli("bundle", "deploy", file("tally-1.jar", tally(1, ""))).err()).isEmpty();
            long first = pid(robot, "tally");
            assertThat(robot.cli("process", "start", "push").code()).isZero();

            assertThat(robot.cli("bundle", "deploy", file("tally-2.jar", tally(2, "")))).isEqualTo(
                    new Robot.Result(0, "tally-2.jar (tally 2.0.0): deployed, was 1.0.0\n", ""));
            assertThat(pid(robot, "tally")).isNotEqualTo(first);
            assertThat(ProcessHandle.of(first)).isEmpty();
            String all = Long.toString(PushProcess.ALL);
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                    assertThat(robot.cli("service", "call", "/pushed").out()).contains("taken: " + all, "failed: 0"));
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 1");

            assertThat(robot.cli("bundle", "deploy", file("tally-3.jar", tally(3, "life-throws"))).err())
                    .contains("process 'tally' has had ", " errors, the last: ", "IllegalStateException: lost count");
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 2");
            assertThat(info(robot, "tally")).contains("bundle: tally 2.0.0", "state: active", "mail_dropped: 0");

            if (Boolean.getBoolean("anole.soak")) {
                replaceByHand(robot);
                awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 3");
                assertThat(info(robot, "tally")).contains("bundle: tally 4.0.0", "restarts: 0");
            }

            assertThat(robot.cli("service", "call", "/count").out()).contains("wrong: 0").doesNotContain("received: 0\n");
            assertThat(info(robot, "flood")).contains("births: 1", "errors: 0");
        }
    }

    /** Past the deployer, as a user may in the web console. */
    private void replaceByHand(Robot robot) throws Exception {
        TestJar updater = new TestJar("updater").header("Import-Package", "org.osgi.framework").component(UpdaterComponent.class,
                "<property name=\"bundle\" type=\"String\" value=\"tally\"/><property name=\"jar\" type=\"String\" value=\""
                + file("tally-4.jar", tally(4, "")) + "\"/>");
        assertThat(robot.cli("bundle", "deploy", file("updater.jar", updater)).err()).isEmpty();
    }

    /** A bus that is configured anew: a child follows it, and gives its state to another where it can't. */
    @Test
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true")
    void aChildFollowsItsBus() throws Exception {
        Path tally = tally(1, "").feature(directory, "");
        try (Robot robot = robot(tally + "," + push(), FORKED_TALLY).awaitReady()) {
            long child = pid(robot, "tally");
            String next = "listen=unix:" + directory.resolve("next.sock");
            assertThat(robot.cli("bus", "swap", "main", "tcp", "mode=router", next).code()).isZero();
            // What it serves is there again, and what is sent to it comes.
            awaitTally(robot, "received: 0");
            assertThat(robot.cli("process", "start", "push").code()).isZero();
            String all = Long.toString(PushProcess.ALL);
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 0");
            assertThat(pid(robot, "tally")).isEqualTo(child);

            // Who it is to its router is settled when its JVM starts.
            Path clients = Files.writeString(directory.resolve("clients"), "base 4be1c0a9d7f24e68a1b2\n");
            assertThat(robot.cli("config", "set", "io.anole.bus~main", "--new", "listen=unix:" + directory.resolve("third.sock"),
                    "clients.file=" + clients).err()).isEmpty();
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> pid(robot, "tally") != child);
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 1");
            assertThat(info(robot, "tally")).contains("restarts: 0", "mail_dropped: 0");
            assertThat(ProcessHandle.of(child)).isEmpty();
        }
    }

    /** Where its bus does not get a child has no business, one that is started anew neither. */
    @Test
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true")
    void aChildIsWhereItsBusIsNotWhereItsConfigurationAsksFor() throws Exception {
        Path tally = tally(1, "").feature(directory, "");
        try (Robot robot = robot(tally + "," + push(), FORKED_TALLY).awaitReady()) {
            long child = pid(robot, "tally");
            Path nowhere = directory.resolve("nowhere/main.sock");
            assertThat(robot.cli("config", "set", "io.anole.bus~main", "listen=unix:" + nowhere).err()).isEmpty();
            robot.awaitLine(line -> line.startsWith("WARN  BusComponent: bus 'main': stays on 'tcp', can't be moved to 'tcp': "));
            awaitTally(robot, "received: 0");
            assertThat(pid(robot, "tally")).isEqualTo(child);

            signal("-KILL", child);
            await().atMost(SOON).ignoreExceptions().pollInterval(Duration.ofMillis(200)).until(() -> pid(robot, "tally") != child);
            assertThat(robot.cli("process", "start", "push").code()).isZero();
            awaitTally(robot, "received: " + PushProcess.ALL, "wrong: 0", "moves: 0");
        }
    }

    /** Mail that is under way while its bus is replaced, again and again, comes once and in order, to a child as to a thread. */
    @ParameterizedTest
    @CsvSource({"forked", "thread"})
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true")
    void mailKeepsItsOrderWhileItsBusIsReplaced(String mode) throws Exception {
        long all = 12_000;
        Path tally = tally(1, "").feature(directory, "");
        try (Robot robot = robot(tally + "," + push(all), FORKED_TALLY.replace("forked", mode)).awaitReady()) {
            assertThat(robot.cli("process", "start", "push").code()).isZero();
            int swaps = 0;
            while (swaps < MOST_SWAPS && !robot.cli("service", "call", "/tallied").out().contains("last: " + all)) {
                String socket = "listen=unix:" + directory.resolve((swaps++ % 2 == 0 ? "next" : "main") + ".sock");
                Robot.Result swap = robot.cli("bus", "swap", "main", "tcp", "mode=router", socket);
                assertThat(swap.code()).as(swap.err()).isZero();
            }
            assertThat(swaps).isGreaterThanOrEqualTo(5);
            assertThat(robot.cli("service", "call", "/pushed").out()).contains("taken: " + all, "failed: 0");
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 0");
        }
    }

    private static long followed(Robot robot) throws Exception {
        try (var lines = Files.lines(robot.home().resolve("log/anole.log"))) {
            return lines.filter(line -> line.contains("process 'tally' in its JVM has followed bus 'main' to where it is now")).count();
        }
    }

    private static void awaitFollowed(Robot robot, long times) {
        await().atMost(SOON).until(() -> followed(robot) == times);
    }

    /** To a broker and back while mail comes, but not to where the bus itself does not get. The bus goes nowhere where no child can be. */
    @Test
    @EnabledIfSystemProperty(named = "anole.soak", matches = "true")
    void aChildFollowsItsBusToAProviderOfAnotherKind() throws Exception {
        Path tally = tally(1, "").feature(directory, "");
        String slowly = "\"push\": {\"process.frequency.hz:Double\": 10.0}";
        // It asks its clients who they are; the broker does not, so that is no reason for another JVM.
        Path clients = Files.writeString(directory.resolve("clients"), "base 4be1c0a9d7f24e68a1b2\n");
        String socket = "unix:" + directory.resolve("main.sock");
        String bus = "\"provider\": \"tcp\", \"mode\": \"router\", \"listen\": \"" + socket + "\", \"clients.file\": \"" + clients + "\"";
        String[] router = {"bus", "swap", "main", "tcp", "mode=router", "listen=" + socket, "clients.file=" + clients};
        try (Mosquitto broker = Mosquitto.start(Files.createDirectory(directory.resolve("broker")));
                Robot robot = robot(tally + "," + push(), FORKED_TALLY + ", " + slowly, bus).awaitReady()) {
            long child = pid(robot, "tally");
            assertThat(robot.cli("process", "start", "push").code()).isZero();

            // The distribution has the provider, so a child could go there.
            assertThat(robot.cli("config", "set", "io.anole.bus~main", "--new", "provider=mqtt", "url=" + broker.url(),
                    "prefix=elsewhere", "--unset", "mode", "--unset", "listen", "--unset", "clients.file").err()).isEmpty();
            robot.awaitLine(line -> line.equals("ERROR BusComponent: bus 'main': its configuration asks for provider 'mqtt', but there "
                    + "is no provider of kind 'mqtt' for bus 'main'; there are [local, tcp]; it stays where it is"));
            assertThat(robot.cli("feature", "install", "mqtt").err()).isEmpty();
            awaitTally(robot, "wrong: 0", "moves: 0");

            // Only one client can have the name.
            assertThat(robot.cli("bus", "swap", "main", "mqtt", "url=" + broker.url(), "client.id=robot").code()).isZero();
            awaitFollowed(robot, 1);
            awaitTally(robot, "wrong: 0", "moves: 0");
            assertThat(robot.cli(router).code()).isZero();
            awaitFollowed(robot, 2);

            String all = Long.toString(PushProcess.ALL);
            assertThat(robot.cli("service", "call", "/pushed").out()).doesNotContain("taken: " + all).contains("failed: 0");
            assertThat(robot.cli("process", "frequency", "push", "300").code()).isZero();
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                    assertThat(robot.cli("service", "call", "/pushed").out()).contains("taken: " + all, "failed: 0"));
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 0");
            assertThat(info(robot, "tally")).contains("restarts: 0", "mail_dropped: 0");
            assertThat(pid(robot, "tally")).isEqualTo(child);
            assertThat(followed(robot)).isEqualTo(2);

            assertStays(robot, "tally");
            assertThat(robot.cli("config", "set", "io.anole.bus~main", "provider=local", "--unset", "mode", "--unset", "listen",
                    "--unset", "clients.file").err()).isEmpty();
            robot.awaitLine(line -> line.equals("ERROR BusComponent: bus 'main': its configuration asks for provider 'local', but bus "
                    + "'main' stays on 'tcp': " + stays("tally")));
            assertThat(robot.cli("doctor").out()).contains("tally runs in a JVM of its own and could not follow");
            awaitTally(robot, "received: " + all, "moves: 0");
            assertThat(pid(robot, "tally")).isEqualTo(child);
            assertThat(info(robot, "tally")).contains("state: active", "restarts: 0");

            assertThat(robot.cli("process", "move", "tally", "--to", "thread").out()).isEqualTo("tally is active\n");
            assertThat(robot.cli("bus", "swap", "main", "local").code()).isZero();
            awaitTally(robot, "received: " + all, "last: " + all, "wrong: 0", "moves: 1");
            assertThat(robot.cli("doctor").out()).doesNotContain("could not follow");
        }
    }

    /** Asks the master as a node does. */
    private static String asked(int master, String method, String... arguments) throws Exception {
        String call = "<methodCall><methodName>" + method + "</methodName><params><param><value>/test</value></param>"
                + Stream.of(arguments).map("<param><value>%s</value></param>"::formatted).collect(Collectors.joining())
                + "</params></methodCall>";
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master + "/"))
                .POST(HttpRequest.BodyPublishers.ofString(call)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** What only one node can have stays the parent's, whether its child is started for a process or as a spare. */
    @Test
    void aChildIsANodeOfItsOwnBesideItsParentWhichKeepsItsNameAndItsPorts() throws Exception {
        int master = FreePort.next();
        int port = FreePort.next();
        String bus = "\"provider\": \"ros1\", \"master\": \"http://127.0.0.1:" + master + "/\", \"host\": \"127.0.0.1\", "
                + "\"node.name\": \"/base/driver\", \"port:Integer\": " + port + ", \"tcpros.port:Integer\": " + FreePort.next();
        try (Robot robot = robot("ros1,ros1-master," + hello(), "\"io.anole.ros1.master\": {\"port:Integer\": " + master + "}, "
                + "\"io.anole.children\": {\"spares:Integer\": 1}, \"io.anole.process.hello\": {\"process.mode\": \"forked\", "
                + "\"process.frequency.hz:Double\": 5.0}", bus).awaitReady()) {
            Pattern child = Pattern.compile("/anole_" + Files.readString(robot.home().resolve("run/runtime-id")).strip()
                    + "__(hello|spare)_[0-9a-f]{6}_main<");
            awaitGreetings(robot, 3);
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> child.matcher(asked(master, "getSystemState"))
                    .results().map(MatchResult::group).distinct().count() == 2);
            awaitGreetings(robot, greetings(robot) + 3);
            assertThat(asked(master, "lookupNode", "/base/driver")).contains("http://127.0.0.1:" + port + "/");
            assertThat(robot.cli("bus", "list").out()).containsPattern("main +up +ros1");
            assertThat(info(robot, "hello")).contains("restarts: 0");
        }
    }

    /** Its parent logs it again, but does not tell it again. */
    @Test
    void whatAChildLogsIsOnceOnRosoutAndByItsOwnNode() throws Exception {
        int master = FreePort.next();
        String bus = "\"provider\": \"ros1\", \"master\": \"http://127.0.0.1:" + master + "/\", \"host\": \"127.0.0.1\", "
                + "\"rosout\": \"info\"";
        try (Robot robot = robot("ros1,ros1-master," + hello(), "\"io.anole.ros1.master\": {\"port:Integer\": " + master + "}, "
                + "\"io.anole.process.hello\": {\"process.mode\": \"forked\", \"process.frequency.hz:Double\": 5.0}", bus).awaitReady()) {
            awaitGreetings(robot, 1);

            Robot.Result told = robot.cli("topic", "echo", "/rosout", "--json", "-n", "20", "--timeout", "30");

            assertThat(told.code()).as(told.err()).isZero();
            assertThat(told.out().lines().filter(line -> line.contains("main said: "))).isNotEmpty()
                    .allMatch(line -> line.contains("\"msg\":\"main said: ") && line.contains("__hello_"), "of the child's node, as it said it");
        }
    }
}
