package io.anole.supervisor.tests;

import io.anole.bus.Bus;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A bus {@code main} and processes by configuration, all taken away again at the end of a test. */
final class Bench implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ConfigurationAdmin configurations;
    private Supervisor supervisor;
    private final List<Configuration> made = new ArrayList<>();

    Bench(ConfigurationAdmin configurations, Supervisor supervisor) throws Exception {
        this.configurations = configurations;
        this.supervisor = supervisor;
        Script.forgetAll();
        configure("io.anole.bus", "main", Map.of("provider", "local"));
    }

    /** Looks every few milliseconds: what is waited for here is mostly there by then, hundreds of times. */
    static ConditionFactory within(Duration bound) {
        return Awaitility.await().atMost(bound).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    /** After another one has taken its place. */
    void use(Supervisor other) {
        supervisor = other;
    }

    Configuration configure(String factory, String name, Map<String, ?> properties) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration(factory, name, "?");
        configuration.update(dictionary(properties));
        made.add(configuration);
        return configuration;
    }

    static Dictionary<String, Object> dictionary(Map<String, ?> properties) {
        return new Hashtable<>(properties);
    }

    void delete(Configuration configuration) throws Exception {
        made.remove(configuration);
        configuration.delete();
    }

    /** Makes a component that wants to be a process. */
    Configuration component(String process, Map<String, ?> more) throws Exception {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("process.name", process);
        return configure(Probe.PID, process + "-" + NUMBER.incrementAndGet(), properties);
    }

    /** Makes a process and waits until it is there. */
    Configuration process(String name, Map<String, ?> more) throws Exception {
        Configuration configuration = component(name, more);
        within(SOON).until(() -> supervisor.process(name).isPresent());
        return configuration;
    }

    Script active(String name) throws Exception {
        return active(name, Map.of());
    }

    /** Makes a process and waits until it is alive. */
    Script active(String name, Map<String, ?> more) throws Exception {
        process(name, more);
        state(name, State.ACTIVE);
        return Script.of(name);
    }

    ProcessInfo state(String name, State state) {
        within(SOON).until(() -> supervisor.process(name).map(ProcessInfo::state).orElse(null), state::equals);
        return supervisor.process(name).orElseThrow();
    }

    ProcessInfo info(String name) {
        return supervisor.process(name).orElseThrow();
    }

    @Override
    public void close() throws Exception {
        supervisor.release();
        for (int i = made.size() - 1; i >= 0; i--) {
            made.get(i).delete();
        }
        within(Duration.ofSeconds(20)).until(() -> supervisor.processes().stream()
                .allMatch(info -> info.state() == State.UNCONFIGURED));
        BundleContext context = FrameworkUtil.getBundle(Bench.class).getBundleContext();
        // Else the next test begins on a bus that ends.
        within(Duration.ofSeconds(20)).until(() -> context.getServiceReferences(Bus.class, "(bus.name=main)").isEmpty());
    }
}
