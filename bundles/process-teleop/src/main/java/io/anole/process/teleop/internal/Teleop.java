package io.anole.process.teleop.internal;

import io.anole.bus.BusException;
import io.anole.bus.Codec;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.process.Frequency;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessName;
import io.anole.types.geometry.Point;
import io.anole.types.geometry.Twist;
import io.anole.types.nav.Odometry;
import io.anole.types.sensor.BatteryState;
import io.anole.types.sensor.LaserScan;
import jakarta.servlet.Servlet;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a robot from a web page: commands come in by {@code POST} and go out on {@code /cmd_vel}; what {@code /odom},
 * {@code /scan}, {@code /battery} and {@code /world} tell is shown live. Knows nothing of the robot but these topics.
 *
 * <p>The servlet is registered at birth and taken back at death, so that it is there exactly as long as the process. All
 * here runs on the process's thread; the container's threads use the publisher and the {@link Viewers}.
 */
@Component(service = ManagedProcess.class, configurationPid = "io.anole.process.teleop")
@Designate(ocd = TeleopConfig.class)
@ProcessName("teleop")
@Frequency(hz = 20)
@RequireHttpWhiteboard
public final class Teleop implements ManagedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(Teleop.class);
    /** More rays than this are thinned out before they are sent to a page. */
    private static final int RAYS_SHOWN = 720;
    /** Comes faster than the cycles here: a second of it, so that a late cycle is none that has lost something. */
    private static final Qos ODOMETRY = Qos.SENSOR_DATA.buffer(Qos.Overflow.DROP_OLDEST, 50);
    private static final int MAX_WORLD = 256 * 1024;
    private static final long BEAT_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Mailbox mail;
    private final Codec json;
    private final Viewers viewers;
    private final byte[] limits;
    private final ServiceRegistration<Servlet> door;

    private Odometry odometry;
    private long odometryAt;
    private boolean odometryNew;
    private Map<String, Object> scan;
    private boolean scanNew;
    private BatteryState battery;
    private boolean batteryNew;
    private byte[] world;
    private boolean worldNew;
    private long beat = System.nanoTime();

    @Activate
    public Teleop(@Reference Mailboxes boxes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")") Codec json, BundleContext context,
            TeleopConfig config) {
        this.json = json;
        Commands commands = new Commands(json, config.drive_speed(), config.turn_rate(), config.max_speed(),
                config.max_turn());
        Lateness lateness = new Lateness(config.late_ms());
        Guard guard = new Guard(config.hosts());
        viewers = new Viewers(config.viewers_max());
        limits = json.encode(Map.of("linear", commands.maxSpeed(), "angular", commands.maxTurn()));
        mail = boxes.open("teleop");
        Publisher<Twist> publisher = mail.publisher("/cmd_vel", Twist.class, Qos.COMMAND);
        mail.subscribe("/odom", Odometry.class, ODOMETRY, this::odometry);
        mail.subscribe("/scan", LaserScan.class, Qos.SENSOR_DATA, this::scan);
        mail.subscribe("/battery", BatteryState.class, Qos.SENSOR_DATA, this::battery);
        mail.subscribe("/world", Object.class, Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL), this::world);
        Dictionary<String, Object> properties = new Hashtable<>(Map.of(
                HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME, "teleop",
                HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN, new String[] {"/teleop/*", ""},
                HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_ASYNC_SUPPORTED, true,
                "anole.url", "Drive the robot /teleop"));
        door = context.registerService(Servlet.class, new TeleopServlet(publisher, commands, lateness, guard, viewers, json),
                properties);
    }

    private void odometry(Odometry body, Message message) {
        Point position = body.pose().pose().position();
        double sum = position.x() + position.y() + body.pose().pose().orientation().yaw() + body.twist().twist().linear().x()
                + body.twist().twist().angular().z();
        if (Double.isFinite(sum)) {
            odometry = body;
            odometryAt = System.nanoTime();
            odometryNew = true;
        }
    }

    /** Takes a scan together with where the robot was, so that a page draws it in the right place. */
    private void scan(LaserScan body, Message message) {
        if (odometry == null) {
            return;
        }
        int stride = 1 + (body.ranges().length - 1) / RAYS_SHOWN;
        int[] millimetres = new int[(body.ranges().length + stride - 1) / stride];
        for (int i = 0; i < millimetres.length; i++) {
            float range = body.ranges()[i * stride];
            boolean measured = range >= body.range_min() && range <= body.range_max();
            millimetres[i] = measured ? Math.round(range * 1000) : -1;
        }
        scan = pose();
        scan.put("angle", (double) body.angle_min());
        scan.put("increment", (double) body.angle_increment() * stride);
        scan.put("farthest", (double) body.range_max());
        scan.put("ranges", millimetres);
        scanNew = true;
    }

    private void battery(BatteryState body, Message message) {
        battery = body;
        batteryNew = true;
    }

    private void world(Object body, Message message) {
        try {
            byte[] encoded = json.encode(body);
            if (encoded.length <= MAX_WORLD) {
                world = encoded;
                worldNew = true;
            } else {
                LOG.warn("not showing the world of {}: it has {} bytes as JSON, more than {}", message.source(),
                        encoded.length, MAX_WORLD);
            }
        } catch (BusException.BadShape e) {
            LOG.warn("not showing the world of {}: {}", message.source(), e.getMessage());
        }
    }

    private Map<String, Object> pose() {
        Point position = odometry.pose().pose().position();
        Map<String, Object> pose = new HashMap<>();
        pose.put("x", position.x());
        pose.put("y", position.y());
        pose.put("heading", odometry.pose().pose().orientation().yaw());
        return pose;
    }

    /** Tells the pages what is new; one that has just come is told everything. */
    @Override
    public void life() {
        if (viewers.none()) {
            return;
        }
        long now = System.nanoTime();
        boolean all = viewers.newcomer();
        if (all) {
            viewers.send("limits", limits);
        }
        if (world != null && (all || worldNew)) {
            worldNew = false;
            viewers.send("world", world);
        }
        if (odometry != null && (all || odometryNew)) {
            odometryNew = false;
            Map<String, Object> pose = pose();
            pose.put("speed", odometry.twist().twist().linear().x());
            pose.put("turn", odometry.twist().twist().angular().z());
            pose.put("age", TimeUnit.NANOSECONDS.toMillis(now - odometryAt));
            viewers.send("pose", json.encode(pose));
        }
        if (scan != null && (all || scanNew)) {
            scanNew = false;
            viewers.send("scan", json.encode(scan));
        }
        if (battery != null && (all || batteryNew)) {
            batteryNew = false;
            boolean charging = battery.power_supply_status() == BatteryState.POWER_SUPPLY_STATUS_CHARGING;
            double charge = battery.percentage();
            viewers.send("battery", json.encode(Map.of("charge", charge, "charging", charging)));
        }
        if (all || now - beat >= BEAT_EVERY) {
            beat = now;
            viewers.send("beat", json.encode(Map.of("clock", Lateness.clock())));
            viewers.sweep();
        }
    }

    @Deactivate
    void death() {
        viewers.close();
        door.unregister();
        mail.close();
    }
}
