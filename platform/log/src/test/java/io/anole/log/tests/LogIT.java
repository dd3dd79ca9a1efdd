package io.anole.log.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** In a framework with Felix' log and Logback, whose console is looked at. */
class LogIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    LogService log;
    @InjectService
    ConfigurationAdmin configurations;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private PrintStream before;

    @BeforeEach
    void listen() {
        before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setOut(before);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsSaidToTheLogIsSaidByItsLoggerWithItsCauseAndTrace() {
        log.getLogger("org.example.Arm").error("the arm does not move", new IllegalStateException("half", new IllegalArgumentException("no motor")));

        await().atMost(SOON).untilAsserted(() -> assertThat(said())
                .containsPattern("ERROR Arm: the arm does not move: .*IllegalArgumentException: no motor\n")
                .contains("at io.anole.log.tests.LogIT.whatIsSaid"));
    }

    @Test
    @SuppressWarnings("deprecation")
    void whoNamesNoLoggerIsCalledByItsBundle() {
        log.log(LogService.LOG_WARNING, "nameless");

        await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("WARN  tests: nameless"));
    }

    @Test
    void aLineThatComesAgainAndAgainIsSaidOnce() {
        for (int i = 0; i < 50; i++) {
            log.getLogger("org.example.Again").error("again");
        }
        log.getLogger("org.example.Again").error("done");

        await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("done"));
        assertThat(said()).containsOnlyOnce("Again: again");
    }

    /** By the PID of the specification, Core, ch. 101. */
    @Test
    void aConfigurationSaysWhichLevelsAreSaid() throws Exception {
        log.getLogger("io.anole.example.Quiet").info("too quiet");
        Configuration levels = configurations.getConfiguration("org.osgi.service.log.admin", "?");
        levels.update(new Hashtable<>(Map.of("ROOT", "INFO")));
        try {
            await().atMost(SOON).untilAsserted(() -> {
                log.getLogger("io.anole.example.Quiet").info("loud enough");
                assertThat(said()).contains("INFO  Quiet: loud enough");
            });
            assertThat(said()).doesNotContain("too quiet");
        } finally {
            levels.delete();
        }
    }

    @Test
    void whatABundleWarnsOfAsItGoesIsNoWarning() throws Exception {
        Bundle leaving = context.installBundle("leaving", empty("leaving"));
        try {
            leaving.start();
            Logger logger = leaving.getBundleContext().getService(leaving.getBundleContext().getServiceReference(LogService.class))
                    .getLogger("io.anole.example.Leaving");
            logger.warn("a storm");
            await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("WARN  Leaving: a storm"));
            leaving.stop();
            logger.warn("interrupted");
            logger.error("half done");
            await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("INFO  Leaving: interrupted", "ERROR Leaving: half done"));
        } finally {
            leaving.uninstall();
        }
    }

    private static InputStream empty(String name) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** Its bundle is updated, as any other. */
    @Test
    void afterItWasStoppedItListensOnceAgain() throws Exception {
        Bundle bundle = bundle("io.anole.log");
        bundle.stop();
        log.getLogger("org.example.Deaf").error("unheard");
        bundle.start();
        log.getLogger("org.example.Deaf").error("heard");

        await().atMost(SOON).untilAsserted(() -> assertThat(said()).containsOnlyOnce("Deaf: heard"));
        assertThat(said()).doesNotContain("unheard");
    }

    /** The launcher tells those of the framework that matter. */
    @Test
    void theFrameworksEventsAreLeftOut() {
        log.getLogger("Events.Framework").error("told elsewhere");
        log.getLogger("org.example.Next").error("the next");

        await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("the next"));
        assertThat(said()).doesNotContain("told elsewhere");
    }

    private Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst().orElseThrow();
    }
}
