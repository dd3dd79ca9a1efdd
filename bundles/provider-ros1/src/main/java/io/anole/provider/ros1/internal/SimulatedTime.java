package io.anole.provider.ros1.internal;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Outlet;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /clock} while the graph's parameter {@code /use_sim_time} is true, and tells the time there if configured. Time
 * is 0 until the first tick, as for all nodes, and may go backwards. On the event loop.
 */
final class SimulatedTime {
    private static final String PARAMETER = "/use_sim_time";
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedTime.class);
    private static final String TOPIC = "/clock";
    private static final String TYPE = "rosgraph_msgs/Clock";
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    private final Node node;
    private Registration clock;

    SimulatedTime(Node node) {
        this.node = node;
    }

    /** Begins to tell the time, if configured. */
    void open() {
        int hz = node.settings().clockHz();
        if (hz > 0) {
            tick(node.endpoints().advertise(TOPIC, TYPE, Qos.SENSOR_DATA), 1000 / hz);
        }
    }

    private void tick(Outlet outlet, int period) {
        Instant now = Instant.now();
        outlet.publish(new Message(Name.of(TOPIC), TYPE, Map.of(), Map.of("clock", Map.of("secs", now.getEpochSecond(), "nsecs",
                now.getNano())), node.settings().node(), 0, Node.now(), Message.NEVER));
        node.later(() -> tick(outlet, period), period);
    }

    /** Asks the master, at every heartbeat: a simulation may be started after this node. */
    void look() {
        node.master().call("getParam", PARAMETER).whenComplete((value, error) -> node.run(() -> {
            if (error == null || Node.cause(error) instanceof Master.Refused) {
                use(Boolean.TRUE.equals(value)); // refused is what is not set
            }
        }));
    }

    private void use(boolean simulated) {
        if (node.closed() || simulated == node.time().isSimulated()) {
            return;
        }
        LOG.info("bus '{}': time is {}", node.settings().bus(), simulated ? "simulated: it is that of " + TOPIC : "real again");
        if (simulated) {
            node.time().set(Instant.EPOCH);
            clock = node.endpoints().subscribe(TOPIC, Qos.SENSOR_DATA, this::heard);
        } else {
            node.time().set(null);
            clock.close();
        }
    }

    private CompletionStage<Void> heard(Message message) {
        if (message.body() instanceof Map<?, ?> body && body.get("clock") instanceof Map<?, ?> time
                && time.get("secs") instanceof Number secs && time.get("nsecs") instanceof Number nsecs) {
            node.run(() -> {
                if (node.time().isSimulated()) {
                    node.time().set(Instant.ofEpochSecond(secs.longValue(), nsecs.longValue()));
                }
            });
        } else {
            node.dropped(Drop.MALFORMED, 1);
        }
        return TAKEN;
    }
}
