package io.anole.console.tests;

import static io.anole.console.tests.Door.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.console.tests.Door.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;

/** The door of the web console, in front of the real console on the real web server. */
class ConsoleIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private final BundleContext context = FrameworkUtil.getBundle(ConsoleIT.class).getBundleContext();
    private final Door door = new Door(context);
    private final Path file = door.password();
    private Bundle console;

    @BeforeEach
    void restart() throws Exception {
        console = bundle("io.anole.console");
        console.stop();
        Bundle access = bundle("io.anole.access");
        access.stop();
        access.start();
        console.start();
        await().atMost(SOON).until(() -> get("").status() == 401);
    }

    /** What was guessed here is not held against others. */
    @AfterEach
    void forget() throws Exception {
        restart();
    }

    private Bundle bundle(String name) {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().equals(name)) {
                return bundle;
            }
        }
        throw new AssertionError("no bundle " + name);
    }

    private Answer send(String method, String path, String headers) throws IOException {
        return door.send(method, path, headers);
    }

    private Answer get(String headers) throws IOException {
        return send("GET", "/bundles", headers);
    }

    private String asAdmin() throws IOException {
        return door.asAdmin();
    }

    @Test
    void onlyTheGeneratedPasswordOpensIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(get(asAdmin()).status()).isEqualTo(200);
        assertThat(get(as("admin", "admin")).status()).isEqualTo(401);
        assertThat(get(as("", "")).status()).isEqualTo(401);
        assertThat(get("Authorization: Basic %%%\r\n").status()).isEqualTo(401);
        assertThat(get("Authorization: Bearer admin\r\n").status()).isEqualTo(401);
        assertThat(send("GET", "/res/ui/admin.css", "").status()).as("nothing is open").isEqualTo(401);
    }

    @Test
    void withoutItsDoorTheConsoleIsNotServedAtAll() throws Exception {
        console.stop();
        assertThat(get(as("admin", "admin")).status()).isEqualTo(404);
        Bundle felix = bundle("org.apache.felix.webconsole");
        felix.stop();
        felix.start();
        assertThat(get(as("admin", "admin")).status()).as("started before the door").isEqualTo(404);
    }

    // The default user of the Felix console, tried without a pause through stops and starts of both bundles.
    @Test
    void atNoInstantTheDefaultUserIsLetIn() throws Exception {
        Bundle felix = bundle("org.apache.felix.webconsole");
        Thread changes = new Thread(() -> {
            try {
                for (int i = 0; i < 30; i++) {
                    console.stop();
                    felix.stop();
                    felix.start();
                    console.start();
                }
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            }
        });
        changes.start();
        int asked = 0;
        while (changes.isAlive()) {
            assertThat(get(as("admin", "admin")).status()).isNotIn(200, 302);
            asked++;
        }
        changes.join();
        assertThat(asked).isGreaterThan(10);
    }

    @Test
    void hostNamesOfStrangersAreNotServed() throws IOException {
        assertThat(get("Host: evil.example\r\n" + asAdmin()).status()).isEqualTo(421);
        assertThat(get("Host: 127.0.0.1:8080\r\n" + asAdmin()).status()).isEqualTo(200);
    }

    @Test
    void pagesOfStrangersCanNeitherPostNorEmbed() throws IOException {
        assertThat(send("POST", "/vmstat", "Origin: http://evil.example\r\n" + asAdmin()).status()).isEqualTo(403);
        assertThat(send("POST", "/vmstat", "Sec-Fetch-Site: cross-site\r\n" + asAdmin()).status()).isEqualTo(403);
        assertThat(get("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n" + asAdmin()).status()).isEqualTo(403);
        assertThat(get("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n" + asAdmin()).text())
                .startsWith("HTTP/1.1 200").contains("X-Frame-Options: DENY");
    }

    @Test
    void wrongPasswordsAreLimited() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(get(as("admin", "guess" + i)).status()).isEqualTo(401);
        }
        assertThat(get(as("admin", "guess")).text()).startsWith("HTTP/1.1 429").contains("Retry-After: 60");
        assertThat(get(asAdmin()).status()).as("nobody").isEqualTo(429);
    }

    @Test
    void thePasswordIsToldOnceWhenItIsCreated() throws Exception {
        String password = Files.readString(file).strip();
        assertThat(printedWhileRestarting()).doesNotContain("password");
        Files.delete(file);
        assertThat(printedWhileRestarting()).contains("web console: user admin, password " + Files.readString(file).strip())
                .doesNotContain(password);
    }

    @Test
    void withoutAUsablePasswordNobodyIsLetIn() throws Exception {
        String good = Files.readString(file);
        try {
            Files.writeString(file, "admin\n");
            console.stop();
            console.start();
            await().atMost(SOON).until(() -> get(as("admin", "admin")).status() == 503);
        } finally {
            Files.writeString(file, good);
        }
    }

    private String printedWhileRestarting() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            restart();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void thereIsOneProvider() throws Exception {
        assertThat(context.getServiceReferences(SecurityProvider.class, "(webconsole.security.provider.id=io.anole.console)"))
                .hasSize(1);
    }
}
