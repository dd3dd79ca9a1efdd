package io.anole.core.internal;

import io.anole.bus.Bus;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Shapes;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.provider.BusProvider;
import io.anole.core.ParticipantBus;
import io.anole.core.SwapGuard;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.safety.Safeties;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured bus. Waits for a provider of its kind; from then on the Bus service stays, whatever becomes of the
 * provider, and a change of the configuration moves the bus while it goes on. Every bundle gets a view of its own. Tells what
 * is missing, for whoever asks why the runtime is not ready.
 *
 * <p>All that changes the link holds this object's lock, for as long as it takes, bounded by the limits of a swap.
 */
@Component(service = {}, configurationPid = "io.anole.bus", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BusConfig.class, factory = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"io.anole.bus.Bus\"", uses = Bus.class)
public final class BusComponent {
    private static final Logger LOG = LoggerFactory.getLogger(BusComponent.class);

    private final BundleContext context;
    private final Hubs hubs;
    private final Safeties safeties;
    private final BusSettings settings;
    private final String name;
    private final boolean beside;
    private final Hub hub;
    private final ServiceRegistration<?> readiness;
    private final Providers providers;
    /** Had only while they are asked: what they need in turn is of no concern to a bus that starts. */
    @Reference(service = SwapGuard.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<ServiceReference<SwapGuard>> guards = List.of();
    /** One swap that is asked for at a time. */
    private final Semaphore asked = new Semaphore(1);
    /** What the bus is on, or is to be on as soon as there is a provider. Guarded by this object, as are the next two; anybody reads it. */
    private volatile Map<String, Object> properties;
    private String kind;
    private ServiceReference<BusProvider> current;
    /** The Bus service, once there is one. Guarded by this object. */
    private ServiceRegistration<?> service;
    private volatile String problem;
    /** What its configuration asks for and is not done, or can't be; null if nothing. Guarded by this object. */
    private Wish wish;

    private record Wish(String kind, Map<String, Object> properties) {
    }

    @Activate
    public BusComponent(BundleContext context, BusConfig config, Map<String, Object> properties, @Reference Shapes shapes,
            @Reference Hubs hubs, @Reference Safeties safeties, @Reference ConfigurationAdmin configurations) {
        this.context = context;
        this.hubs = hubs;
        this.safeties = safeties;
        this.properties = properties;
        name = name(config, properties);
        kind = kind(config);
        beside = config.beside();
        settings = new BusSettings(configurations, properties);
        problem = missing();
        hub = new Hub(checked(config), shapes, this::ask);
        safeties.add(name, hub.safety());
        readiness = context.registerService(Supplier.class, (Supplier<List<String>>) this::unsatisfied,
                dictionary(Map.of("anole.readiness", "contribution", Bus.NAME, name)));
        providers = new Providers(context);
        providers.open();
    }

    private static String kind(BusConfig config) {
        return config.provider() == null ? "" : config.provider().trim();
    }

    private String missing() {
        return kind.isEmpty() ? "its configuration names no provider, such as provider=local"
                : "there is no provider of kind '" + kind + "'; install it, as by 'anole feature install " + kind + "'";
    }

    private static String name(BusConfig config, Map<String, Object> properties) {
        if (!config.bus_name().isBlank()) {
            return config.bus_name().trim();
        }
        Object pid = properties.get("service.pid");
        String text = pid instanceof List<?> list ? list.get(0).toString() : String.valueOf(pid);
        return text.substring(text.indexOf('~') + 1);
    }

    private HubConfig checked(BusConfig config) {
        return new HubConfig(name, hubs.runtime(), kind(config),
                millis("request.timeout.ms", config.request_timeout_ms()), millis("block.timeout.ms", config.block_timeout_ms()),
                (int) within("publish.window", config.publish_window(), 0, 65_536),
                (int) within("service.depth", config.service_depth(), 1, 1 << 20),
                (int) within("threads", config.threads(), 0, 1024),
                (int) within("threads.max", config.threads_max(), 1, 4096), config.spin(),
                (int) within("announcements", config.announcements(), 0, 1 << 20), moving(config));
    }

    private HubConfig.Moving moving(BusConfig config) {
        return new HubConfig.Moving(millis("swap.open.ms", config.swap_open_ms()), millis("swap.drain.ms", config.swap_drain_ms()),
                millis("swap.linger.ms", config.swap_linger_ms()), millis("provider.wait.ms", config.provider_wait_ms()));
    }

    private Duration millis(String key, long value) {
        return Duration.ofMillis(within(key, value, 1, 3_600_000));
    }

    private long within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("bus '" + name + "': " + key + ": " + value + " is not within " + least
                    + " and " + most);
        }
        return value;
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> map) {
        return new Hashtable<>(map);
    }

    private List<String> unsatisfied() {
        String why = problem;
        if (why != null) {
            return List.of("bus '" + name + "': " + why);
        }
        return hub.link() == LinkState.UP ? List.of() : List.of("bus '" + name + "' is not connected: " + hub.detail());
    }

    /** Opens the first link, or the next one after the provider went away, or does what this provider was missing for. */
    private synchronized void found(ServiceReference<BusProvider> reference) {
        Object offered = reference.getProperty(BusProvider.KIND);
        if (wish != null && wish.kind().equals(offered)) {
            follow(wish);
        }
        if (current != null || !kind.equals(offered)) {
            return;
        }
        BusProvider provider = context.getService(reference);
        if (provider == null) {
            return;
        }
        try {
            hub.open(provider, kind, ofLink(properties, reference));
        } catch (RuntimeException e) {
            context.ungetService(reference);
            problem = "provider '" + kind + "' can't open it: " + e.getMessage();
            LOG.error("bus '{}': {}", name, problem);
            return;
        }
        current = reference;
        problem = null;
        if (wish != null) {
            follow(wish);
        }
        if (service == null) {
            offer();
        }
    }

    /** Whether a key can be had twice is for its provider to say, so not before that is there. */
    private Map<String, Object> ofLink(Map<String, Object> all, ServiceReference<BusProvider> provider) {
        Map<String, Object> own = BusSettings.ofProvider(all);
        if (beside) {
            own.keySet().removeAll(keys(provider.getProperty(BusProvider.EXCLUSIVE)));
        }
        return own;
    }

    /** One, an array or a collection, as service properties may be. */
    private static Collection<?> keys(Object property) {
        if (property instanceof Collection<?> several) {
            return several;
        }
        return property == null ? List.of() : property instanceof Object[] several ? List.of(several) : List.of(property);
    }

    private synchronized void gone(ServiceReference<BusProvider> reference) {
        if (!reference.equals(current)) {
            return;
        }
        current = null;
        problem = "the provider of kind '" + kind + "' went away; install it, as by 'anole feature install " + kind
                + "', or start its bundle";
        hub.suspend("its provider '" + kind + "' went away");
        context.ungetService(reference);
        providers.left(kind).ifPresent(this::found);
    }

    /** A change of the configuration: what concerns the link moves the bus; what concerns the hub holds from its next start. */
    @Modified
    void change(BusConfig config, Map<String, Object> changed) {
        Wish asked = new Wish(kind(config), changed);
        synchronized (this) {
            if (!asked.kind().equals(kind) || !BusSettings.ofProvider(changed).equals(BusSettings.ofProvider(properties))) {
                wish = asked;
                follow(asked);
            } else {
                // What it was asked for meanwhile nobody asks for any more.
                wish = null;
                if (current != null && service != null) {
                    problem = null;
                }
            }
        }
    }

    private void follow(Wish asked) {
        inBackground(() -> {
            synchronized (this) {
                if (wish != asked) {
                    return;
                }
                try {
                    SwapReport report = swap(asked.kind(), asked.properties(), "its configuration was changed");
                    if (report.outcome() == Outcome.ABORTED) {
                        stays(asked, "it stays where it is: " + report.reason());
                    }
                } catch (Conflict e) {
                    stays(asked, e.getMessage());
                } catch (RuntimeException e) {
                    stays(asked, e.getMessage() + "; it stays where it is");
                }
            }
        });
    }

    private void stays(Wish asked, String why) {
        problem = "its configuration asks for provider '" + asked.kind() + "', but " + why;
        LOG.error("bus '{}': {}", name, problem);
    }

    private CompletableFuture<SwapReport> ask(String to, Map<String, Object> own, String cause) {
        if (!asked.tryAcquire()) {
            return CompletableFuture.failedFuture(new Conflict("bus '" + name + "' is being swapped already"));
        }
        CompletableFuture<SwapReport> result = new CompletableFuture<>();
        inBackground(() -> {
            try {
                SwapReport report = swap(to, settings.with(to, own), cause);
                if (report.outcome() == Outcome.DONE) {
                    settings.keep(to, own);
                }
                result.complete(report);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            } finally {
                asked.release();
            }
        });
        return result;
    }

    private void inBackground(Runnable task) {
        Thread thread = new Thread(task, "bus-" + name + "-swap");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized SwapReport swap(String to, Map<String, Object> changed, String cause) {
        ServiceReference<BusProvider> reference = providers.ofKind(to).orElseThrow(() -> new Unsupported(
                "there is no provider of kind '" + to + "' for bus '" + name + "'; there are " + providers.kinds()));
        checkGuards(to, changed);
        BusProvider provider = context.getService(reference);
        if (provider == null) {
            throw new Unsupported("the provider of kind '" + to + "' can't be had; see 'anole doctor'");
        }
        SwapReport report;
        try {
            report = hub.swap(provider, to, ofLink(changed, reference), cause);
        } catch (RuntimeException e) {
            context.ungetService(reference);
            throw e;
        }
        if (report.outcome() == Outcome.ABORTED) {
            context.ungetService(reference);
            LOG.warn("bus '{}': stays on '{}', can't be moved to '{}': {}", name, report.from(), to, report.reason());
            return report;
        }
        if (current != null) {
            context.ungetService(current);
        }
        current = reference;
        kind = to;
        properties = changed;
        wish = null;
        problem = null;
        if (service == null) {
            offer();
        } else {
            service.setProperties(offered());
        }
        LOG.info("bus '{}': moved from '{}' to '{}' ({}), publishers held back for {} ms", name, report.from(), to, cause,
                report.blackout().toMillis());
        return report;
    }

    /** @throws Conflict if somebody would be left behind */
    private void checkGuards(String to, Map<String, Object> changed) {
        Map<String, Object> link = BusSettings.configured(changed);
        link.put("provider", to);
        String why = guards.stream().flatMap(guard -> refusal(guard, Map.copyOf(link)).stream()).collect(Collectors.joining("; "));
        if (!why.isEmpty()) {
            throw new Conflict("bus '" + name + "' stays on '" + kind + "': " + why);
        }
    }

    private Optional<String> refusal(ServiceReference<SwapGuard> reference, Map<String, Object> link) {
        SwapGuard guard = context.getService(reference);
        if (guard == null) {
            return Optional.empty();
        }
        try {
            return Objects.requireNonNull(guard.refusal(name, link));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("bus '{}': whether it may be moved is not told by {}, and so that does not keep it", name,
                    guard.getClass().getName(), e);
            return Optional.empty();
        } finally {
            context.ungetService(reference);
        }
    }

    private void offer() {
        if (!hubs.add(name, hub, () -> BusSettings.configured(properties))) {
            problem = "another configuration has this name already; give " + properties.get("service.pid") + " another bus.name";
            LOG.error("bus '{}': {}", name, problem);
            return;
        }
        service = context.registerService(Bus.class.getName(), new Views(), offered());
    }

    private Dictionary<String, Object> offered() {
        return dictionary(Map.of(Bus.NAME, name, BusProvider.KIND, kind));
    }

    @Deactivate
    void close() {
        providers.close();
        readiness.unregister();
        ServiceRegistration<?> last;
        synchronized (this) {
            last = service;
            service = null;
        }
        hubs.remove(name, hub);
        safeties.remove(name, hub.safety());
        if (last != null) {
            last.unregister();
        }
        hub.close();
    }

    /** Gives each bundle a view in its own name, closed when the bundle lets go of the service. */
    private final class Views implements ServiceFactory<ParticipantBus> {
        @Override
        public ParticipantBus getService(Bundle bundle, ServiceRegistration<ParticipantBus> registration) {
            return hub.view(bundle.getSymbolicName(), null);
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<ParticipantBus> registration, ParticipantBus view) {
            view.close();
        }
    }

    /** Follows the providers there are, without making use of those that are not needed. */
    private final class Providers extends ServiceTracker<BusProvider, ServiceReference<BusProvider>> {
        Providers(BundleContext context) {
            super(context, BusProvider.class, null);
        }

        /** One that is left when another goes; none once this is closed. */
        Optional<ServiceReference<BusProvider>> left(String wanted) {
            return Stream.ofNullable(getServiceReferences()).flatMap(Arrays::stream)
                    .filter(reference -> wanted.equals(reference.getProperty(BusProvider.KIND))).max(Comparator.naturalOrder());
        }

        /** One to move to: also one that has just come, which this does not track before it is {@link #found}. */
        Optional<ServiceReference<BusProvider>> ofKind(String wanted) {
            return all().filter(reference -> wanted.equals(reference.getProperty(BusProvider.KIND))).max(Comparator.naturalOrder());
        }

        Set<String> kinds() {
            return all().map(reference -> String.valueOf(reference.getProperty(BusProvider.KIND)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private Stream<ServiceReference<BusProvider>> all() {
            try {
                return context.getServiceReferences(BusProvider.class, null).stream();
            } catch (InvalidSyntaxException e) {
                throw new IllegalStateException("no filter was given", e);
            }
        }

        @Override
        public ServiceReference<BusProvider> addingService(ServiceReference<BusProvider> reference) {
            found(reference);
            return reference;
        }

        @Override
        public void removedService(ServiceReference<BusProvider> reference, ServiceReference<BusProvider> same) {
            gone(reference);
        }
    }
}
