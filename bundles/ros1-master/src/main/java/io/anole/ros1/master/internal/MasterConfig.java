package io.anole.ros1.master.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Of the embedded master. */
@ObjectClassDefinition(name = "Anole ROS 1 master", description = "A ROS 1 master and parameter server inside this runtime.")
@interface MasterConfig {
    @AttributeDefinition(name = "Host", description = "Address to listen on. Nodes are not asked who they are: give one that "
            + "only they can reach.")
    String host() default "127.0.0.1";

    @AttributeDefinition(name = "Any interface", description = "Lets the host be 0.0.0.0 or ::, which is every interface.")
    boolean any_interface() default false;

    @AttributeDefinition(name = "Port", description = "TCP port; 0 for any that is free.")
    int port() default 11_311;

    @AttributeDefinition(name = "Advertised host", required = false, description = "Host in the URI the master gives of "
            + "itself; empty for the one it listens on.")
    String advertise() default "";

    @AttributeDefinition(name = "Most connections", description = "Clients at once; 1 to 65535.")
    int max_connections() default 512;

    @AttributeDefinition(name = "Workers", description = "Threads that answer calls; 1 to 64.")
    int workers() default 4;

    @AttributeDefinition(name = "Most registrations", description = "Publishers, subscribers, services, subscriptions of "
            + "parameters and types of topics, all together.")
    int max_registrations() default 50_000;

    @AttributeDefinition(name = "Most memory for parameters", description = "Bytes of all parameters, counted roughly; at least "
            + "1024.")
    long max_parameter_bytes() default 64 << 20;

    @AttributeDefinition(name = "Notification time-out", description = "Milliseconds a node has to take a change.")
    long notify_timeout_ms() default 5_000;

    @AttributeDefinition(name = "ROS distribution", description = "Value of the parameter /rosdistro.")
    String ros_distribution() default "noetic";

    @AttributeDefinition(name = "ROS version", description = "Value of the parameter /rosversion.")
    String ros_version() default "1.16.0";
}
