package io.anole.supervisor.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Births, lives and deaths of real DS components. */
class LifecycleIT {
    private static final Duration SOON = Duration.ofSeconds(5);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(configurations, supervisor);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    // PC-11 to PC-14
    @Test
    void a_process_is_born_lives_at_its_frequency_and_dies_on_its_own_thread() throws Exception {
        Script script = Script.of("one");
        bench.process("one", Map.of("process.frequency.hz", 50.0));

        await().atMost(SOON).until(() -> script.lives.get() >= 10);
        ProcessInfo info = supervisor.stop("one").get();

        assertThat(info.state()).isEqualTo(State.INACTIVE);
        assertThat(info.reason()).isEqualTo("stopped");
        assertThat(script.births).hasValue(1);
        assertThat(script.deaths).hasValue(1);
        assertThat(script.threads).extracting(Thread::getName).containsOnly("process one");
        assertThat(script.threads).containsOnly(script.threads.get(0));
        assertThat(script.overlap).hasValue(1);
        assertThat(info.births()).isEqualTo(1);
        assertThat(info.deaths()).isEqualTo(1);
    }
}
