package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts, refused starts and stops of the distribution. */
class StartIT {
    @TempDir
    Path directory;

    private Path home() {
        return directory.resolve("a home");
    }

    @Test
    void becomesReadyAndStopsInOrder() throws Exception {
        try (Robot robot = Robot.start(home(), "--features", "core").awaitReady()) {
            assertThat(robot.output()).anyMatch(line -> line.endsWith("framework started, home " + home()));
            assertThat(robot.output()).anyMatch(line -> line.contains(" bundles, ") && line.endsWith("features core"));

            long begin = System.nanoTime();
            assertThat(robot.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
            robot.awaitLine("stopped"::equals);
        }
    }

    /** Built for Java 17; started once on the newest Java of this machine, which on a developer's may be that of the tests. */
    @Test
    void theDemoStartsOnTheNewestJavaPresent() throws Exception {
        Path newest = newestJava();
        try (Robot robot = Robot.startOn(newest, home(), "--features", "core,http,console,demo", "--port", "0").awaitReady()) {
            assertThat(robot.cli("doctor").out()).contains("Java " + feature(newest));
            assertThat(robot.output()).noneMatch(line -> line.contains("WARNING"));
            assertThat(robot.stop()).isZero();
        }
    }

    private static Path newestJava() throws IOException {
        Path mine = Path.of(System.getProperty("java.home"));
        try (Stream<Path> beside = Files.list(mine.getParent())) {
            return beside.filter(home -> Files.isExecutable(home.resolve("bin/javac")) && feature(home) > 0)
                    .max(Comparator.comparingInt(StartIT::feature)).orElse(mine);
        }
    }

    /** The feature version a JDK's release file names, or 0. */
    private static int feature(Path javaHome) {
        try {
            return Files.readString(javaHome.resolve("release")).lines().filter(line -> line.startsWith("JAVA_VERSION="))
                    .mapToInt(line -> Runtime.Version.parse(line.substring(14).replace("\"", "")).feature()).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void aSecondStartIsRefusedWithThePidOfTheFirst() throws Exception {
        try (Robot robot = Robot.start(home(), "--features", "core").awaitReady()) {
            Robot.Result second = Robot.run(home(), "--features", "core");

            assertThat(second.code()).isEqualTo(4);
            assertThat(second.err()).hasLineCount(1)
                    .contains("already running in " + home() + " as process " + robot.pid());
            assertThat(robot.cli("bus", "list").code()).as("the first goes on").isZero();
        }
    }

    // kill -9 of the runtime: restart is clean
    @Test
    void startsCleanlyAfterKill() throws Exception {
        String id;
        try (Robot robot = Robot.start(home(), "--features", "core").awaitReady()) {
            id = Files.readString(home().resolve("run/runtime-id"));
            robot.kill();
        }
        try (Robot robot = Robot.start(home(), "--features", "core").awaitReady()) {
            assertThat(Files.readString(home().resolve("run/runtime-id"))).isEqualTo(id);
            Robot.Result buses = robot.cli("bus", "list");
            assertThat(buses.err()).isEmpty();
            assertThat(buses.out()).contains("main");
            assertThat(robot.output()).noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
        }
    }

    @Test
    void everyFeatureNamesOnlyWhatIsThere() throws Exception {
        try (var features = Files.newDirectoryStream(Robot.DISTRIBUTION.resolve("features"), "*.json")) {
            for (Path feature : features) {
                String name = feature.getFileName().toString().replace(".json", "");
                Robot.Result check = Robot.run(home(), "--check", "--features", name);
                assertThat(check).as(name).isEqualTo(new Robot.Result(0, check.out(), ""));
            }
        }
    }

    @Test
    void misspeltKeysOfABusAreToldBeforeTheStart() throws Exception {
        Path etc = Files.createDirectories(home().resolve("etc"));
        Path file = Files.writeString(etc.resolve("buses.json"), "{\"io.anole.bus~main\": {\"porvider\": \"local\"},"
                + "\"io.anole.bus~other\": {\"provider\": \"local\", \"state.mx\": 3}}");

        Robot.Result check = Robot.run(home(), "--check", "--features", "core");

        assertThat(check).isEqualTo(new Robot.Result(3, "",
                "anole: " + file + ": io.anole.bus~main has no key 'porvider'; did you mean 'provider'?\n"
                + "anole: " + file + ": io.anole.bus~other has no key 'state.mx'; did you mean 'state.max'?\n"));
    }

    // Bad input: a feature naming a missing bundle
    @Test
    void namesAMissingBundle() throws Exception {
        Path feature = Files.writeString(directory.resolve("mine.json"),
                "{\"id\": \"x:mine:1\", \"bundles\": [{\"id\": \"org.nowhere:nothing:1.0\"}]}");

        Robot.Result start = Robot.run(home(), "--features", "core," + feature);

        assertThat(start.code()).isEqualTo(3);
        assertThat(start.err()).hasLineCount(1).contains("feature mine (" + feature + ")")
                .contains("org.nowhere:nothing:1.0, which is missing").contains("put its jar at");
    }

    // Bad input: malformed JSON, a wrong config type
    @Test
    void namesAWrongConfigurationFile() throws Exception {
        Path etc = Files.createDirectories(home().resolve("etc"));
        Path file = Files.writeString(etc.resolve("mine.json"),
                "{\n  \"io.anole.bus~main\": {\n    \"provider\" \"local\"\n}}");

        Robot.Result malformed = Robot.run(home());
        assertThat(malformed.code()).isEqualTo(3);
        assertThat(malformed.err()).hasLineCount(1).startsWith("anole: " + file + ":3:1").contains("expecting a colon");

        Files.writeString(file, "{\"io.anole.bus~main\": {\"provider\": \"local\",\n \"depth:Integer\": \"deep\"}}");
        Robot.Result type = Robot.run(home());
        assertThat(type.code()).isEqualTo(3);
        assertThat(type.err()).isEqualTo("anole: " + file
                + ":2:19: io.anole.bus~main/depth must be of type Integer, not 'deep'\n");
    }

    // found out only when the framework runs: it is stopped, and the exit code is not that of a stop
    @Test
    void namesConfigurationsThatNobodyTakes() throws Exception {
        Path feature = Files.writeString(directory.resolve("bare.json"),
                "{\"id\": \"x:bare:1\", \"configurations\": {\"a\": {\"b\": 1}}}");

        Robot.Result start = Robot.run(home(), "--features", feature.toString());

        assertThat(start.code()).isEqualTo(3);
        assertThat(start.err()).hasLineCount(1).contains("no Configuration Admin: add the feature core");
    }

    @Test
    void namesATakenPortAndAWrongOption() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Robot.Result start = Robot.run(home(), "--features", "http", "--port", "" + taken.getLocalPort());
            assertThat(start.code()).isEqualTo(5);
            assertThat(start.err()).hasLineCount(1).contains("port " + taken.getLocalPort() + " on 127.0.0.1");
        }
        Robot.Result option = Robot.run(home(), "--port", "65536");
        assertThat(option.code()).isEqualTo(2);
        assertThat(option.err()).hasLineCount(1).contains("--port must be a number from 0 to 65535");
    }

    @Test
    void namesWhatDoesNotStopInTime() throws Exception {
        Path feature = new TestJar("stuck").header("Bundle-Activator", StuckActivator.class.getName())
                .header("Import-Package", "org.osgi.framework").with(StuckActivator.class).feature(directory, "");
        try (Robot robot = Robot.start(home(), "--features", "core," + feature, "--stop-timeout", "1").awaitReady()) {
            assertThat(robot.stop()).isEqualTo(6);
            robot.awaitLine(line -> line.contains("did not stop within 1 s; still stopping: stuck"));
        }
    }
}
