package io.anole.facades.internal.graph;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Anole Graph Node", description = "Shows those of a bus's topics, services and parameters "
        + "that are named here. Each entry is a name or a regular expression that must match a whole name.")
@interface NodeConfig {
    @AttributeDefinition(name = "Name", description = "The node's name.")
    String node_name();

    @AttributeDefinition(name = "Bus", description = "Filter that selects the bus.")
    String bus_target() default "(bus.name=main)";

    @AttributeDefinition(name = "Topics", description = "Topics a client may both read and write.", required = false)
    String[] topics() default {};

    @AttributeDefinition(name = "Reads", description = "Topics a client may read.", required = false)
    String[] reads() default {};

    @AttributeDefinition(name = "Writes", description = "Topics a client may write.", required = false)
    String[] writes() default {};

    @AttributeDefinition(name = "Services", description = "Services a client may call.", required = false)
    String[] services() default {};

    @AttributeDefinition(name = "Parameters", description = "Parameters a client may get and set.", required = false)
    String[] params() default {};

    @AttributeDefinition(name = "Kept messages", description = "Messages of each topic that wait to be drained.",
            min = "1", max = "100000")
    int keep() default 100;
}
