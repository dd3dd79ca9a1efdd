package io.anole.process.hello.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** The pair that a newcomer copies does what its page says. */
class HelloIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    private Configuration bus;

    @BeforeEach
    void open() throws Exception {
        bus = configurations.getFactoryConfiguration("io.anole.bus", "main", "?");
        bus.update(new Hashtable<>(Map.of("provider", "local")));
    }

    @AfterEach
    void close() throws Exception {
        bus.delete();
    }

    private ProcessInfo info(String name) {
        return supervisor.process(name).orElseThrow();
    }

    // PC-15: every five seconds is 1/5 Hz; PC-26 to PC-28
    @Test
    void hello_greets_main_and_hears_its_reply() throws Exception {
        await().atMost(SOON).until(() -> info("hello").state() == State.ACTIVE && info("main").state() == State.ACTIVE);
        assertThat(info("hello").frequency()).isEqualTo(0.2);

        Configuration faster = configurations.getConfiguration("io.anole.process.hello", "?");
        faster.update(new Hashtable<>(Map.of("process.frequency.hz", 20.0)));
        try {
            await().atMost(SOON).until(() -> info("main").handled() >= 3 && info("hello").handled() >= 3);
            assertThat(info("hello").errors() + info("main").errors()).isZero();

            long greeted = info("main").births();
            supervisor.restart("main").get();
            await().atMost(SOON).until(() -> info("main").births() == greeted + 1 && info("main").handled() >= 3);
        } finally {
            faster.delete();
        }
    }
}
