package io.anole.config.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.config.ConfigurationCheck;
import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.config.InvalidConfiguration;
import io.anole.config.Setting;
import io.anole.config.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ManagedService;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;

/** On the real Configuration Admin and the descriptions of the hub and the codecs. */
class HistoryIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CODEC = "io.anole.codec";
    private static final String BUS = "io.anole.bus~lab";

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin admin;
    @InjectService(cardinality = 0)
    ServiceAware<Configurations> services;
    private Configurations configurations;

    @BeforeEach
    void open() throws Exception {
        configurations = services.waitForService(SOON.toMillis());
        await().atMost(SOON).until(() -> !configurations.snapshots().isEmpty());
    }

    @AfterEach
    void clear() throws Exception {
        Configuration[] all = admin.listConfigurations(null);
        for (Configuration configuration : all == null ? new Configuration[0] : all) {
            configuration.delete();
        }
    }

    private Object stored(String pid, String key) throws Exception {
        Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
        return found == null ? null : found[0].getProperties().get(key);
    }

    private long newest() {
        List<Snapshot> all = configurations.snapshots();
        return all.get(all.size() - 1).number();
    }

    private Path directory() {
        return Path.of(context.getProperty("anole.home"), "snapshots");
    }

    /** Of what no bundle describes somebody else may know what is wrong. */
    @Test
    void whatACheckRefusesIsRefusedByEveryDoor() throws Exception {
        String pid = "io.anole.test.walker";
        configurations.set(pid, Map.of("legs", "7"), true, "a test");
        long odd = newest();
        configurations.set(pid, Map.of("legs", "4"), true, "a test");
        ConfigurationCheck check = (asked, properties) -> Long.valueOf(7).equals(properties.get("legs")) ? List.of("legs: odd") : List.of();
        ServiceRegistration<?> registered = context.registerService(ConfigurationCheck.class, check, null);
        try {
            String why = pid + ": legs: odd";
            assertThatThrownBy(() -> configurations.set(pid, Map.of("legs", "7"), true, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(why);
            assertThatThrownBy(() -> configurations.check(pid, Map.of("legs", 7L))).isInstanceOf(InvalidConfiguration.class).hasMessage(why);
            assertThatThrownBy(() -> configurations.restore(odd, List.of(pid), "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(why);
            assertThat(stored(pid, "legs")).isEqualTo(4L);
            configurations.set(pid, Map.of("legs", "6"), true, "a test");
        } finally {
            registered.unregister();
        }
        configurations.set(pid, Map.of("legs", "7"), true, "a test");
        assertThat(stored(pid, "legs")).isEqualTo(7L);
    }

    @Test
    void whatACheckKnowsIsTakenThoughNoBundleDescribesIt() throws Exception {
        String pid = "io.anole.test.climber";
        ConfigurationCheck check = new ConfigurationCheck() {
            @Override
            public List<String> problems(String asked, Map<String, Object> properties) {
                return properties.containsKey("legs.left") ? List.of("legs.left: never alone") : List.of();
            }

            @Override
            public boolean knows(String asked, String key) {
                return key.startsWith("legs.") && (asked.equals(pid) || asked.equals(CODEC));
            }
        };
        ServiceRegistration<?> registered = context.registerService(ConfigurationCheck.class, check, null);
        try {
            assertThatThrownBy(() -> configurations.set(pid, Map.of("legs.all", "4", "arms", "2"), false, "a test"))
                    .isInstanceOf(NoSuchElementException.class);
            configurations.set(pid, Map.of("legs.all", "4"), false, "a test");
            assertThat(stored(pid, "legs.all")).isEqualTo(4L);
            configurations.set(CODEC, Map.of("legs.all", "4", "max.depth", "50"), false, "a test");
            assertThat(stored(CODEC, "legs.all")).isEqualTo(4L);
            assertThatThrownBy(() -> configurations.set(CODEC, Map.of("arms", "2"), false, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessageContaining("has no key 'arms'");
            assertThatThrownBy(() -> configurations.set(CODEC, Map.of("legs.left", "2"), false, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(CODEC + ": legs.left: never alone");
        } finally {
            registered.unregister();
        }
    }

    /** A file of etc/ and other programs ask nobody before. */
    @Test
    void whatOthersHaveMadeIsLookedAtAfterwards() throws Exception {
        String wrong = CODEC + ": max.depth = 'deep' is no Integer (";
        admin.getConfiguration(CODEC, "?").update(new Hashtable<>(Map.of("max.depth", "deep", "max.deph", 7, ".private", 1,
                "json.target", "(a=b)")));
        admin.getConfiguration("io.anole.test.nobody", "?").update(new Hashtable<>(Map.of("a", 1)));
        admin.getFactoryConfiguration("io.anole.bus", "lab", "?").update(new Hashtable<>(Map.of("provider", "local", "spinn", true)));
        // read, though nothing says so
        admin.getConfiguration("org.osgi.service.log.admin", "?").update(new Hashtable<>(Map.of("ROOT", "WARN")));
        assertThat(configurations.problems()).singleElement().asString().startsWith(wrong);
        assertThat(configurations.strays()).satisfiesExactlyInAnyOrder(
                stray -> assertThat(stray).startsWith(CODEC + " has no key 'max.deph'; it has "),
                stray -> assertThat(stray).startsWith(BUS + " has no key 'spinn'; it has "),
                stray -> assertThat(stray).isEqualTo("io.anole.test.nobody configures nothing: no bundle here takes a configuration "
                        + "of that name"));
        await().atMost(SOON).untilAsserted(() -> assertThat(unsatisfied()).singleElement().asString()
                .startsWith("configuration " + wrong));
        configurations.set(CODEC, Map.of("max.depth", "50"), false, "a test");
        assertThat(configurations.problems()).isEmpty();
        await().atMost(SOON).untilAsserted(() -> assertThat(unsatisfied()).isEmpty());
    }

    @Test
    void aBundleThatComesOrGoesIsLookedAt() throws Exception {
        String pid = "io.anole.test.late";
        admin.getConfiguration(pid, "?").update(new Hashtable<>(Map.of("legs", "many")));
        assertThat(configurations.strays()).singleElement().asString().startsWith(pid + " configures nothing");
        Bundle late = context.installBundle("late", described(pid));
        late.start();
        await().atMost(SOON).untilAsserted(() -> assertThat(unsatisfied()).singleElement().asString()
                .startsWith("configuration " + pid + ": legs = 'many' is no Long"));
        assertThat(configurations.strays()).isEmpty();
        late.uninstall();
        await().atMost(SOON).untilAsserted(() -> assertThat(unsatisfied()).isEmpty());
    }

    /** As Felix' HTTP server does, which calls required what it does without. */
    @Test
    void whatWorksWithoutAConfigurationNeedsNoKeyOfIt() throws Exception {
        String pid = "io.anole.test.late";
        Bundle late = context.installBundle("late", described(pid));
        late.start();
        try {
            assertThatThrownBy(() -> configurations.set(pid, Map.of("legs", "5"), false, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessageContaining("arms must be set");
            ManagedService reader = properties -> { };
            ServiceRegistration<?> registered = context.registerService(ManagedService.class, reader, new Hashtable<>(Map.of("service.pid", pid)));
            try {
                configurations.set(pid, Map.of("legs", "5"), false, "a test");
                assertThat(stored(pid, "legs")).isEqualTo(5L);
                assertThatThrownBy(() -> configurations.set(pid, Map.of("arms", "none"), false, "a test"))
                        .isInstanceOf(InvalidConfiguration.class).hasMessageContaining("arms");
            } finally {
                registered.unregister();
            }
        } finally {
            late.uninstall();
        }
    }

    /** Who reads it may be yet to be started. */
    @Test
    void thatNobodyReadsAConfigurationIsToldOnceAllIsStarted() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.out;
        ServiceRegistration<?> launcher = context.registerService("io.anole.launcher.Features", new Nothing(), null);
        try {
            System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
            admin.getConfiguration("io.anole.test.nobody", "?").update(new Hashtable<>(Map.of("a", 1)));
            admin.getConfiguration(CODEC, "?").update(new Hashtable<>(Map.of("max.depth", "deep")));
            await().atMost(SOON).untilAsserted(() -> assertThat(log.toString(StandardCharsets.UTF_8)).contains("max.depth = 'deep'"));
            assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("configures nothing");
            launcher.setProperties(new Hashtable<>(Map.of("anole.started", "true")));
            await().atMost(SOON).untilAsserted(() -> assertThat(log.toString(StandardCharsets.UTF_8))
                    .containsOnlyOnce("configuration io.anole.test.nobody configures nothing"));
        } finally {
            System.setOut(before);
            launcher.unregister();
        }
    }

    /** A factory, as of that alone the framework does not ask whether it is what it is registered as. */
    private static final class Nothing implements ServiceFactory<Object> {
        @Override
        public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
            return null;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {
            throw new IllegalStateException("nobody has it");
        }
    }

    /** A bundle that only describes a configuration. */
    private static InputStream described(String pid) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "late");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new ZipEntry("OSGI-INF/metatype/late.xml"));
            jar.write("""
                    <m:MetaData xmlns:m="http://www.osgi.org/xmlns/metatype/v1.3.0">
                      <OCD id="late" name="Late"><AD id="legs" type="Long" default="4"/><AD id="arms" type="Long"/></OCD>
                      <Designate pid="%s"><Object ocdref="late"/></Designate>
                    </m:MetaData>""".formatted(pid).getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** What the keeper of configurations tells who asks whether all is as was asked for. */
    private List<String> unsatisfied() throws Exception {
        List<String> all = new ArrayList<>();
        for (ServiceReference<?> reference : context.getServiceReferences(Supplier.class.getName(), "(anole.readiness=contribution)")) {
            if (reference.getBundle().getSymbolicName().equals("io.anole.config")) {
                ((List<?>) ((Supplier<?>) context.getService(reference)).get()).forEach(line -> all.add(line.toString()));
            }
        }
        return all;
    }

    @Test
    void whatWouldNotDoIsRefusedInOneLineAndChangesNothing() throws Exception {
        configurations.set(CODEC, Map.of("max.depth", "50"), false, "a test");
        long before = newest();

        assertThatThrownBy(() -> configurations.set(CODEC, Map.of("max.depth", "501"), false, "a test"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage("io.anole.codec: max.depth = '501' is too large (Depth: Deepest nesting of maps and lists)");
        assertThatThrownBy(() -> configurations.set(CODEC, Map.of("max.depth", "deep"), false, "a test"))
                .hasMessageContaining("max.depth must be of type Integer: 'deep' is no Integer (Depth:");
        assertThatThrownBy(() -> configurations.set(CODEC, Map.of("max.dephts", "5"), false, "a test"))
                .hasMessageContaining("has no key 'max.dephts'; it has").hasMessageContaining("max.depth");
        // required, and nothing holds instead
        assertThatThrownBy(() -> configurations.set(BUS, Map.of("threads", "1"), false, "a test"))
                .hasMessageContaining("provider must be set");
        assertThatThrownBy(() -> configurations.check(CODEC, Map.of("max.depth", new int[] {1, 2})))
                .hasMessageContaining("takes one value, not 2");
        assertThatThrownBy(() -> configurations.set("nobody.knows.it", Map.of("a", "b"), false, "a test"))
                .isInstanceOf(NoSuchElementException.class);

        assertThat(stored(CODEC, "max.depth")).isEqualTo(50);
        assertThat(newest()).isEqualTo(before);
    }

    @Test
    void eachChangeIsKeptComparedAndRestored() throws Exception {
        configurations.set(CODEC, Map.of("max.depth", 60), false, "a test");
        long sixty = newest();
        List<Difference> made = configurations.set(CODEC, Map.of("max.depth", "70"), false, "Ada");
        configurations.set(BUS, Map.of("provider", "local", "threads", "1"), false, "Ada");
        configurations.set(BUS, Map.of("state.max", "12"), true, "Ada");

        Difference change = new Difference(CODEC, "max.depth", "60", "70");
        assertThat(made).containsExactly(change);
        assertThat(configurations.compare(sixty, sixty + 1)).containsExactly(change);
        assertThat(configurations.compare(sixty, Configurations.NOW)).contains(change,
                new Difference(BUS, "provider", null, "local"), new Difference(BUS, "threads", null, "1"));
        assertThat(configurations.snapshots()).last().extracting(Snapshot::cause)
                .isEqualTo("set by Ada: io.anole.bus~lab state.max");
        assertThat(stored(BUS, "threads")).isEqualTo(1);
        assertThat(stored(BUS, "state.max")).isEqualTo(12);

        assertThat(configurations.restore(sixty, Set.of(CODEC), "Ada")).containsExactly(
                new Difference(CODEC, "max.depth", "70", "60"));
        assertThat(stored(BUS, "provider")).isEqualTo("local");
        configurations.restore(sixty, Set.of(), "Ada");
        assertThat(stored(CODEC, "max.depth")).isEqualTo(60);
        assertThat(stored(BUS, "provider")).isNull();
        // and what was before the restoring can be had, too
        configurations.restore(newest() - 1, Set.of(), "Ada");
        assertThat(stored(BUS, "state.max")).isEqualTo(12);
        assertThat(configurations.compare(newest(), Configurations.NOW)).isEmpty();
        assertThatThrownBy(() -> configurations.restore(1_000_000, Set.of(), "Ada"))
                .isInstanceOf(NoSuchElementException.class).hasMessageContaining("there is no snapshot 1000000; there are");
    }

    @Test
    void whatOthersChangeIsKeptToo() throws Exception {
        long before = newest();
        admin.getConfiguration(CODEC, "?").update(new Hashtable<>(Map.of("max.depth", 80)));

        await().atMost(SOON).untilAsserted(() -> assertThat(configurations.compare(before, newest()))
                .filteredOn(one -> one.pid().equals(CODEC)).extracting(Difference::after).containsExactly("80"));
        assertThat(configurations.snapshots()).last().extracting(Snapshot::cause).asString()
                .startsWith("changed by others: ").contains(CODEC);
    }

    @Test
    void secretsAreRestoredAndNeverShown() throws Exception {
        configurations.set(BUS, Map.of("provider", "local", "password", "s3cret", "uri", "tcp://me:s3cret@host"), true, "a test");
        long first = newest();
        List<Difference> made = configurations.set(BUS, Map.of("password", "other"), true, "a test");

        assertThat(made).containsExactly(new Difference(BUS, "password", Setting.MASK, Setting.MASK));
        assertThat(configurations.show(BUS)).noneMatch(setting -> String.valueOf(setting).contains("s3cret"))
                .extracting(Setting::key).contains("password", "uri", "request.timeout.ms");
        configurations.restore(first, List.of(), "a test");
        assertThat(stored(BUS, "password")).isEqualTo("s3cret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory()))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory())) {
            assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));
        }
    }

    @Test
    void onlySoManyAreKeptAndARestartGoesOn() throws Exception {
        configurations.set("io.anole.config", Map.of("snapshots.max", 3), false, "a test");
        await().atMost(SOON).untilAsserted(() -> {
            configurations.set(CODEC, Map.of("max.depth", 2 + (int) (newest() % 400)), false, "a test");
            assertThat(configurations.snapshots()).hasSize(3);
        });
        long last = newest();
        Bundle bundle = Arrays.stream(context.getBundles())
                .filter(one -> "io.anole.config".equals(one.getSymbolicName())).findFirst().orElseThrow();
        bundle.stop();
        // a full disk, a bad one
        Files.writeString(directory().resolve(String.format("%06d.json", last + 1)), "{\"snapshot\": 9");
        admin.getConfiguration(CODEC, "?").update(new Hashtable<>(Map.of("max.depth", 90)));
        bundle.start();
        configurations = services.waitForService(SOON.toMillis());

        await().atMost(SOON).until(() -> newest() > last);
        assertThat(configurations.snapshots()).hasSize(3).last()
                .extracting(Snapshot::number, Snapshot::cause).containsExactly(last + 2, "as found at the start");
        assertThat(configurations.compare(last, last + 2)).filteredOn(one -> one.pid().equals(CODEC))
                .extracting(Difference::after).containsExactly("90");
        Files.delete(directory().resolve(String.format("%06d.json", last + 1)));
        configurations.set("io.anole.config", Map.of("snapshots.max", 100), false, "a test");
        await().atMost(SOON).untilAsserted(() -> {
            configurations.set(CODEC, Map.of("max.depth", 2 + (int) (newest() % 400)), false, "a test");
            assertThat(configurations.snapshots()).hasSizeGreaterThan(3);
        });
    }

    @Test
    void describedKeysAreToldWithTheirDefaults() throws IOException {
        assertThat(configurations.show(CODEC)).filteredOn(setting -> setting.key().equals("max.depth")).singleElement()
                .satisfies(setting -> {
                    assertThat(setting.type()).isEqualTo("Integer");
                    assertThat(setting.value()).isNull();
                    assertThat(setting.fallback()).isEqualTo("64");
                    assertThat(setting.description()).isEqualTo("Depth: Deepest nesting of maps and lists");
                });
    }
}
