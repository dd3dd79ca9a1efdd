package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.Outlet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this runtime for the tools of ROS: its lines on {@code /rosout}, and the two services that every node has to look
 * at loggers and set their levels. Whoever logs only leaves the line in a bounded queue, which the event loop empties. What the
 * provider itself logs is not told, as telling it could be what goes wrong.
 */
final class Rosout {
    /** Global in ROS, however names of the bus are mapped. */
    static final String TOPIC = "/rosout";
    private static final Logger LOG = LoggerFactory.getLogger(Rosout.class);
    private static final List<String> OWN = List.of("io.anole.provider.ros1.", "io.anole.ros1.", "io.netty.");
    /** A marker, with the bus after it: of what somebody else on this bus has logged, who tells it himself. */
    private static final String TOLD_ITSELF = "logs on bus ";
    private static final int MOST_WAITING = 256;
    private static final int MOST_LOGGERS = 5000;

    private final Node node;
    private final Logs logs;
    private final BlockingQueue<Logs.Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // Set by open, before a line can come.
    private Outlet outlet;
    private Runnable end = () -> { };

    Rosout(Node node, Logs logs) {
        this.node = node;
        this.logs = logs;
    }

    void open() {
        node.settings().rosout().ifPresent(least -> {
            String own = node.settings().node();
            node.endpoints().serve(own + "/get_loggers", "roscpp/GetLoggersRequest", this::loggers);
            node.endpoints().serve(own + "/set_logger_level", "roscpp/SetLoggerLevelRequest", this::set);
            outlet = node.endpoints().advertise(TOPIC, "rosgraph_msgs/Log", Qos.SENSOR_DATA);
            end = logs.follow(least, this::line);
        });
    }

    /** Any thread. */
    void close() {
        end.run();
    }

    /** On the thread that logs. */
    private void line(Logs.Line line) {
        if (OWN.stream().anyMatch(line.logger()::startsWith) || line.markers().contains(TOLD_ITSELF + node.settings().bus())) {
            return;
        }
        if (!waiting.offer(line)) {
            node.dropped(Drop.OVERFLOW, 1);
        }
        if (scheduled.compareAndSet(false, true)) {
            node.run(this::tell);
        }
    }

    /** On the event loop. */
    private void tell() {
        scheduled.set(false);
        List<String> topics = node.endpoints().publications().stream().map(Publication::topic).toList();
        GraphTime time = node.time();
        for (Logs.Line line = waiting.poll(); line != null; line = waiting.poll()) {
            Instant when = time.isSimulated() ? time.instant() : line.time();
            outlet.publish(message("rosgraph_msgs/Log", Map.of(
                    "header", Map.of("stamp", Map.of("secs", when.getEpochSecond(), "nsecs", when.getNano())),
                    "level", line.level().number(), "name", node.settings().node(), "msg", line.text(), "file", line.logger(),
                    "topics", topics))).whenComplete((done, error) -> {
                        if (error != null) {
                            node.dropped(Drop.REJECTED, 1);
                        }
                    });
        }
    }

    private Message message(String type, Object body) {
        return new Message(Names.name(TOPIC), type, Map.of(), body, node.settings().node(), 0, Node.now(), Message.NEVER);
    }

    private CompletionStage<Message> loggers(Message request) {
        return CompletableFuture.completedFuture(message("roscpp/GetLoggersResponse", Map.of("loggers",
                logs.loggers().entrySet().stream().limit(MOST_LOGGERS)
                        .map(one -> Map.of("name", one.getKey(), "level", one.getValue().word())).toList())));
    }

    private CompletionStage<Message> set(Message request) {
        Map<?, ?> body = request.body() instanceof Map<?, ?> map ? map : Map.of();
        String logger = String.valueOf(body.get("logger"));
        String word = String.valueOf(body.get("level"));
        Optional<Severity> level = Severity.of(word);
        if (level.isEmpty()) {
            return refused("there is no level '" + word + "'; there are debug, info, warn, error, fatal");
        }
        if (!logs.set(logger, level.get())) {
            return refused("there is no logger '" + logger + "'; " + node.settings().node() + "/get_loggers tells which there are");
        }
        LOG.info("bus '{}': '{}' has set the logger '{}' to {}", node.settings().bus(), request.source(), logger, level.get().word());
        return CompletableFuture.completedFuture(message("roscpp/SetLoggerLevelResponse", Map.of()));
    }

    private static CompletionStage<Message> refused(String why) {
        return CompletableFuture.failedFuture(new BusException.Rejected(why));
    }
}
