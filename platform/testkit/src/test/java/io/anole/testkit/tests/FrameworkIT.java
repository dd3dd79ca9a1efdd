package io.anole.testkit.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;
import org.slf4j.LoggerFactory;

/** The tests really run inside a framework, against the built bundles, with what framework.bndrun promises. */
class FrameworkIT {
    @Test
    void the_bus_interfaces_come_from_their_bundle() {
        Bundle bus = FrameworkUtil.getBundle(Bus.class);

        assertThat(bus.getSymbolicName()).isEqualTo("io.anole.bus");
        assertThat(bus.adapt(BundleWiring.class).getCapabilities("osgi.wiring.package"))
                .extracting(c -> c.getAttributes().get("osgi.wiring.package"))
                .contains("io.anole.bus", "io.anole.bus.provider");
    }

    @Test
    void configurations_reach_services(@InjectService ConfigurationAdmin configurations) throws Exception {
        var configuration = configurations.getFactoryConfiguration("nobody", "one", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("depth", 1)));
        await().atMost(Duration.ofSeconds(5)).untilAsserted(
                () -> assertThat(configurations.listConfigurations("(service.factoryPid=nobody)")).hasSize(1));
        configuration.delete();
    }

    @Test
    void logs_go_to_logback_outside_the_bundles() {
        assertThat(LoggerFactory.getILoggerFactory().getClass().getName()).startsWith("ch.qos.logback");
        assertThat(FrameworkUtil.getBundle(LoggerFactory.class)).isNull();
    }
}
