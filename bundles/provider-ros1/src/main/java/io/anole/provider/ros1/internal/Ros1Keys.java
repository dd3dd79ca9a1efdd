package io.anole.provider.ros1.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of a bus with this provider, as tools show them. {@link Settings} reads and checks them. */
@ObjectClassDefinition(pid = "io.anole.bus.keys.ros1", name = "ROS 1 bus",
        description = "Keys that the provider ros1 reads from the configuration of a bus, io.anole.bus~NAME.")
@interface Ros1Keys {
    @AttributeDefinition(name = "Master", required = false, description = "Address of the master, such as "
            + "http://host:11311/; ROS_MASTER_URI if it is not set, else http://127.0.0.1:11311/.")
    String master();

    @AttributeDefinition(name = "Node", required = false, description = "Name of the node; anole_<runtime>_<bus> if it is "
            + "not set.")
    String node_name();

    @AttributeDefinition(name = "Host", required = false, description = "What other nodes are told to connect to; "
            + "ROS_HOSTNAME or ROS_IP if it is not set, else this machine's address on the way to the master.")
    String host();

    @AttributeDefinition(name = "Bind", required = false, description = "Address to listen on; that of the host if it is "
            + "not set.")
    String bind();

    @AttributeDefinition(name = "Port", min = "0", max = "65535", description = "TCP port of the slave API; 0 for any.")
    int port() default 0;

    @AttributeDefinition(name = "Port of topics", min = "0", max = "65535",
            description = "TCP port of topics and services; 0 for any.")
    int tcpros_port() default 0;

    @AttributeDefinition(name = "Remap", required = false, description = "Names that the bus has otherwise than ROS: "
            + "/cmd_vel=/base/cmd_vel, separated by commas.")
    String remap();

    @AttributeDefinition(name = "Log", description = "Least level of what this runtime logs that is told on /rosout: debug, "
            + "info, warn, error, fatal; off for no part in ROS's logging.")
    String rosout() default "warn";

    @AttributeDefinition(name = "Clock", min = "0", max = "1000", description = "How often in a second this runtime tells "
            + "its time on /clock; 0 for never.")
    int clock_hz() default 0;

    @AttributeDefinition(name = "Types", required = false, description = "Types of topics and services that tell none: "
            + "/cmd_vel=geometry_msgs/Twist, separated by commas.")
    String types();

    @AttributeDefinition(name = "Definitions", required = false, description = "Folders that are looked through first for "
            + "definitions of types, with ':' between.")
    String definitions();

    @AttributeDefinition(name = "Queue", min = "1", max = "1000000",
            description = "Messages that wait for one subscriber, and for a topic.")
    int queue_size() default 1000;

    @AttributeDefinition(name = "Largest message", min = "64", max = "1000000000",
            description = "Bytes of a message, in and out.")
    int max_payload() default 64 << 20;

    @AttributeDefinition(name = "Wait for subscribers", min = "0", max = "60000",
            description = "Milliseconds that the first message of a topic waits for those who the master says are listening.")
    int connect_wait_ms() default 1000;

    @AttributeDefinition(name = "Stall", min = "1", max = "3600000",
            description = "Milliseconds after which a RELIABLE publisher waits no more for a subscriber that takes nothing.")
    int stall_ms() default 2000;

    @AttributeDefinition(name = "Time-out", min = "100", max = "60000",
            description = "Milliseconds to connect, and for an answer of the master or another node.")
    int timeout_ms() default 5000;

    @AttributeDefinition(name = "Reconnect: first wait", min = "1", max = "60000",
            description = "Milliseconds before another try; doubled each time.")
    long reconnect_min_ms() default 100;

    @AttributeDefinition(name = "Reconnect: longest wait", min = "1", max = "3600000",
            description = "Milliseconds before another try at most.")
    long reconnect_max_ms() default 20_000;

    @AttributeDefinition(name = "Heartbeat", min = "50", max = "60000",
            description = "Milliseconds between questions to the master whether it still knows this node.")
    int heartbeat_ms() default 1000;

    @AttributeDefinition(name = "Idle calls", min = "0", max = "3600000",
            description = "Milliseconds that a connection to a service is kept for the next request; 0 for a connection for "
                    + "each.")
    int calls_idle_ms() default 10_000;
}
