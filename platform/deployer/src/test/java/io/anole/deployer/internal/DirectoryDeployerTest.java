package io.anole.deployer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployment.State;
import io.anole.deployer.Outcome;
import io.anole.deployer.Plan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;

/** Against a real framework and a real directory. */
class DirectoryDeployerTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    private Path temp;
    private Path deploy;
    private Framework framework;
    private BundleContext context;
    private DirectoryDeployer deployer;

    @BeforeEach
    void startFramework() throws Exception {
        deploy = Files.createDirectories(temp.resolve("deploy"));
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE,
                temp.resolve("cache").toString(), Constants.FRAMEWORK_STORAGE_CLEAN,
                Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stopFramework() throws Exception {
        if (deployer != null) {
            deployer.stop();
        }
        framework.stop();
        framework.waitForStop(BOUND.toMillis());
    }

    private void startDeployer() throws IOException {
        startDeployer(300);
    }

    private void startDeployer(long settleMillis) throws IOException {
        deployer = new DirectoryDeployer(context, Configured.of(DeployerConfig.class, Map.of("directory",
                deploy.toString(), "state_directory", temp.resolve("deployed").toString(), "interval_ms", 100L,
                "settle_ms", settleMillis, "max_size_mib", 1, "window_ms", 0L)));
        deployer.start();
    }

    @Test
    void aBundleIsInstalledReplacedAndRemovedWithItsFile() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        long id = bundle("hello").orElseThrow().getBundleId();

        put("hello.jar", FixtureJar.of("hello", "2.0.0").bytes());
        awaitRunning("hello", "2.0.0");
        assertThat(bundle("hello").orElseThrow().getBundleId()).isEqualTo(id);

        Files.delete(deploy.resolve("hello.jar"));
        await().atMost(BOUND).until(() -> bundle("hello").isEmpty() && deployer.list().isEmpty());
    }

    @Test
    void whatIsNewThereAtTheStartRunsBeforeTheRuntimeIsReady() throws Exception {
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        startDeployer();
        await().atMost(BOUND).until(() -> deployer.get().isEmpty());
        assertThat(running("hello")).contains("1.0.0");
    }

    @Test
    void aHalfCopiedJarIsWaitedFor() throws Exception {
        startDeployer();
        byte[] whole = FixtureJar.of("hello", "1.0.0").bytes();
        Path file = deploy.resolve("hello.jar");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.WAITING).isPresent());
        assertThat(bundle("hello")).isEmpty();

        Files.write(file, whole);
        awaitRunning("hello", "1.0.0");
    }

    @Test
    void aBrokenJarIsNamedAndWhatRanBeforeRunsOn() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        put("other.jar", FixtureJar.of("other", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        awaitRunning("other", "1.0.0");
        Object before = service("hello");
        Object neighbour = service("other");

        put("hello.jar", "not a zip".getBytes());
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        assertThat(deployment("hello.jar").orElseThrow().detail()).contains("no whole jar").contains("1.0.0 runs on");
        assertThat(service("hello")).isSameAs(before);
        assertThat(service("other")).isSameAs(neighbour);
    }

    @Test
    void aRenamedFileIsNoChange() throws Exception {
        startDeployer(60_000);
        put("hello-1.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        Object before = service("hello");

        Files.move(deploy.resolve("hello-1.jar"), deploy.resolve("renamed.jar"));
        await().atMost(BOUND).until(() -> state("renamed.jar").filter(s -> s == State.DEPLOYED).isPresent());
        assertThat(service("hello")).isSameAs(before);

        put("hello-2.jar", FixtureJar.of("hello", "2.0.0").bytes());
        awaitRunning("hello", "2.0.0");
        await().atMost(BOUND).until(() -> state("renamed.jar").filter(s -> s == State.IGNORED).isPresent());
        assertThat(Arrays.stream(context.getBundles()).filter(b -> "hello".equals(b.getSymbolicName()))).hasSize(1);
    }

    /** As many tools replace a file; what it holds must neither stop meanwhile nor lose its state. */
    @Test
    void aFileThatIsGoneForAMomentIsNoRemoval() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        long id = bundle("hello").orElseThrow().getBundleId();
        for (int version = 2; version <= 5; version++) {
            Files.delete(deploy.resolve("hello.jar"));
            await().pollInterval(Duration.ofMillis(5)).atMost(BOUND)
                    .until(() -> state("hello.jar").filter(s -> s == State.DEPLOYED).isEmpty());
            put("hello.jar", FixtureJar.of("hello", version + ".0.0").bytes());
            awaitRunning("hello", version + ".0.0");
        }
        assertThat(bundle("hello").orElseThrow().getBundleId()).isEqualTo(id);
        assertThat(deployer.history()).extracting(Outcome::what).containsOnly("deploy");
    }

    /** With what is told of it at once, and with a file that failed, or else that would run next. */
    @Test
    void whatIsRemovedByACallGoesAtOnceWithItsFiles() throws Exception {
        startDeployer();
        put("hello-1.jar", FixtureJar.of("hello", "1.0.0").bytes());
        put("hello-2.jar", FixtureJar.of("hello", "2.0.0").bytes());
        awaitRunning("hello", "2.0.0");
        assertThat(remove("hello-2.jar").result()).isEqualTo(Outcome.Result.UNCHANGED);
        awaitRunning("hello", "1.0.0");
        put("hello-1.jar", FixtureJar.of("hello", "3.0.0").header("Fixture-Fails", "yes").bytes());
        await().atMost(BOUND).until(() -> state("hello-1.jar").filter(s -> s == State.FAILED).isPresent());
        assertThat(running("hello")).contains("1.0.0");

        List<Deployment> listed = new ArrayList<>();
        Outcome outcome = deployer.remove(List.of("hello-1.jar"), "ann", step -> { })
                .whenComplete((over, failure) -> listed.addAll(deployer.list())).get(20, TimeUnit.SECONDS);
        assertThat(outcome.result()).isEqualTo(Outcome.Result.COMMITTED);
        assertThat(outcome.changes()).extracting(Plan.Change::toString).containsExactly("remove hello 1.0.0");
        assertThat(bundle("hello")).isEmpty();
        assertThat(listed).isEmpty();
        assertThat(deploy).isEmptyDirectory();
        assertThat(deployer.history()).first().extracting(Outcome::what, Outcome::who).containsExactly("remove", "ann");
        assertThatThrownBy(() -> remove("../hello.jar")).hasMessageContaining("there is no file ../hello.jar in " + deploy);
    }

    private Outcome remove(String file) throws Exception {
        return deployer.remove(List.of(file), "ann", step -> { }).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aMissedFileKeepsNothingElseWaiting() throws Exception {
        startDeployer(60_000);
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        put("hello.jar", FixtureJar.of("hello", "2.0.0").header("Import-Package", "org.osgi.framework,arm.api").bytes());
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        Files.delete(deploy.resolve("hello.jar"));
        put("other.jar", FixtureJar.of("other", "1.0.0").bytes());
        awaitRunning("other", "1.0.0");
        assertThat(running("hello")).contains("1.0.0");
        // One look at the directory may have found both, and what it found is told when it is over.
        await().atMost(BOUND).until(() -> deployment("hello.jar").map(Deployment::detail)
                .filter("it is gone: what it held is removed if it does not come back"::equals).isPresent());
    }

    @Test
    void aRemovalThatWasCommittedJustBeforeTheEndIsShownByTheDirectory() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        await().atMost(BOUND).until(() -> deployer.history().size() == 1);
        deployer.stop();
        try (Ledger ledger = new Ledger(Journal.open(temp.resolve("deployed/journal")), 3, 10)) {
            Kept kept = ledger.current("hello").orElseThrow();
            ledger.begin("remove", "ann", List.of(new Plan.Change(Plan.Action.REMOVE, "hello", kept.version(), kept.sha256(),
                    "", "", kept.file())));
            ledger.end(Outcome.Result.COMMITTED, "");
        }
        restart();
        assertThat(deploy).isEmptyDirectory();
        await().atMost(BOUND).until(() -> deployer.get().isEmpty());
        assertThat(bundle("hello")).isEmpty();
    }

    @Test
    void whatCameFromTheDirectoryJustBeforeTheEndIsNotPutOverWhatIsNewerThere() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        await().atMost(BOUND).until(() -> deployer.history().size() == 1);
        deployer.stop();
        put("hello.jar", FixtureJar.of("hello", "2.0.0").bytes());
        restart();
        awaitRunning("hello", "2.0.0");
    }

    private void restart() throws Exception {
        stopFramework();
        startFramework();
        startDeployer();
    }

    @Test
    void aBundleThatMissesAPackageIsRefusedBeforeTheOldOneStopsAndStartsWhenThePackageComes() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        Object before = service("hello");

        put("hello.jar", FixtureJar.of("hello", "2.0.0")
                .header("Import-Package", "org.osgi.framework,arm.api;version=\"[1.2,2)\"").bytes());
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        assertThat(deployment("hello.jar").orElseThrow().detail())
                .contains("package arm.api version 1.2").contains("deploy the bundle that exports it");
        assertThat(service("hello")).isSameAs(before);

        put("arm.jar", FixtureJar.of("arm", "1.0.0").header("Export-Package", "arm.api;version=\"1.2.0\"").bytes());
        awaitRunning("hello", "2.0.0");
    }

    @Test
    void aBundleThatFailsToStartGivesWayToItsFormerVersion() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");

        put("hello.jar", FixtureJar.of("hello", "2.0.0").header("Fixture-Fails", "yes").bytes());
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        assertThat(deployment("hello.jar").orElseThrow().detail()).contains("no serial port");
        awaitRunning("hello", "1.0.0");
    }

    @Test
    void aBundleOfAFeatureIsReplacedInPlaceAndComesBack() throws Exception {
        Path origin = Files.write(temp.resolve("origin.jar"), FixtureJar.of("hello", "1.0.0").bytes());
        Bundle installed = context.installBundle(origin.toUri().toString());
        installed.start();
        startDeployer();

        put("mine.jar", FixtureJar.of("hello", "1.5.0").bytes());
        awaitRunning("hello", "1.5.0");
        assertThat(installed.getVersion()).hasToString("1.5.0");

        Files.delete(deploy.resolve("mine.jar"));
        awaitRunning("hello", "1.0.0");
    }

    @Test
    void onlyBundlesWiredToTheOldOneAreRestarted() throws Exception {
        startDeployer();
        put("api.jar", FixtureJar.of("api", "1.0.0").header("Export-Package", "api;version=\"1.0.0\"").bytes());
        put("user.jar", FixtureJar.of("user", "1.0.0").header("Import-Package", "org.osgi.framework,api").bytes());
        put("other.jar", FixtureJar.of("other", "1.0.0").bytes());
        awaitRunning("user", "1.0.0");
        awaitRunning("other", "1.0.0");
        List<String> stopped = new ArrayList<>();
        context.addBundleListener((SynchronousBundleListener) event -> {
            if (event.getType() == BundleEvent.STOPPED) {
                stopped.add(event.getBundle().getSymbolicName());
            }
        });

        put("other.jar", FixtureJar.of("other", "1.1.0").bytes());
        awaitRunning("other", "1.1.0");
        assertThat(stopped).containsExactly("other");

        stopped.clear();
        put("api.jar", FixtureJar.of("api", "1.1.0").header("Export-Package", "api;version=\"1.1.0\"").bytes());
        awaitRunning("api", "1.1.0");
        awaitRunning("user", "1.0.0");
        assertThat(stopped).contains("api", "user").doesNotContain("other");
    }

    /** A new version that takes away what others use is refused, unless they come with it. */
    @Test
    void whatOthersUseIsNotTakenAwayFromThem() throws Exception {
        startDeployer();
        put("api.jar", FixtureJar.of("api", "1.0.0").header("Export-Package", "api;version=\"1.0.0\"").bytes());
        put("user.jar", FixtureJar.of("user", "1.0.0").header("Import-Package",
                "org.osgi.framework,api;version=\"[1.0,2)\"").bytes());
        awaitRunning("user", "1.0.0");
        Path api = Files.write(temp.resolve("api.jar"), FixtureJar.of("api", "2.0.0")
                .header("Export-Package", "api;version=\"2.0.0\"").bytes());
        Plan alone = deployer.plan(List.of(api)).get(20, TimeUnit.SECONDS);
        assertThat(alone.refusals()).singleElement().asString()
                .startsWith("user needs package api, which api 2.0.0 does not export in a version it can use");
        assertThat(alone.refreshed()).containsExactly("user");

        Path user = Files.write(temp.resolve("user.jar"), FixtureJar.of("user", "2.0.0").header("Import-Package",
                "org.osgi.framework,api;version=\"[2.0,3)\"").bytes());
        assertThat(deployer.deploy(List.of(api, user), "test", step -> { }).get(20, TimeUnit.SECONDS).result())
                .isEqualTo(Outcome.Result.COMMITTED);
        assertThat(running("api")).contains("2.0.0");
        assertThat(running("user")).contains("2.0.0");
    }

    /** The framework's cache is empty after a start; what runs then is what the journal says, and the bad file stays out. */
    @Test
    void afterARestartTheCommittedVersionRunsAndNotTheOneThatFailed() throws Exception {
        startDeployer();
        put("hello.jar", FixtureJar.of("hello", "1.0.0").bytes());
        awaitRunning("hello", "1.0.0");
        put("hello.jar", FixtureJar.of("hello", "2.0.0").header("Fixture-Fails", "yes").bytes());
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        stopFramework();
        startFramework();
        startDeployer();
        assertThat(running("hello")).contains("1.0.0");
        await().atMost(BOUND).until(() -> state("hello.jar").filter(s -> s == State.FAILED).isPresent());
        assertThat(deployment("hello.jar").orElseThrow().detail()).contains("no serial port");
        assertThat(deployer.history()).hasSize(2);
    }

    /** A thousand times with {@code ./anole test --soak}. */
    @Test
    void deployAndUndeployLeavesNothingBehind() throws Exception {
        startDeployer();
        int cycles = Boolean.getBoolean("anole.soak") ? 1000 : 100;
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        int threads = 0;
        AtomicInteger version = new AtomicInteger();
        for (int i = 0; i < cycles; i++) {
            String next = "1.0." + version.incrementAndGet();
            put("hello.jar", FixtureJar.of("hello", next).bytes());
            awaitRunning("hello", next);
            loaders.add(new WeakReference<>(service("hello").getClass().getClassLoader()));
            if (i % 10 == 0) {
                Files.delete(deploy.resolve("hello.jar"));
            } else {
                remove("hello.jar");
            }
            await().pollInterval(Duration.ofMillis(5)).atMost(BOUND).until(() -> bundle("hello").isEmpty());
            if (i == 5) {
                threads = ManagementFactory.getThreadMXBean().getThreadCount();
            }
        }
        await().atMost(BOUND).until(() -> {
            System.gc();
            return loaders.stream().filter(loader -> loader.get() != null).count() <= 1;
        });
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThanOrEqualTo(threads + 2);
        await().atMost(BOUND).until(() -> copies() == 0);
    }

    /** A copy as cp makes it: straight into the file. */
    private void put(String file, byte[] bytes) throws IOException {
        Files.write(deploy.resolve(file), bytes);
    }

    private long copies() throws IOException {
        try (Stream<Path> all = Files.list(temp.resolve("deployed/versions"))) {
            return all.count();
        }
    }

    private void awaitRunning(String name, String version) {
        await().pollInterval(Duration.ofMillis(5)).atMost(BOUND)
                .until(() -> running(name).filter(version::equals).isPresent());
    }

    private Optional<String> running(String name) {
        return bundle(name).filter(b -> b.getState() == Bundle.ACTIVE).map(b -> b.getVersion().toString());
    }

    private Optional<Bundle> bundle(String name) {
        return Arrays.stream(context.getBundles()).filter(b -> name.equals(b.getSymbolicName())).findFirst();
    }

    private Object service(String name) throws InvalidSyntaxException {
        ServiceReference<?>[] found = context.getServiceReferences(Supplier.class.getName(), "(fixture=" + name + ")");
        assertThat(found).as("service of " + name).hasSize(1);
        Object self = ((Supplier<?>) context.getService(found[0])).get();
        context.ungetService(found[0]);
        return self;
    }

    private Optional<Deployment> deployment(String file) {
        return deployer.list().stream().filter(d -> d.file().equals(file)).findFirst();
    }

    private Optional<State> state(String file) {
        return deployment(file).map(Deployment::state);
    }
}
