package io.anole.testkit;

import io.anole.bus.Bus;
import io.anole.bus.Statistics.LinkState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A bus that exists for one test: configured through ConfigAdmin like any other, up when {@link #open} returns, and gone,
 * service and all, when {@link #close} returns, also after the test's body threw:
 *
 * <pre>{@code
 * try (TestBus bus = TestBus.open(context, "local", Map.of(), Duration.ofSeconds(10))) {
 *     bus.bus().publisher("/chatter", String.class).publish("hello");
 * }
 * }</pre>
 *
 * <p>Each {@link #participant} is a bundle of its own, as far as the bus can see. Not safe for several threads.
 */
public final class TestBus implements AutoCloseable {
    private static final String FACTORY = "io.anole.bus";

    private final BundleContext context;
    private final ServiceReference<ConfigurationAdmin> admin;
    private final Configuration configuration;
    private final String name;
    private final Duration patience;
    private final List<Participant> participants = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();

    private TestBus(BundleContext context, ServiceReference<ConfigurationAdmin> admin, Configuration configuration,
            String name, Duration patience) {
        this.context = context;
        this.admin = admin;
        this.configuration = configuration;
        this.name = name;
        this.patience = patience;
    }

    /**
     * Configures a bus and waits until its link is up.
     *
     * @param context    any bundle's
     * @param provider   the kind of provider
     * @param properties the provider's own keys; {@code bus.name} names the bus, which otherwise gets a name of its own
     * @param patience   longest wait, here and in {@link #close}
     * @throws AssertionError if it isn't up in time, with the reason that the bus gives
     */
    public static TestBus open(BundleContext context, String provider, Map<String, ?> properties, Duration patience) {
        String name = properties.containsKey(Bus.NAME) ? properties.get(Bus.NAME).toString()
                : "test-" + Long.toString(System.nanoTime(), 36);
        Map<String, Object> all = new HashMap<>(properties);
        all.put("provider", provider);
        all.put(Bus.NAME, name);
        ServiceReference<ConfigurationAdmin> admin = context.getServiceReference(ConfigurationAdmin.class);
        if (admin == null) {
            throw new IllegalStateException("there is no ConfigurationAdmin in this framework");
        }
        TestBus bus;
        try {
            Configuration configuration = context.getService(admin).getFactoryConfiguration(FACTORY, name, "?");
            bus = new TestBus(context, admin, configuration, name, patience);
            configuration.update(FrameworkUtil.asDictionary(all));
        } catch (IOException e) {
            throw new UncheckedIOException("can't configure bus '" + name + "'", e);
        }
        try {
            bus.awaitUp(provider);
        } catch (Throwable failure) {
            bus.close();
            throw failure;
        }
        return bus;
    }

    private void awaitUp(String provider) {
        patiently().untilAsserted(() -> {
            ServiceReference<Bus> found = find();
            if (found == null) {
                throw new AssertionError("there is no service Bus with bus.name=" + name
                        + ": is the hub (io.anole.core) there, and a provider of kind '" + provider + "'?");
            }
            var now = context.getService(found).statistics();
            if (now.link() != LinkState.UP) {
                throw new AssertionError("bus '" + name + "' is not up: " + now.detail());
            }
        });
    }

    /** The bus's name. */
    public String name() {
        return name;
    }

    /** The bus as the calling test's own bundle sees it. */
    public Bus bus() {
        ServiceReference<Bus> found = find();
        if (found == null) {
            throw new IllegalStateException("bus '" + name + "' is gone");
        }
        return context.getService(found);
    }

    /** Another participant, which ends with this bus unless it is closed before. */
    public Participant participant() {
        Participant participant = new Participant(name + ".participant" + numbers.incrementAndGet());
        participants.add(participant);
        return participant;
    }

    /** Changes the bus's configuration; null removes a key. Does not wait. */
    public void update(Map<String, ?> changes) {
        Map<String, Object> all = new HashMap<>(FrameworkUtil.asMap(configuration.getProperties()));
        all.keySet().removeAll(Set.of(Constants.SERVICE_PID, ConfigurationAdmin.SERVICE_FACTORYPID));
        changes.forEach((key, value) -> {
            if (value == null) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
        });
        try {
            configuration.update(FrameworkUtil.asDictionary(all));
        } catch (IOException e) {
            throw new UncheckedIOException("can't configure bus '" + name + "'", e);
        }
    }

    /** Removes the bus and waits until it is gone. */
    @Override
    public void close() {
        List.copyOf(participants).forEach(Participant::close);
        try {
            configuration.delete();
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove bus '" + name + "'", e);
        } catch (IllegalStateException deletedBefore) {
            return;
        }
        context.ungetService(admin);
        patiently().until(() -> find() == null);
    }

    private ServiceReference<Bus> find() {
        try {
            return context.getServiceReferences(Bus.class, "(" + Bus.NAME + "=" + name + ")").stream().findFirst()
                    .orElse(null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("'" + name + "' is no name for a bus", e);
        }
    }

    private ConditionFactory patiently() {
        return Awaitility.await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(5, TimeUnit.MILLISECONDS);
    }

    /** An empty bundle and its view of the bus. */
    public final class Participant implements AutoCloseable {
        private final Bundle bundle;
        private final Bus view;

        private Participant(String symbolicName) {
            try {
                bundle = context.installBundle("testkit:" + symbolicName, emptyBundle(symbolicName));
                bundle.start();
            } catch (BundleException e) {
                throw new IllegalStateException("can't install a participant", e);
            }
            view = bundle.getBundleContext().getService(find());
        }

        /** The bus as this participant sees it. */
        public Bus bus() {
            return view;
        }

        /** The participant's bundle. */
        public Bundle bundle() {
            return bundle;
        }

        /** Stops and removes the bundle: what it left open on the bus ends. */
        @Override
        public void close() {
            participants.remove(this);
            if (bundle.getState() != Bundle.UNINSTALLED) {
                try {
                    bundle.uninstall();
                } catch (BundleException e) {
                    throw new IllegalStateException("can't remove " + bundle, e);
                }
            }
        }

        private static ByteArrayInputStream emptyBundle(String symbolicName) {
            Manifest manifest = new Manifest();
            Attributes headers = manifest.getMainAttributes();
            headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
            headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
            headers.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
            ByteArrayOutputStream jar = new ByteArrayOutputStream();
            try {
                new JarOutputStream(jar, manifest).close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ByteArrayInputStream(jar.toByteArray());
        }
    }
}
