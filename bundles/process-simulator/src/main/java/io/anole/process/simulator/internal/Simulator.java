package io.anole.process.simulator.internal;

import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.process.Frequency;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import io.anole.types.geometry.Twist;
import io.anole.types.nav.Odometry;
import io.anole.types.sensor.BatteryState;
import io.anole.types.sensor.LaserScan;
import io.anole.types.std.Header;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the {@link Simulation} on the bus, in real time: publishes {@code /odom} in each cycle, {@code /scan} ten times and
 * {@code /battery} once a second, obeys {@code /cmd_vel} and stops by itself when commands stop, as a robot's base must.
 * Readings go out as sensor data, so that a slow listener can't hold the robot back.
 *
 * <p>Everything runs on the process's thread.
 */
@Component(service = ManagedProcess.class, configurationPid = "io.anole.process.simulator")
@Designate(ocd = SimulatorConfig.class)
@ProcessName("simulator")
@Frequency(hz = 50)
public final class Simulator implements ManagedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
    /** What no ground robot is ever told in earnest, m/s and rad/s; beyond it a command is an error, not a wish. */
    private static final double ABSURD = 1000;
    private static final long SCAN_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BATTERY_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long COMPLAIN_EVERY = TimeUnit.SECONDS.toNanos(5);
    /** Time a late cycle makes up; what is beyond is left out, and the robot stops. */
    private static final long MOST_AT_ONCE = TimeUnit.MILLISECONDS.toNanos(250);

    private final Mailbox mail;
    private final Simulation simulation;
    private final Publisher<Odometry> odometry;
    private final Publisher<LaserScan> scan;
    private final Publisher<BatteryState> battery;

    private long clock = System.nanoTime();
    private long nextScan;
    private long nextBattery;
    private long refused;
    private long complained = clock - COMPLAIN_EVERY;

    @Activate
    public Simulator(@Reference Mailboxes boxes, SimulatorConfig config) {
        simulation = simulation(config);
        mail = boxes.open("simulator");
        odometry = mail.publisher("/odom", Odometry.class, Qos.SENSOR_DATA);
        scan = mail.publisher("/scan", LaserScan.class, Qos.SENSOR_DATA);
        battery = mail.publisher("/battery", BatteryState.class, Qos.SENSOR_DATA);
        Qos kept = Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);
        mail.publisher("/world", Object.class, kept).publish(describe(simulation));
        mail.subscribe("/cmd_vel", Twist.class, Qos.COMMAND, this::command);
        mail.serve("/simulator/reset", Object.class, Object.class, (body, request) -> reset());
    }

    private static Simulation simulation(SimulatorConfig config) {
        long timeout = config.command_timeout_ms();
        if (timeout < 50 || timeout > 60_000) {
            throw new IllegalArgumentException("command.timeout.ms=" + timeout + " is not within 50 and 60000");
        }
        World world = World.of(config.walls());
        Limits limits = new Limits(config.max_speed(), config.max_turn(), config.acceleration(), config.braking(),
                config.turn_acceleration());
        Lidar lidar = new Lidar(world, config.scan_rays(), 0.05, config.scan_range(), config.scan_noise(),
                config.seed());
        return new Simulation(world, limits, config.robot_radius(),
                new Pose(config.start_x(), config.start_y(), config.start_heading()), config.battery_minutes(),
                TimeUnit.MILLISECONDS.toNanos(timeout), lidar);
    }

    /** The walls and the robot's size, for whoever draws them. */
    private static Map<String, Object> describe(Simulation simulation) {
        List<double[]> walls = simulation.world().walls().stream()
                .map(wall -> new double[] {wall.x1(), wall.y1(), wall.x2(), wall.y2()})
                .toList();
        return Map.of("walls", walls, "radius", simulation.radius());
    }

    private void command(Twist twist, Message message) {
        String wrong = wrong(twist);
        if (wrong.isEmpty()) {
            simulation.command(twist.linear().x(), twist.angular().z());
            return;
        }
        simulation.command(0, 0);
        refused++;
        long now = System.nanoTime();
        if (now - complained >= COMPLAIN_EVERY) {
            LOG.warn("refused {} command(s) on /cmd_vel and stopped the robot; the last, from {}: {}", refused,
                    message.source().isEmpty() ? "an unknown sender" : message.source(), wrong);
            complained = now;
            refused = 0;
        }
    }

    private static String wrong(Twist twist) {
        boolean sane = DoubleStream.of(twist.linear().x(), twist.linear().y(), twist.linear().z(), twist.angular().x(),
                twist.angular().y(), twist.angular().z()).allMatch(value -> Math.abs(value) <= ABSURD);
        return sane ? "" : "%s is not finite or beyond %s m/s or rad/s".formatted(twist, ABSURD);
    }

    private CompletionStage<Object> reset() {
        simulation.reset();
        return CompletableFuture.completedFuture(Map.of("success", true, "message", "the robot is back at its start"));
    }

    @Override
    public void life() {
        long now = System.nanoTime();
        if (now - clock > MOST_AT_ONCE) {
            clock = now - MOST_AT_ONCE;
            simulation.command(0, 0);
        }
        for (; now - clock >= Simulation.STEP; clock += Simulation.STEP) {
            simulation.step();
        }
        odometry.publish(odometry());
        if (simulation.time() >= nextScan) {
            nextScan += SCAN_EVERY;
            scan.publish(scan());
        }
        if (simulation.time() >= nextBattery) {
            nextBattery += BATTERY_EVERY;
            battery.publish(battery());
        }
    }

    private Odometry odometry() {
        Robot robot = simulation.robot();
        Pose pose = robot.pose();
        return Odometry.of(Header.now("odom"), "base_link",
                io.anole.types.geometry.Pose.of(pose.x(), pose.y(), pose.heading()),
                Twist.of(robot.speed(), robot.turn()));
    }

    private LaserScan scan() {
        Lidar lidar = simulation.lidar();
        float[] ranges = simulation.scan();
        double last = lidar.firstAngle() + (ranges.length - 1) * lidar.increment();
        return new LaserScan(Header.now("base_link"), (float) lidar.firstAngle(), (float) last,
                (float) lidar.increment(), 0, SCAN_EVERY / 1e9f, (float) lidar.nearest(), (float) lidar.farthest(),
                ranges, new float[0]);
    }

    private BatteryState battery() {
        Battery state = simulation.battery();
        int status = state.charging() ? BatteryState.POWER_SUPPLY_STATUS_CHARGING
                : state.charge() == 1 ? BatteryState.POWER_SUPPLY_STATUS_FULL
                : BatteryState.POWER_SUPPLY_STATUS_DISCHARGING;
        return new BatteryState(Header.now("base_link"), (float) state.volts(), Float.NaN, (float) state.amperes(),
                (float) (state.charge() * Battery.CAPACITY), (float) Battery.CAPACITY, (float) Battery.CAPACITY,
                (float) state.charge(), status, BatteryState.POWER_SUPPLY_HEALTH_GOOD,
                BatteryState.POWER_SUPPLY_TECHNOLOGY_LION, true, new float[0], new float[0], "", "");
    }

    @Deactivate
    void death() {
        mail.close();
    }
}
