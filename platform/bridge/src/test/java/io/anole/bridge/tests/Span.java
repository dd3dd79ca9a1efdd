package io.anole.bridge.tests;

import io.anole.bridge.Bridge;
import io.anole.bridge.Crossing;
import io.anole.bridge.Crossing.Drop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A bridge, configured as in a robot. */
final class Span implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(20);

    private final Configuration configuration;
    private final ServiceTracker<Bridge, Bridge> bridges;
    private final String name;

    Span(String name, String from, String to, Map<String, String[]> lines) throws IOException {
        this.name = name;
        BundleContext context = FrameworkUtil.getBundle(Span.class).getBundleContext();
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        bridges = new ServiceTracker<>(context, Bridge.class, null);
        bridges.open();
        configuration = admin.getFactoryConfiguration("io.anole.bridge", name, "?");
        Map<String, Object> all = new HashMap<>(lines);
        all.put("from", from);
        all.put("to", to);
        configuration.update(FrameworkUtil.asDictionary(all));
        eventually().until(() -> bridge() != null);
    }

    private Bridge bridge() {
        return bridges.getTracked().values().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    }

    /** Its only line. */
    Crossing only() {
        return bridge().crossings().get(0);
    }

    Crossing crossing(int at) {
        return bridge().crossings().get(at);
    }

    long echoes() {
        return bridge().crossings().stream().mapToLong(one -> one.dropped().getOrDefault(Drop.ECHO, 0L)).sum();
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(BOUND).pollInterval(Duration.ofMillis(10));
    }

    @Override
    public void close() throws IOException {
        configuration.delete();
        eventually().until(() -> bridge() == null);
        bridges.close();
    }
}
