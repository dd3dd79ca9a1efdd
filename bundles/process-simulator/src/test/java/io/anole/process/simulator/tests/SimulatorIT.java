package io.anole.process.simulator.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.Caller;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.types.geometry.Twist;
import io.anole.types.nav.Odometry;
import io.anole.types.sensor.BatteryState;
import io.anole.types.sensor.LaserScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;

/** The simulated robot on a real bus, run by the supervisor: what others hear of it, and what it obeys. */
class SimulatorIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private final List<Registration> registrations = new ArrayList<>();
    private final AtomicReference<Odometry> odometry = new AtomicReference<>();
    private final AtomicInteger odometries = new AtomicInteger();
    private Bus bus;
    private Publisher<Twist> command;

    @BeforeEach
    void start(@InjectService ConfigurationAdmin configurations,
            @InjectService(filter = "(bus.name=main)", cardinality = 0) ServiceAware<Bus> buses,
            @InjectService Supervisor supervisor) throws Exception {
        configurations.getFactoryConfiguration("io.anole.bus", "main", "?")
                .updateIfDifferent(new Hashtable<>(Map.of("provider", "local")));
        bus = buses.waitForService(SOON.toMillis());
        await().atMost(SOON).until(() -> supervisor.process("simulator").isPresent());
        supervisor.restart("simulator").get(10, TimeUnit.SECONDS);
        assertThat(supervisor.process("simulator").orElseThrow().state()).isEqualTo(State.ACTIVE);
        command = bus.publisher("/cmd_vel", Twist.class, Qos.COMMAND);
        registrations.add(bus.subscribe("/odom", Odometry.class, Qos.SENSOR_DATA, (body, message) -> {
            odometry.set(body);
            odometries.incrementAndGet();
        }));
        await().atMost(SOON).until(() -> odometry.get() != null);
    }

    @AfterEach
    void close() {
        registrations.forEach(Registration::close);
        command.close();
    }

    private double x() {
        return odometry.get().pose().pose().position().x();
    }

    private double speed() {
        return odometry.get().twist().twist().linear().x();
    }

    private void stands() {
        await().atMost(SOON).during(Duration.ofMillis(300)).until(() -> speed() == 0);
    }

    @Test
    void readingsComeAtTheirRates() throws Exception {
        List<LaserScan> scans = new CopyOnWriteArrayList<>();
        List<BatteryState> batteries = new CopyOnWriteArrayList<>();
        Registration scan = bus.subscribe("/scan", LaserScan.class, Qos.DEFAULT, (body, message) -> scans.add(body));
        Registration battery =
                bus.subscribe("/battery", BatteryState.class, Qos.DEFAULT, (body, message) -> batteries.add(body));
        registrations.addAll(List.of(scan, battery));
        scan.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
        battery.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
        int before = odometries.get();
        await().atMost(SOON).until(() -> scans.size() >= 20);
        // 20 scans are two seconds, and a busy machine may skip cycles.
        assertThat(odometries.get() - before).isBetween(40, 120);
        assertThat(batteries.size()).isBetween(1, 3);
        LaserScan last = scans.get(scans.size() - 1);
        assertThat(last.ranges()).hasSize(360);
        assertThat(last.ranges()[180]).as("ahead, through the door, to the far wall").isEqualTo(7, within(0.1f));
        assertThat(last.angle_min() + 359 * last.angle_increment()).isEqualTo(last.angle_max(), within(1e-3f));
        assertThat(batteries.get(0).percentage()).isBetween(0.99f, 1f);
    }

    @Test
    void itObeysAndStopsWhenThereIsSilence() {
        double start = x();
        await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            command.publish(Twist.of(0.5, 0));
            return speed() > 0.45 && x() > start + 0.2;
        });
        stands();
        double end = x();
        assertThat(end).isGreaterThan(start);
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> x() == end);
    }

    @Test
    void nonsenseStopsItAndChangesNothingElse() {
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            command.publish(Twist.of(0.5, 0));
            return speed() > 0.4;
        });
        for (double nonsense : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e300, 5000}) {
            command.publish(Twist.of(nonsense, 0));
            command.publish(Twist.of(0.5, nonsense));
        }
        stands();
        assertThat(x()).isBetween(0.5, 4.0);
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            command.publish(Twist.of(0.5, 0));
            return speed() > 0.4;
        });
        stands();
    }

    @Test
    void aCommandBeyondItsLimitsIsCut() {
        double[] fastest = {0};
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            command.publish(Twist.of(50, 0));
            fastest[0] = Math.max(fastest[0], speed());
            return fastest[0] > 0.95;
        });
        assertThat(fastest[0]).isLessThanOrEqualTo(1 + 1e-9);
        stands();
    }

    @Test
    void resetPutsItBack() throws Exception {
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            command.publish(Twist.of(0.5, 0.5));
            return x() > 1.2;
        });
        try (Caller<Object, Object> reset = bus.caller("/simulator/reset", Object.class, Object.class)) {
            assertThat(reset.call(Map.of()).get(10, TimeUnit.SECONDS)).asInstanceOf(
                    InstanceOfAssertFactories.MAP).containsEntry("success", true);
        }
        await().atMost(SOON).until(() -> x() == 1.0 && speed() == 0);
    }

    @Test
    void lateComersAreToldTheWorld() throws Exception {
        CompletableFuture<Object> world = new CompletableFuture<>();
        registrations.add(bus.subscribe("/world", Object.class,
                Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL), (body, message) -> world.complete(body)));
        assertThat(world.get(10, TimeUnit.SECONDS)).asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("radius", 0.18)
                .extractingByKey("walls").asInstanceOf(InstanceOfAssertFactories.LIST).hasSizeGreaterThan(10);
    }
}
