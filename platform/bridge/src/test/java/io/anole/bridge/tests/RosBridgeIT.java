package io.anole.bridge.tests;

import static io.anole.bridge.tests.Span.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Bus;
import io.anole.bus.Message;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.testkit.AnoleExtension;
import io.anole.testkit.FreePort;
import io.anole.testkit.TestBus;
import io.anole.types.geometry.Twist;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A ROS graph and another bus: what has a type of ROS keeps it, and what has none gets the one that the robot listens to. */
@Timeout(120)
class RosBridgeIT {
    @RegisterExtension
    final AnoleExtension anole = new AnoleExtension(Span.BOUND);

    private static Configuration master(int port) throws Exception {
        BundleContext context = FrameworkUtil.getBundle(RosBridgeIT.class).getBundleContext();
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        Configuration configuration = admin.getConfiguration("io.anole.ros1.master", "?");
        configuration.update(FrameworkUtil.asDictionary(Map.of("port", port)));
        return configuration;
    }

    private TestBus ros(int port) {
        return anole.open("ros1", Map.of("master", "http://127.0.0.1:" + port + "/", "host", "127.0.0.1", "reconnect.max.ms", 200));
    }

    @Test
    void twoTopicsCrossBetweenRosAndAnother() throws Exception {
        int port = FreePort.next();
        Configuration master = master(port);
        try {
            Bus robot = ros(port).bus();
            TestBus ros = ros(port);
            TestBus cloud = anole.open("local");
            try (Span span = new Span("ros", ros.name(), cloud.name(), Map.of("topics",
                    new String[] {"/speed -> /r1/speed", "/cmd_vel <- /r1/cmd_vel"}))) {
                List<Twist> commands = new CopyOnWriteArrayList<>();
                robot.subscribe("/cmd_vel", Twist.class, commands::add).ready().toCompletableFuture().get();
                List<Message> speeds = new CopyOnWriteArrayList<>();
                Bus operator = cloud.participant().bus();
                operator.subscribe("/r1/speed", Object.class, Qos.DEFAULT, (body, message) -> speeds.add(message)).ready()
                        .toCompletableFuture().get();
                Publisher<Twist> speed = robot.publisher("/speed", Twist.class);
                Publisher<Object> command = operator.publisher("/r1/cmd_vel", Object.class);
                eventually().until(() -> span.crossing(0).problem().isEmpty() && span.crossing(1).problem().isEmpty());
                eventually().until(() -> {
                    speed.publish(Twist.of(0.5, 0));
                    command.publish(Map.of("linear", Map.of("x", 0.25)));
                    return !speeds.isEmpty() && !commands.isEmpty();
                });
                assertThat(speeds.get(0).type()).isEqualTo("geometry_msgs/Twist");
                assertThat(speeds.get(0).body()).asString().contains("x=0.5");
                assertThat(commands.get(0)).isEqualTo(Twist.of(0.25, 0));
            }
        } finally {
            master.delete();
        }
    }
}
