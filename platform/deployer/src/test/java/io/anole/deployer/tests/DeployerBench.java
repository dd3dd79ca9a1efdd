package io.anole.deployer.tests;

import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.process.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** A deployer with directories of its own, a bus {@code main} and what {@link Worker}s tell; all taken away after each test. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
abstract class DeployerBench {
    static final Duration SOON = Duration.ofSeconds(20);
    static final long WINDOW_MILLIS = 400;

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService
    Supervisor supervisor;
    @InjectService(cardinality = 0)
    ServiceAware<Deployments> deployers;
    @TempDir
    Path temp;

    final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final List<Configuration> made = new ArrayList<>();
    Deployments deployments;

    @BeforeEach
    void configure() throws Exception {
        System.getProperties().put("io.anole.deployer.tests", told);
        configure(configurations.getFactoryConfiguration("io.anole.bus", "main", "?"), Map.of("provider", "local"));
        deployer(Map.of());
    }

    void deployer(Map<String, Object> more) throws Exception {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("directory", temp.resolve("deploy").toString());
        properties.put("state.directory", temp.resolve("deployed").toString());
        properties.put("window.ms", WINDOW_MILLIS);
        properties.put("settle.ms", 100L);
        properties.putAll(more);
        Configuration configuration = configurations.getConfiguration("io.anole.deployer", "?");
        configuration.update(properties);
        if (deployments == null) {
            made.add(configuration);
        }
        Path wanted = temp.resolve("deploy");
        await().atMost(SOON).until(() -> deployers.getServices().size() == 1
                && deployers.getServices().get(0) != deployments && deployers.getServices().get(0).directory().equals(wanted));
        deployments = deployers.getServices().get(0);
    }

    void configure(Configuration configuration, Map<String, Object> properties) throws Exception {
        configuration.update(new Hashtable<>(properties));
        made.add(configuration);
    }

    @AfterEach
    void takeAway() throws Exception {
        try (Stream<Path> files = Files.list(temp.resolve("deploy"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        await().atMost(SOON).until(() -> bundle("worker.arm") == null);
        for (Configuration configuration : made) {
            configuration.delete();
        }
        await().atMost(SOON).until(() -> deployers.isEmpty() && context.getServiceReference(Bus.class) == null);
        endLeftovers();
    }

    /** Threads that {@link Worker}s leak are no worry of the next test. */
    static void endLeftovers() {
        Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("lingering"))
                .forEach(Thread::interrupt);
    }

    Outcome deploy(WorkerJar jar) throws Exception {
        return deployments.deploy(List.of(jar.in(temp)), "test", step -> { }).get(20, TimeUnit.SECONDS);
    }

    Bundle bundle(String name) {
        return Arrays.stream(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst()
                .orElse(null);
    }

    String version() {
        Bundle bundle = bundle("worker.arm");
        return bundle == null || bundle.getState() != Bundle.ACTIVE ? "" : bundle.getVersion().toString();
    }

}
