package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.SwapReport;
import io.anole.bus.SwapReport.Outcome;
import io.anole.bus.provider.BusProvider;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * G14 of the design: under load a bus is moved between each pair of systems, back and forth, and the bundle of its provider is
 * updated, and of what was published RELIABLE nothing is lost, doubled or out of order, by source and sequence at the
 * receiver. Run as {@link ProviderContract}; with {@code -Danole.soak=true} it swaps 100 times a pair, and 10 times else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SwapContract {
    private static final Logger LOG = LoggerFactory.getLogger(SwapContract.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SWAPS = Boolean.getBoolean("anole.soak") ? 100 : 10;

    /**
     * A system that a bus can be on.
     *
     * @param name       for reports
     * @param provider   the kind of provider
     * @param properties the provider's own keys
     * @param rate       messages per second that it carries with ease
     */
    public record Place(String name, String provider, Map<String, Object> properties, int rate) {
        /** The system inside the JVM. */
        public static final Place LOCAL = new Place("local", "local", Map.of(), 20_000);
    }

    /** Where the bus is moved to and from; asked after {@link #startSystems}. */
    protected abstract List<Place> places();

    /** Starts the systems, before anything else. */
    protected void startSystems() throws Exception {
        // most systems are there already
    }

    /** Stops the systems, after everything else. */
    protected void stopSystems() throws Exception {
        // most systems stay
    }

    @BeforeAll
    final void prepare() throws Exception {
        startSystems();
    }

    @AfterAll
    final void finish() throws Exception {
        stopSystems();
    }

    private BundleContext context() {
        return FrameworkUtil.getBundle(getClass()).getBundleContext();
    }

    /** G14 */
    @TestFactory
    final Stream<DynamicTest> a_swap_under_load_loses_doubles_and_reorders_nothing() {
        List<DynamicTest> all = new ArrayList<>();
        List<Place> places = places();
        for (int i = 0; i < places.size(); i++) {
            for (int j = i; j < places.size(); j++) {
                Place one = places.get(i);
                Place other = places.get(j);
                all.add(DynamicTest.dynamicTest(one.name() + " and " + other.name(), () -> swap(one, other)));
            }
        }
        return all.stream();
    }

    private void swap(Place one, Place other) throws Exception {
        try (TestBus bus = TestBus.open(context(), one.provider(), one.properties(), PATIENCE);
                Flood flood = new Flood(bus.bus(), Math.min(one.rate(), other.rate()), PATIENCE)) {
            Stalls there = new Stalls();
            Stalls back = new Stalls();
            for (int i = 0; i < SWAPS; i++) {
                Place to = i % 2 == 0 ? other : one;
                flood.awaitProgress();
                flood.longestStall();
                SwapReport report = bus.bus().swap(to.provider(), to.properties()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.DONE);
                assertThat(report.lost()).isZero();
                flood.awaitProgress();
                (i % 2 == 0 ? there : back).add(flood.longestStall());
            }
            flood.end();
            LOG.info("{} swaps under {} messages/s: {} to {}: longest stall {}; back: {}", SWAPS, flood.rate(), one.name(),
                    other.name(), there, back);
        }
    }

    /** G14, G11: the provider's bundle is replaced while the bus is in use. */
    @TestFactory
    final Stream<DynamicTest> an_update_of_the_provider_under_load_loses_doubles_and_reorders_nothing() {
        return places().stream().map(place -> DynamicTest.dynamicTest(place.name(), () -> update(place)));
    }

    private void update(Place place) throws Exception {
        try (TestBus bus = TestBus.open(context(), place.provider(), place.properties(), PATIENCE);
                Flood flood = new Flood(bus.bus(), place.rate(), PATIENCE)) {
            Bundle bundle = provider(place.provider());
            Stalls stalls = new Stalls();
            for (int i = 0; i < SWAPS; i++) {
                flood.awaitProgress();
                flood.longestStall();
                bundle.update();
                flood.awaitProgress();
                stalls.add(flood.longestStall());
            }
            flood.end();
            LOG.info("{} updates of {} under {} messages/s: longest stall {}", SWAPS, bundle.getSymbolicName(), flood.rate(),
                    stalls);
        }
    }

    private Bundle provider(String kind) throws Exception {
        List<ServiceReference<BusProvider>> found = List.copyOf(
                context().getServiceReferences(BusProvider.class, "(" + BusProvider.KIND + "=" + kind + ")"));
        assertThat(found).as("providers of kind '%s'", kind).isNotEmpty();
        return found.get(0).getBundle();
    }
}
