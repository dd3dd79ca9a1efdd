package io.anole.testkit.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.BusException.Conflict;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Publisher;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.LinkListener;
import io.anole.core.Links;
import io.anole.core.SwapGuard;
import io.anole.testkit.AnoleExtension;
import io.anole.testkit.TestBus;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What becomes of a configured bus while its provider comes and goes. */
class BusComponentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @InjectBundleContext
    BundleContext context;

    @InjectService
    ConfigurationAdmin configurations;

    @RegisterExtension
    final AnoleExtension anole = new AnoleExtension();

    private List<String> lacking(String bus) throws Exception {
        ServiceReference<?> reference = context
                .getServiceReferences(Supplier.class, "(&(anole.readiness=contribution)(bus.name=" + bus + "))").iterator()
                .next();
        return ((List<?>) ((Supplier<?>) context.getService(reference)).get()).stream().map(Object::toString).toList();
    }

    /** G11: the service stays, and what was opened on it goes on when the provider is back. */
    @Test
    void the_bus_outlives_its_provider() throws Exception {
        Bus bus = anole.open("local").bus();
        ServiceReference<?> service = context.getServiceReferences(Bus.class, "(bus.name=" + bus.name() + ")").iterator().next();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/n", Integer.class, heard::add);
        assertThat(lacking(bus.name())).isEmpty();
        Bundle provider = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("io.anole.provider.local")).findFirst().orElseThrow();
        provider.stop();
        try {
            assertThatThrownBy(() -> publisher.publish(1).toCompletableFuture().join()).hasCauseInstanceOf(LinkLost.class);
            assertThat(lacking(bus.name())).containsExactly(
                    "bus '" + bus.name() + "': the provider of kind 'local' went away; install it, as by "
                            + "'anole feature install local', or start its bundle");
        } finally {
            provider.start();
        }
        await().atMost(PATIENCE).until(() -> lacking(bus.name()).isEmpty());
        publisher.publish(2).toCompletableFuture().join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(service.getBundle()).isNotNull();
    }

    /** A bus whose provider isn't there is no service, and says what is missing. */
    @Test
    void a_missing_provider_is_told() throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "lonely", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "telepathy")));
        try {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(lacking("lonely"))
                    .containsExactly("bus 'lonely': there is no provider of kind 'telepathy'; install it, as by "
                            + "'anole feature install telepathy'"));
            assertThat(context.getServiceReferences(Bus.class, "(bus.name=lonely)")).isEmpty();
        } finally {
            configuration.delete();
        }
    }

    @Test
    void how_a_bus_is_linked_is_told_not_what_its_configuration_asks_for(@InjectService Links links) throws Exception {
        assertThat(links.of("wishful")).isEmpty();
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "wishful", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "threads", 2, "its.own", "first")));
        try {
            await().atMost(PATIENCE).until(() -> links.of("wishful").isPresent());
            assertThat(links.of("wishful").orElseThrow()).containsEntry("provider", "local").containsEntry("threads", 2)
                    .containsEntry("its.own", "first").allSatisfy((key, value) -> assertThat(key).doesNotStartWith("service.")
                            .doesNotStartWith("component."));
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "telepathy", "its.own", "second")));
            await().atMost(PATIENCE).until(() -> !lacking("wishful").isEmpty());
            assertThat(links.of("wishful").orElseThrow()).containsEntry("provider", "local").containsEntry("its.own", "first");
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", "third")));
            await().atMost(PATIENCE).until(() -> links.of("wishful").orElseThrow().get("its.own").equals("third"));
        } finally {
            configuration.delete();
        }
        await().atMost(PATIENCE).until(() -> links.of("wishful").isEmpty());
    }

    /** A bus beside another of its configuration, as that of a child JVM, is without what its provider says belongs to one link. */
    @Test
    void a_bus_beside_another_leaves_out_what_is_exclusive_and_a_swap_does_too() throws Exception {
        Map<String, Object> full = Map.of("id", "only", "door", 4711, "url", "somewhere");
        for (Object exclusive : List.of(new String[] {"id", "door"}, List.of("id", "door"))) {
            BlockingQueue<Map<String, Object>> opened = new LinkedBlockingQueue<>();
            ServiceRegistration<?> provider = witness(opened, exclusive);
            Map<String, Object> beside = new HashMap<>(full);
            beside.put("beside", true);
            try (TestBus first = anole.open("witness", full)) {
                assertThat(opened.poll(10, TimeUnit.SECONDS)).isEqualTo(full);
                try (TestBus second = anole.open("witness", beside)) {
                    assertThat(opened.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("url", "somewhere"));
                    second.bus().swap("witness", Map.of("id", "only", "url", "elsewhere")).get(10, TimeUnit.SECONDS);
                    assertThat(opened.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("url", "elsewhere"));
                }
                assertThat(first.bus().statistics().provider()).isEqualTo("witness");
            } finally {
                provider.unregister();
            }
        }
    }

    /** The bus with it, which would else make use of what the next test has. */
    private static void delete(Configuration configuration, String bus, Links links) throws IOException {
        configuration.delete();
        await().atMost(PATIENCE).until(() -> links.of(bus).isEmpty());
    }

    private ServiceRegistration<?> guard(SwapGuard guard) {
        return context.registerService(SwapGuard.class, guard, null);
    }

    @Test
    void a_bus_that_would_leave_somebody_behind_stays_and_nothing_is_opened() throws Exception {
        BlockingQueue<Map<String, Object>> opened = new LinkedBlockingQueue<>();
        BlockingQueue<Map<String, Object>> asked = new LinkedBlockingQueue<>();
        ServiceRegistration<?> provider = witness(opened, "id");
        try (TestBus bus = anole.open("local")) {
            String name = bus.bus().name();
            ServiceRegistration<?> guard = guard((of, link) -> {
                asked.add(link);
                return of.equals(name) ? Optional.of("the arm is in another room: wait for it") : Optional.empty();
            });
            try {
                assertThatThrownBy(() -> bus.bus().swap("witness", Map.of("url", "elsewhere")).get(10, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(Conflict.class)
                        .hasRootCauseMessage("bus '" + name + "' stays on 'local': the arm is in another room: wait for it");
                assertThat(asked.poll(10, TimeUnit.SECONDS)).containsEntry("provider", "witness").containsEntry("url", "elsewhere");
                assertThat(opened).isEmpty();
                assertThat(bus.bus().swaps()).isEmpty();
                assertThat(bus.bus().statistics().provider()).isEqualTo("local");
            } finally {
                guard.unregister();
            }
            bus.bus().swap("witness", Map.of("url", "elsewhere")).get(10, TimeUnit.SECONDS);
            assertThat(opened.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("url", "elsewhere"));
            assertThat(bus.bus().statistics().provider()).isEqualTo("witness");
        } finally {
            provider.unregister();
        }
    }

    @Test
    void a_configuration_that_would_leave_somebody_behind_moves_nothing_and_that_is_told(@InjectService Links links) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "held", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", "first")));
        ServiceRegistration<?> guard = guard((bus, link) ->
                bus.equals("held") ? Optional.of("the arm could not follow to its " + link.get("its.own")) : Optional.empty());
        try {
            await().atMost(PATIENCE).until(() -> links.of("held").isPresent());
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", "second")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("held")).containsExactly("bus 'held': its configuration asks "
                    + "for provider 'local', but bus 'held' stays on 'local': the arm could not follow to its second"));
            assertThat(links.of("held").orElseThrow()).containsEntry("its.own", "first");

            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", "first")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("held")).isEmpty());
        } finally {
            guard.unregister();
            configuration.delete();
        }
    }

    /** Or nobody would know before the next start, which would be there. */
    @Test
    void a_configuration_that_leads_nowhere_moves_nothing_and_that_is_told(@InjectService Links links) throws Exception {
        BusProvider local = context.getService(context.getServiceReferences(BusProvider.class, "(bus.provider=local)").iterator().next());
        BusProvider pigeons = (config, listener) -> {
            listener.down("no pigeon came back");
            return local.open(config, new LinkListener() {
                @Override
                public void up(String to) {
                    // It never is.
                }

                @Override
                public void down(String reason) {
                    listener.down(reason);
                }

                @Override
                public void dropped(Drop reason, long count) {
                    listener.dropped(reason, count);
                }
            });
        };
        ServiceRegistration<?> provider = context.registerService(BusProvider.class, pigeons,
                FrameworkUtil.asDictionary(Map.of(BusProvider.KIND, "pigeon")));
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "lost", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "swap.open.ms", 100L)));
        try {
            await().atMost(PATIENCE).until(() -> links.of("lost").isPresent());
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "pigeon", "swap.open.ms", 100L)));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("lost")).singleElement().asString()
                    .startsWith("bus 'lost': its configuration asks for provider 'pigeon', but it stays where it is: ")
                    .contains("no pigeon came back"));
            assertThat(links.of("lost").orElseThrow()).containsEntry("provider", "local");

            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "swap.open.ms", 100L)));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("lost")).isEmpty());
        } finally {
            delete(configuration, "lost", links);
            provider.unregister();
        }
    }

    /** Whoever configures a bus before its provider is installed need not do it twice. */
    @Test
    void a_configuration_that_waits_for_its_provider_is_followed_when_that_comes(@InjectService Links links) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "early", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local")));
        ServiceRegistration<?> provider = null;
        try {
            await().atMost(PATIENCE).until(() -> links.of("early").isPresent());
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "witness", "url", "somewhere")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("early")).singleElement().asString()
                    .startsWith("bus 'early': its configuration asks for provider 'witness', but there is no provider of kind 'witness'"));
            BlockingQueue<Map<String, Object>> opened = new LinkedBlockingQueue<>();
            provider = witness(opened, "id");
            assertThat(opened.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("url", "somewhere"));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("early")).isEmpty());
            assertThat(links.of("early").orElseThrow()).containsEntry("provider", "witness").containsEntry("url", "somewhere");
        } finally {
            delete(configuration, "early", links);
            if (provider != null) {
                provider.unregister();
            }
        }
    }

    @Test
    void of_many_configurations_in_a_row_the_last_is_followed(@InjectService Links links) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "restless", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", 0)));
        try (Told told = new Told()) {
            await().atMost(PATIENCE).until(() -> links.of("restless").isPresent());
            for (int round = 1; round <= 10; round++) {
                for (int i = 1; i <= 20; i++) {
                    configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "local", "its.own", 100 * round + i)));
                    told.await();
                }
                int last = 100 * round + 20;
                await().atMost(PATIENCE).until(() -> Integer.valueOf(last).equals(links.of("restless").orElseThrow().get("its.own")));
                // It is there to stay: what came before is not done afterwards.
                await().during(Duration.ofMillis(100)).atMost(PATIENCE)
                        .until(() -> Integer.valueOf(last).equals(links.of("restless").orElseThrow().get("its.own")));
            }
            assertThat(lacking("restless")).isEmpty();
        } finally {
            delete(configuration, "restless", links);
        }
    }

    /**
     * That all have been told what was configured so far, since one thread tells it in order. Felix SCR reads the properties of a
     * configuration before it reads how often that was changed, so an update in between is lost: the next has to wait.
     */
    private final class Told implements ConfigurationListener, AutoCloseable {
        private final Configuration marker = configurations.getConfiguration("io.anole.testkit.told", "?");
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final ServiceRegistration<?> registration = context.registerService(ConfigurationListener.class, this, null);
        private int number;

        Told() throws IOException {
        }

        @Override
        public void configurationEvent(ConfigurationEvent event) {
            if (event.getPid().equals(marker.getPid())) {
                events.add(event.getPid());
            }
        }

        void await() throws Exception {
            marker.update(FrameworkUtil.asDictionary(Map.of("number", ++number)));
            assertThat(events.poll(10, TimeUnit.SECONDS)).isNotNull();
        }

        @Override
        public void close() throws IOException {
            registration.unregister();
            marker.delete();
        }
    }

    @Test
    void a_bus_that_waits_for_one_provider_may_be_told_to_wait_for_another(@InjectService Links links) throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", "patient", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "telepathy")));
        ServiceRegistration<?> provider = null;
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> !lacking("patient").isEmpty());
            configuration.update(FrameworkUtil.asDictionary(Map.of("provider", "witness", "url", "somewhere")));
            await().atMost(PATIENCE).until(() -> lacking("patient").toString().contains("'witness'"));
            provider = witness(new LinkedBlockingQueue<>(), "id");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lacking("patient")).isEmpty());
            assertThat(links.of("patient").orElseThrow()).containsEntry("provider", "witness").containsEntry("url", "somewhere");
        } finally {
            delete(configuration, "patient", links);
            if (provider != null) {
                provider.unregister();
            }
        }
    }

    /** It may be a way out of trouble. */
    @Test
    void a_guard_that_is_broken_keeps_no_bus() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        ServiceRegistration<?> guard = guard((bus, link) -> {
            asked.add(bus);
            throw new IllegalStateException("no idea");
        });
        try (TestBus bus = anole.open("local")) {
            bus.bus().swap("local", Map.of()).get(10, TimeUnit.SECONDS);
            assertThat(asked).contains(bus.bus().name());
            assertThat(bus.bus().swaps()).hasSize(1);
        } finally {
            guard.unregister();
        }
    }

    /** The local provider, under another name; tells what links are opened with. */
    private ServiceRegistration<?> witness(BlockingQueue<Map<String, Object>> opened, Object exclusive) throws Exception {
        BusProvider local = context.getService(context.getServiceReferences(BusProvider.class, "(bus.provider=local)").iterator().next());
        BusProvider witness = (config, listener) -> {
            opened.add(config.properties());
            return local.open(config, listener);
        };
        return context.registerService(BusProvider.class, witness,
                FrameworkUtil.asDictionary(Map.of(BusProvider.KIND, "witness", BusProvider.EXCLUSIVE, exclusive)));
    }
}
