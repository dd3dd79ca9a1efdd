package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is changed while the robot runs leaves nothing behind, under a load that must not notice. */
class LeakIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    /** Each kind of change has been done by then, and what is made once is there. */
    private static final int WARM = 20;
    /** Metaspace also holds what the JIT compiler learns about methods that stay, less and less with each change. */
    private static final int PROFILES_KIB = 8192;

    @TempDir
    private Path temp;
    private Robot robot;
    private Mosquitto broker;

    /**
     * Swaps local to local, every tenth change to MQTT and back, updates of the provider's bundle, and updates of a process
     * that hands its count over, while 1,000 messages a second pass. A thousand times with {@code ./anole test --soak}.
     */
    @Test
    void changeAfterChangeLeavesNothingBehindAndLosesNothing() throws Exception {
        int changes = Boolean.getBoolean("anole.soak") ? 1000 : 20;
        try (Mosquitto mosquitto = Mosquitto.start(Files.createDirectory(temp.resolve("broker")));
                Robot started = start("core,mqtt")) {
            broker = mosquitto;
            robot = started;
            change(0);
            deploy("flood.jar", process("flood", 1, FloodProcess.class,
                    "<property name=\"process.frequency.hz\" type=\"Double\" value=\"100\"/>").bytes());
            await().atMost(BOUND).until(() -> count().received() > 1000);
            for (int i = 1; i <= WARM; i++) {
                change(i);
            }
            Footprint before = Footprint.of(robot.pid());
            long begin = System.nanoTime();
            for (int i = WARM + 1; i <= WARM + changes; i++) {
                change(i);
            }
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            CountProcess.Count heard = count();
            assertThat(heard.wrong()).as("messages out of order").isZero();
            assertThat(heard.last() - heard.first() + 1).as("messages lost or doubled").isEqualTo(heard.received());
            await().atMost(BOUND).untilAsserted(() -> {
                Footprint after = Footprint.of(robot.pid());
                System.out.printf("%d changes in %d s: before %s, after %s, %d messages%n", changes, seconds, before, after,
                        heard.received());
                assertThat(after.bundleLoaders()).as("class loaders of bundles").isLessThanOrEqualTo(before.bundleLoaders() + 2);
                assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 5);
                assertThat(after.files()).as("file handles").isLessThanOrEqualTo(before.files() + 5);
                assertThat(after.classes()).as("classes").isLessThanOrEqualTo(before.classes() + 100);
                assertThat(after.metaspaceKib()).as("metaspace").isLessThanOrEqualTo(before.metaspaceKib() + PROFILES_KIB);
                assertThat(robot.cli("doctor", "--leaks").out()).contains("no former code of bundles is in memory");
            });
        }
    }

    /** Each way of leaking is told from the others, by the bundle and its former version; what does not leak is not named. */
    @Test
    void theDoctorNamesWhoHoldsWhat() throws Exception {
        List<String> ways = List.of("thread", "local", "object", "static", "hook", "bean", "tidy");
        try (Robot started = start("core")) {
            robot = started;
            deploy("keeper.jar", keeper());
            for (int version = 1; version <= 2; version++) {
                for (String way : ways) {
                    deploy(way + ".jar", leaky(way, version));
                }
            }
            Path later = Files.write(temp.resolve("later.jar"), exporter(2));
            deploy("exporter.jar", exporter(1));
            deploy("importer.jar", new TestJar("test.importer").header("Import-Package", "io.anole.distribution").bytes());
            deploy("updater.jar", new TestJar("test.updater").header("Import-Package", "org.osgi.framework")
                    .component(UpdaterComponent.class, property("bundle", "test.exporter") + property("jar", later.toString()))
                    .bytes());

            await().atMost(BOUND).untilAsserted(() -> assertThat(robot.cli("doctor").out()).contains(
                    "bundle 'test.exporter' 1.0.0 (updated", "is still in memory: 'test.importer' is still wired to it",
                    "bundle 'test.thread' 1.0.0", "bundle 'test.local' 1.0.0", "bundle 'test.object' 1.0.0",
                    "bundle 'test.static' 1.0.0", "bundle 'test.hook' 1.0.0", "MBean 'test:type=leaky' is registered")
                    .doesNotContain("test.tidy").doesNotContain("2.0.0"));
            Robot.Result searched = robot.cli("doctor", "--leaks");
            assertThat(searched.out())
                    .containsPattern("'test.thread' 1.0.0 .* is still in memory: thread 'poller-1' runs its code\\R.*\\R? *do:  end it")
                    .containsPattern("'test.local' 1.0.0 .*: a ThreadLocal of thread 'keeper-pool' holds it")
                    .containsPattern("'test.object' 1.0.0 .*: field .*KeeperComponent.cache of bundle 'test.keeper' holds it")
                    .containsPattern("'test.static' 1.0.0 .*: static field .*KeeperComponent.REGISTRY of bundle 'test.keeper'")
                    .containsPattern("'test.hook' 1.0.0 .*: a shutdown hook is of its code")
                    .containsPattern("'test.bean' 1.0.0 .*: an MBean of its code is registered")
                    .containsPattern("'test.exporter' 1.0.0 .*: 'test.importer' is still wired to it")
                    .doesNotContain("test.tidy").doesNotContain("2.0.0");
            assertThat(robot.cli("doctor", "--leaks", "--json").out()).contains("\"kind\":\"thread local\"");
            assertThat(searched.code()).as("leaks are told, and no failure").isZero();
            try (Stream<Path> left = Files.list(robot.home().resolve("run"))) {
                assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("heap"));
            }
        }
    }

    /** Nor does a library that came with it; what leaks later is told, so what does not is not. */
    @Test
    void aProviderThatWasUsedAndIsRemovedLeavesNothingBehind() throws Exception {
        try (Robot started = start("core")) {
            robot = started;
            done(robot.cli("feature", "install", "tcp"));
            swap("tcp", "mode=router", "listen=unix:" + temp.resolve("router"));
            swap("local");
            done(robot.cli("feature", "remove", "tcp"));
            deploy("keeper.jar", keeper());
            deploy("thread.jar", leaky("thread", 1));
            deploy("thread.jar", leaky("thread", 2));

            await().atMost(BOUND).untilAsserted(() -> assertThat(robot.cli("doctor", "--leaks").out())
                    .contains("bundle 'test.thread' 1.0.0 (updated").doesNotContain("(uninstalled"));
        }
    }

    private static byte[] keeper() throws IOException {
        return new TestJar("test.keeper").component(KeeperComponent.class,
                provides("java.util.concurrent.Executor", "java.util.function.Consumer", "java.util.function.UnaryOperator")
                + property("keeper", "true")).bytes();
    }

    private static byte[] leaky(String way, int version) throws IOException {
        return new TestJar("test." + way).header("Bundle-Version", version + ".0.0").header("Import-Package", "javax.management")
                .with(LeakyComponentMBean.class)
                .component(LeakyComponent.class, property("way", version == 1 ? way : "none")
                        + reference("executor", "java.util.concurrent.Executor") + reference("cache", "java.util.function.Consumer")
                        + reference("registry", "java.util.function.UnaryOperator")).bytes();
    }

    private static byte[] exporter(int version) throws IOException {
        return new TestJar("test.exporter").header("Bundle-Version", version + ".0.0")
                .header("Export-Package", "io.anole.distribution").with(CountProcess.Count.class).bytes();
    }

    private static String property(String name, String value) {
        return "<property name=\"" + name + "\" value=\"" + value + "\"/>";
    }

    private static String provides(String... services) {
        return "<service>" + Stream.of(services).map(service -> "<provide interface=\"" + service + "\"/>")
                .collect(Collectors.joining()) + "</service>";
    }

    private static String reference(String field, String service) {
        return "<reference name=\"" + field + "\" interface=\"" + service + "\" target=\"(keeper=true)\" field=\"" + field + "\"/>";
    }

    /** The process's bundle is the first to come. */
    private void change(int i) throws Exception {
        switch (i % 10) {
            case 1 -> swap("mqtt", "url=" + broker.url());
            case 2, 4, 6, 9 -> swap("local");
            case 3, 7 -> deploy("provider.jar", provider(i));
            default -> deploy("count.jar", process("count", i + 1, CountProcess.class, "").with(CountProcess.Count.class)
                    .bytes());
        }
    }

    private Robot start(String features) throws Exception {
        // what the window is for is tested elsewhere; here it would only be waited for
        Path home = Files.createDirectory(temp.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(Files.createDirectory(home.resolve("etc")).resolve("leak.json"),
                "{\"io.anole.deployer\": {\"window.ms\": 50},"
                + " \"io.anole.health.leaks\": {\"held.ms\": 1000, \"collect.ms\": 1000}}");
        return Robot.start(home, "--features", features).awaitReady();
    }

    private void swap(String... to) throws Exception {
        done(robot.cli(Stream.concat(Stream.of("bus", "swap", "main"), Stream.of(to)).toArray(String[]::new)));
    }

    private void deploy(String file, byte[] bytes) throws Exception {
        Path jar = Files.write(temp.resolve(file), bytes);
        done(robot.cli("bundle", "deploy", jar.toString()));
    }

    private static void done(Robot.Result result) {
        assertThat(result.code()).as(result.out() + result.err()).isZero();
    }

    private static TestJar process(String name, int version, Class<?> implementation, String properties) throws IOException {
        return new TestJar("test." + name).header("Bundle-Version", version + ".0.0")
                .header("Import-Package", "io.anole.bus,io.anole.process")
                .process(implementation, "<property name=\"process.name\" type=\"String\" value=\"" + name + "\"/>" + properties);
    }

    /** The distribution's own provider, as a later version. */
    private static byte[] provider(int version) throws IOException {
        try (Stream<Path> bundles = Files.list(Robot.DISTRIBUTION.resolve("bundles/io.anole"))) {
            Path built = bundles.filter(file -> file.getFileName().toString().startsWith("anole-provider-local-")).findFirst()
                    .orElseThrow();
            try (JarFile jar = new JarFile(built.toFile())) {
                Manifest manifest = jar.getManifest();
                manifest.getMainAttributes().putValue("Bundle-Version", "9." + version);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                    jar.stream().filter(entry -> !entry.getName().equals(JarFile.MANIFEST_NAME))
                            .forEach(entry -> copy(jar, entry, out));
                }
                return bytes.toByteArray();
            }
        }
    }

    private static void copy(JarFile jar, JarEntry entry, JarOutputStream out) {
        try {
            out.putNextEntry(new JarEntry(entry.getName()));
            jar.getInputStream(entry).transferTo(out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CountProcess.Count count() throws Exception {
        Robot.Result answer = robot.cli("service", "call", "/count", "{}", "--json");
        done(answer);
        return new CountProcess.Count(number("first", answer.out()), number("last", answer.out()),
                number("received", answer.out()), number("wrong", answer.out()));
    }

    private static long number(String field, String json) {
        Matcher value = Pattern.compile("\"" + field + "\":\\s*(\\d+)").matcher(json);
        assertThat(value.find()).as("%s in %s", field, json).isTrue();
        return Long.parseLong(value.group(1));
    }
}
