package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles copied into {@code deploy/} of a running robot whose other processes go on. */
class DeployIT {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path temp;
    private Path deploy;
    private Robot robot;

    @BeforeEach
    void start() throws Exception {
        Path home = Files.createDirectory(temp.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(Files.createDirectory(home.resolve("etc")).resolve("deployer.json"),
                "{\"io.anole.deployer\": {\"window.ms\": 1000, \"good.cycles\": 1, \"settle.ms\": 100}}");
        robot = Robot.start(temp.resolve("home"), "--features", "core").awaitReady();
        deploy = temp.resolve("home/deploy");
    }

    @AfterEach
    void stop() throws Exception {
        robot.close();
    }

    /** Version after version of one process, under 1,000 messages a second between two others: nothing of these is lost. */
    @Test
    void replacingAProcessLosesNothingOfTheOthers() throws Exception {
        put("count.jar", process("count", "1.0.0", CountProcess.class, "").with(CountProcess.Count.class).bytes());
        await().atMost(BOUND).until(() -> robot.cli("service", "list").out().contains("/count"));
        put("flood.jar", process("flood", "1.0.0", FloodProcess.class, property("process.frequency.hz", "Double", "100"))
                .bytes());
        put("greeter.jar", greeter(1).bytes());
        awaitGreeting(1);
        await().atMost(BOUND).until(() -> count("received") > 1000);

        int versions = 20;
        for (int version = 2; version <= versions; version++) {
            put("greeter.jar", greeter(version).bytes());
            awaitGreeting(version);
        }
        Files.delete(deploy.resolve("greeter.jar"));
        await().atMost(BOUND).until(() -> !robot.cli("process", "list").out().contains("greeter"));

        long before = count("received");
        await().atMost(BOUND).until(() -> count("received") > before);
        assertThat(count("wrong")).isZero();
        assertThat(count("first")).isEqualTo(1);
        assertThat(robot.cli("process", "info", "flood", "--json").out()).contains("\"births\":1").contains("\"errors\":0");
    }

    /** A half-copied jar is waited for, a broken one named in one line, and what ran before runs on. */
    @Test
    void aBadJarHurtsNothing() throws Exception {
        byte[] whole = greeter(1).bytes();
        put("greeter.jar", Arrays.copyOf(whole, whole.length / 2));
        await().atMost(BOUND).until(() -> robot.cli("bundle", "list").out().contains("greeter.jar")
                || robot.cli("doctor").out().contains("greeter.jar"));
        put("greeter.jar", whole);
        awaitGreeting(1);
        put("greeter.jar", "no jar at all".getBytes());
        await().atMost(BOUND).until(() -> robot.cli("doctor").out().contains("greeter.jar"));
        assertThat(robot.cli("doctor").out()).contains("no whole jar");
        awaitGreeting(1);
        put("greeter.jar", process("greeter", "2.0.0", GreeterProcess.class, "")
                .header("Import-Package", "no.such.api").bytes());
        await().atMost(BOUND).until(() -> robot.cli("doctor").out().contains("package no.such.api is missing"));
        awaitGreeting(1);
    }

    /** A bundle that a feature brought is replaced in place, not beside it, and comes back when the file goes. */
    @Test
    void aBundleOfAFeatureIsReplacedAndComesBack() throws Exception {
        String feature = robot.cli("bundle", "list").out();
        assertThat(feature).containsPattern("io\\.anole\\.facades +0\\.");
        put("mine.jar", new TestJar("io.anole.facades").header("Bundle-Version", "99.0.0").bytes());
        await().atMost(BOUND).until(() -> robot.cli("bundle", "list").out().matches("(?s).*io\\.anole\\.facades +99\\..*"));
        assertThat(robot.cli("bundle", "list").out()).doesNotContainPattern("io\\.anole\\.facades +0\\.");
        Files.delete(deploy.resolve("mine.jar"));
        await().atMost(BOUND).until(() -> robot.cli("bundle", "list").out().matches("(?s).*io\\.anole\\.facades +0\\..*"));
        assertThat(robot.cli("doctor").code()).isZero();
    }

    /** What lies in the directory at a start is deployed, what no longer does is not, whatever happened between. */
    @Test
    void theDirectoryIsTheTruthAfterAKill() throws Exception {
        put("greeter.jar", greeter(1).bytes());
        awaitGreeting(1);
        robot.kill();
        put("greeter.jar", greeter(2).bytes());
        robot = Robot.start(temp.resolve("home"), "--features", "core").awaitReady();
        awaitGreeting(2);
        robot.kill();
        Files.delete(deploy.resolve("greeter.jar"));
        robot = Robot.start(temp.resolve("home"), "--features", "core").awaitReady();
        assertThat(robot.cli("process", "list").out()).doesNotContain("greeter");
    }

    /** A thousand times with {@code ./anole test --soak}. */
    @Test
    void deployAndUndeployAgainAndAgainLeavesNothingBehind() throws Exception {
        int cycles = Boolean.getBoolean("anole.soak") ? 1000 : 20;
        Footprint before = null;
        for (int i = 1; i <= cycles; i++) {
            put("greeter.jar", greeter(i).bytes());
            awaitLog("deployed test.greeter " + i + ".0.0");
            Files.delete(deploy.resolve("greeter.jar"));
            awaitLog("removed test.greeter " + i + ".0.0");
            if (i == 10) {
                // the command line's classes are no leak
                robot.cli("process", "list");
                before = Footprint.of(robot.pid());
            }
        }
        assertThat(robot.cli("process", "list").out()).doesNotContain("greeter");
        Footprint first = before;
        await().atMost(BOUND).untilAsserted(() -> {
            Footprint after = Footprint.of(robot.pid());
            assertThat(after.bundleLoaders()).isLessThanOrEqualTo(first.bundleLoaders() + 1);
            assertThat(after.threads()).isLessThanOrEqualTo(first.threads() + 5);
            assertThat(after.metaspaceKib()).isLessThanOrEqualTo(first.metaspaceKib() + 4096);
        });
    }

    private static TestJar greeter(int version) throws IOException {
        return process("greeter", version + ".0.0", GreeterProcess.class, property("process.frequency.hz", "Double", "50"))
                .header("Greeting", "v" + version);
    }

    private static TestJar process(String name, String version, Class<?> implementation, String properties)
            throws IOException {
        return new TestJar("test." + name).header("Bundle-Version", version)
                .header("Import-Package", "io.anole.bus,io.anole.process,org.osgi.framework")
                .process(implementation, property("process.name", "String", name) + properties);
    }

    private static String property(String name, String type, String value) {
        return "<property name=\"" + name + "\" type=\"" + type + "\" value=\"" + value + "\"/>";
    }

    private void put(String file, byte[] bytes) throws IOException {
        Files.write(deploy.resolve(file), bytes);
    }

    private void awaitLog(String text) {
        Path log = temp.resolve("home/log/anole.log");
        await().pollInterval(Duration.ofMillis(20)).atMost(BOUND).until(() -> Files.readString(log).contains(text));
    }

    private void awaitGreeting(int version) {
        await().atMost(BOUND).until(() -> robot.cli("topic", "echo", "/greeting", "-n", "1").out().contains("v" + version));
    }

    private long count(String field) throws Exception {
        String answer = robot.cli("service", "call", "/count", "{}", "--json").out();
        Matcher value = Pattern.compile("\"" + field + "\":\\s*(\\d+)").matcher(answer);
        assertThat(value.find()).as("%s in %s", field, answer).isTrue();
        return Long.parseLong(value.group(1));
    }
}
