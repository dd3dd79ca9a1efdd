package io.anole.shell.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Publisher;
import io.anole.bus.provider.Checkup;
import io.anole.bus.provider.Checkup.Finding;
import io.anole.bus.provider.Checkup.Level;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;

/** The commands as Gogo finds and calls them. */
class GogoIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    CommandProcessor processor;
    @InjectService(cardinality = 0)
    ServiceAware<Bus> buses;
    private Configuration main;
    private Bus bus;

    private record Said(Object result, String out, String err) {
    }

    @BeforeEach
    void open() throws Exception {
        main = configurations.getFactoryConfiguration("io.anole.bus", "main", "?");
        main.update(new Hashtable<>(Map.of("provider", "local")));
        bus = buses.waitForService(5000);
    }

    @AfterEach
    void close() throws Exception {
        main.delete();
        await().atMost(SOON).until(() -> buses.isEmpty());
    }

    private Said type(String line) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (CommandSession session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, err)) {
            Object result = session.execute(line);
            return new Said(result, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_user_who_is_there_is_replaced_only_when_that_is_said() throws Exception {
        try {
            assertThat(type("anole:user add desk --role operator").out()).isNotBlank();
            Said again = type("anole:user add desk --role viewer");
            assertThat(again.err()).isEqualTo("anole user add: there is a user 'desk' already: take another name, or --replace gives it"
                    + " another role and password\n");
            assertThat(again.out()).as("no password").isEmpty();
            assertThat(type("anole:user list").out()).containsPattern("desk +operator");
            assertThat(type("anole:user add desk --role viewer --replace").out()).isNotBlank();
            assertThat(type("anole:user list").out()).containsPattern("desk +viewer");
        } finally {
            type("anole:user remove desk");
        }
    }

    /** Providers know best what is wrong with their systems; one that fails at it does not keep doctor from going on. */
    @Test
    void doctor_asks_providers_too() throws Exception {
        BundleContext context = FrameworkUtil.getBundle(GogoIT.class).getBundleContext();
        Checkup ill = () -> List.of(new Finding(Level.PROBLEM, "robot", "the arm is off", "its fuse is blown", "replace it"));
        Checkup broken = () -> {
            throw new IllegalStateException("no hands");
        };
        ServiceRegistration<Checkup> first = context.registerService(Checkup.class, broken, null);
        ServiceRegistration<Checkup> second = context.registerService(Checkup.class, ill, null);
        try {
            await().atMost(SOON).untilAsserted(() -> {
                Said said = type("anole:doctor");
                assertThat(said.result()).isEqualTo(1);
                assertThat(said.out()).containsPattern("problem *robot *the arm is off\n *why: its fuse is blown\n *do:  replace it\n")
                        .containsPattern("problem *bus *a provider's check-up failed: .*no hands");
            });
        } finally {
            first.unregister();
            second.unregister();
        }
        assertThat(type("anole:doctor").out()).doesNotContain("the arm is off");
    }

    @Test
    void commands_are_in_the_scope_anole() throws Exception {
        try (Publisher<Integer> level = bus.publisher("/level", Integer.class)) {
            await().atMost(SOON).until(() -> type("anole:topic list").out().contains(level.name().toString()));
        }
        assertThat(type("anole:bus list").out()).containsPattern("main +up +local");
        Said unset = type("anole:param get /x");
        assertThat(unset.result()).isEqualTo(4);
        assertThat(unset.err()).contains("parameter /x is not set");
        type("anole:param set /x 3");
        assertThat(type("anole:param get /x").out()).isEqualTo("3\n");
    }

    @Test
    void bundles_are_listed_and_what_is_missing_is_said() throws Exception {
        assertThat(type("anole:bundle list").out()).containsPattern("active +io\\.anole\\.shell +");
        assertThat(type("anole:process list").err()).isEqualTo("no processes\n");
        Said features = type("anole:feature list");
        assertThat(features.result()).isEqualTo(1);
        assertThat(features.err()).contains("this runtime has no features: it was not started by the launcher");
        Said topics = type("anole:topic list --bus cloud");
        assertThat(topics.result()).isEqualTo(4);
        assertThat(topics.err()).contains("there is no bus 'cloud'; there are: main").hasLineCount(1);
    }

    @Test
    void configurations_are_checked_changed_and_restored() throws Exception {
        await().atMost(SOON).until(() -> type("anole:config snapshots").out().lines().count() > 1);
        Said wrong = type("anole:config set io.anole.supervisor defaultFrequencyHz=1001");
        assertThat(wrong.result()).isEqualTo(1);
        assertThat(wrong.err()).contains("io.anole.supervisor: defaultFrequencyHz = '1001.0' is too large (Default frequency: Cycles")
                .hasLineCount(1);
        assertThat(type("anole:config set io.anole.supervisor frequency=5").err()).contains("has no key 'frequency'; it has defaultFr");
        assertThat(type("anole:config set io.anole.bus~main threads").result()).isEqualTo(2);
        assertThat(type("anole:config set nobody.knows a=b").result()).isEqualTo(4);
        assertThat(type("anole:config set io.anole.bus.keys.local state.max=5 --new").err())
                .contains("io.anole.bus.keys.local only describes keys").endsWith("io.anole.bus~NAME\n").hasLineCount(1);

        assertThat(type("anole:config set io.anole.bus~main request.timeout.ms=4000 password=s3cret --new").out())
                .contains("request.timeout.ms: - -> 4000", "password: - -> ******");
        assertThat(main.getProperties().get("request.timeout.ms")).isEqualTo(4000L);
        assertThat(type("anole:config show io.anole.bus~main").out()).containsPattern("request.timeout.ms +4000 +Long +5000")
                .doesNotContain("s3cret");
        String snapshots = type("anole:config snapshots").out();
        assertThat(snapshots).containsPattern("set by .+, command line: io.anole.bus~main request.timeout.ms, password");
        int last = Integer.parseInt(snapshots.substring(snapshots.strip().lastIndexOf('\n')).strip().split(" ")[0]);
        assertThat(type("anole:config diff").out()).contains("request.timeout.ms: - -> 4000");
        assertThat(type("anole:config restore " + (last - 1) + " io.anole.bus~main").out())
                .contains("request.timeout.ms: 4000 -> -", "password: ****** -> -");
        assertThat(main.getProperties().get("request.timeout.ms")).isNull();
    }

    @Test
    void the_shell_comes_and_goes_with_its_bundle() throws Exception {
        BundleContext context = FrameworkUtil.getBundle(GogoIT.class).getBundleContext();
        Bundle shell = Arrays.stream(context.getBundles())
                .filter(bundle -> "io.anole.shell".equals(bundle.getSymbolicName())).findFirst().orElseThrow();
        Path socket = Path.of(context.getProperty("anole.home"), "run", "cli.sock");
        assertThat(socket).exists();
        shell.stop();
        assertThat(socket).doesNotExist();
        shell.start();
        await().atMost(SOON).until(() -> socket.toFile().exists());
        await().atMost(SOON).until(() -> type("anole:bus list").out().contains("main"));
    }
}
