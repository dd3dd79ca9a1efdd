package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runtime is killed at random instants of deploys, rollbacks and its own recovery. Whatever happens, after the next start one
 * whole version is active, it is the one that is told, and the configuration is as it was. 200 times with
 * {@code ./anole test --soak}.
 */
class PowerCutIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int CUTS = Boolean.getBoolean("anole.soak") ? 200 : 8;
    private static final Pattern ACTIVE = Pattern.compile("test\\.greeter (\\d+)\\.0\\.0 is active");

    @TempDir
    private Path temp;
    private Path home;
    private Robot robot;
    private final long seed = Long.getLong("anole.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int interrupted;
    private int told;

    @Test
    void afterAPowerCutOneWholeVersionIsActiveAndTold() throws Exception {
        home = Files.createDirectory(temp.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(Files.createDirectory(home.resolve("etc")).resolve("deployer.json"),
                "{\"io.anole.deployer\": {\"window.ms\": 1000, \"good.cycles\": 1}}");
        robot = Robot.start(home, "--features", "core").awaitReady();
        try {
            assertThat(robot.cli("bundle", "deploy", jar(1).toString()).code()).isZero();
            int newest = 1;
            Map<String, String> configuration = configuration();
            for (int cut = 1; cut <= CUTS; cut++) {
                int before = active();
                List<String> command = random.nextInt(3) == 0 && kept().size() > 1
                        ? List.of("bundle", "rollback", "test.greeter") : deploy(++newest);
                CompletableFuture<Robot.Result> asked = ask(command);
                TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(1400));
                robot.kill();
                asked.join();
                while (random.nextInt(4) == 0) {
                    robot = Robot.start(home, "--features", "core");
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
                    robot.kill();
                }
                robot = Robot.start(home, "--features", "core").awaitReady();
                check("cut " + cut + " of seed " + seed + ", " + command + " over " + before, configuration);
            }
            System.out.printf("%d power cuts, seed %d: %d deploys and rollbacks were cut off, %d told at the start%n", CUTS,
                    seed, interrupted, told);
        } finally {
            robot.close();
        }
    }

    private List<String> deploy(int version) throws IOException {
        Path jar = jar(version);
        if (random.nextInt(4) > 0) {
            return List.of("bundle", "deploy", jar.toString());
        }
        // by the directory: it has no former version to keep, so what is there afterwards may be either
        Files.copy(jar, home.resolve("deploy/greeter.jar"), StandardCopyOption.REPLACE_EXISTING);
        return List.of("bundle", "list");
    }

    private CompletableFuture<Robot.Result> ask(List<String> command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return robot.cli(command.toArray(String[]::new));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void check(String when, Map<String, String> configuration) throws Exception {
        List<String> lines = robot.output();
        String list = robot.cli("bundle", "list").out();
        assertThat(list.lines().filter(line -> line.contains(" test.greeter "))).as("%s: %s", when, list).hasSize(1);
        int active = active();
        awaitGreeting(when, active);

        Optional<MatchResult> line = lines.stream().flatMap(each -> ACTIVE.matcher(each).results()).reduce((a, b) -> b);
        if (line.isPresent()) {
            told++;
            assertThat(Integer.parseInt(line.get().group(1))).as("%s: told %s", when, lines).isEqualTo(active);
        }
        String history = robot.cli("bundle", "history", "--json").out();
        Optional<MatchResult> last = Pattern.compile(
                "\"result\":\"committed\".*?\"to\":\"(\\d+)\\.0\\.0\"").matcher(history).results().findFirst();
        assertThat(last).as("%s: %s", when, history).isPresent();
        assertThat(Integer.parseInt(last.get().group(1))).as("%s: %s", when, history).isEqualTo(active);
        if (history.startsWith("[{") && history.indexOf("\"result\":\"interrupted\"") >= 0
                && history.indexOf("\"result\":\"interrupted\"") < history.indexOf("\"result\":\"committed\"")) {
            interrupted++;
        }
        assertThat(configuration()).as(when).isEqualTo(configuration);
        assertThat(robot.cli("bundle", "deploy", jar(active).toString()).out()).as(when).contains("deployed already");
    }

    /** The version that is active by the framework. */
    private int active() throws Exception {
        String list = robot.cli("bundle", "list").out();
        return Pattern.compile("active +test\\.greeter +(\\d+)\\.0\\.0").matcher(list).results()
                .map(found -> Integer.parseInt(found.group(1))).findFirst()
                .orElseThrow(() -> new AssertionError("no version is active: " + list));
    }

    /** The version by what its process says. */
    private void awaitGreeting(String when, int version) {
        await(when).atMost(BOUND).until(() -> robot.cli("topic", "echo", "/greeting", "-n", "1").out().contains("v" + version));
    }

    private List<String> kept() throws Exception {
        return robot.cli("bundle", "history", "--json").out().lines().filter(line -> line.contains("committed")).toList();
    }

    private Map<String, String> configuration() throws IOException {
        Map<String, String> content = new TreeMap<>();
        for (String directory : List.of("config", "etc")) {
            try (Stream<Path> files = Files.walk(home.resolve(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    content.put(home.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return content;
    }

    private Path jar(int version) throws IOException {
        Path jar = temp.resolve("v" + version).resolve("greeter.jar");
        if (!Files.exists(jar)) {
            Files.createDirectories(jar.getParent());
            Files.write(jar, new TestJar("test.greeter").header("Bundle-Version", version + ".0.0")
                    .header("Import-Package", "io.anole.bus,io.anole.process,org.osgi.framework")
                    .header("Greeting", "v" + version)
                    .process(GreeterProcess.class, "<property name=\"process.name\" type=\"String\" value=\"greeter\"/>"
                            + "<property name=\"process.frequency.hz\" type=\"Double\" value=\"50\"/>").bytes());
        }
        return jar;
    }
}
