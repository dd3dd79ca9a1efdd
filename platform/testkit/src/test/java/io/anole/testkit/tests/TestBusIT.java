package io.anole.testkit.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Publisher;
import io.anole.testkit.AnoleExtension;
import io.anole.testkit.TestBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Buses for one test come and go as promised. */
class TestBusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<String> OPENED = new ArrayList<>();

    @InjectBundleContext
    BundleContext context;

    @InjectService
    ConfigurationAdmin configurations;

    @RegisterExtension
    final AnoleExtension anole = new AnoleExtension();

    private boolean exists(String bus) throws InvalidSyntaxException {
        return !context.getServiceReferences(Bus.class, "(bus.name=" + bus + ")").isEmpty();
    }

    /** PY-19. */
    @Test
    void nothing_is_left_after_the_block_even_if_its_body_throws() throws Exception {
        TestBus[] seen = new TestBus[1];
        int bundles = context.getBundles().length;

        assertThatThrownBy(() -> {
            try (TestBus bus = TestBus.open(context, "local", Map.of(), PATIENCE)) {
                seen[0] = bus;
                bus.participant();
                assertThat(exists(bus.name())).isTrue();
                throw new IllegalStateException("the body failed");
            }
        }).isInstanceOf(IllegalStateException.class).hasMessage("the body failed");

        assertThat(exists(seen[0].name())).isFalse();
        assertThat(configurations.listConfigurations("(bus.name=" + seen[0].name() + ")")).isNull();
        assertThat(context.getBundles()).hasSize(bundles);
        assertThat(Arrays.stream(context.getBundles()).map(b -> b.getSymbolicName()))
                .noneMatch(name -> name.startsWith(seen[0].name()));
    }

    /** PY-18. */
    @Test
    void the_same_name_can_be_opened_again_and_again() {
        for (int i = 0; i < 20; i++) {
            try (TestBus bus = TestBus.open(context, "local", Map.of(Bus.NAME, "again"), PATIENCE)) {
                assertThat(bus.bus().name()).isEqualTo("again");
            }
        }
    }

    /** PY-17. */
    @Test
    void what_is_under_way_when_the_bus_goes_is_told() throws Exception {
        CompletableFuture<Integer> call;
        Publisher<Integer> publisher;
        try (TestBus bus = TestBus.open(context, "local", Map.of(), PATIENCE)) {
            Bus server = bus.participant().bus();
            server.serve("/a", Integer.class, Integer.class, (body, request) -> new CompletableFuture<>()).ready()
                    .toCompletableFuture().get(10, TimeUnit.SECONDS);
            publisher = bus.bus().publisher("/b", Integer.class);
            call = bus.bus().caller("/a", Integer.class, Integer.class).call(1, Duration.ofMinutes(30));
        }

        assertThat(call).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(BusException.class);
        assertThat(publisher.publish(1).toCompletableFuture()).failsWithin(PATIENCE).withThrowableThat()
                .withCauseInstanceOf(BusException.Closed.class);
    }

    @Test
    void a_provider_that_is_not_there_is_named() {
        assertThatThrownBy(() -> TestBus.open(context, "carrier-pigeon", Map.of(), Duration.ofMillis(200)))
                .hasMessageContaining("carrier-pigeon");
    }

    @Test
    void the_extension_opens_buses_for_a_test() throws Exception {
        TestBus one = anole.open("local");
        TestBus two = anole.open("local", Map.of(Bus.NAME, "two"));

        assertThat(exists(one.name())).isTrue();
        assertThat(two.bus().name()).isEqualTo("two");
        OPENED.add(one.name());
        OPENED.add(two.name());
    }

    @AfterAll
    static void the_extension_has_closed_them(@InjectBundleContext BundleContext context) throws Exception {
        assertThat(OPENED).hasSize(2);
        for (String bus : OPENED) {
            assertThat(context.getServiceReferences(Bus.class, "(bus.name=" + bus + ")")).as(bus).isEmpty();
        }
    }

    @Test
    void closing_twice_is_harmless() throws Exception {
        TestBus bus = anole.open("local");
        bus.close();
        bus.close();

        assertThat(exists(bus.name())).isFalse();
    }
}
