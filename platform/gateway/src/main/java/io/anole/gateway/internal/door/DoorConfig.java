package io.anole.gateway.internal.door;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What of one bus can be seen from outside. */
@ObjectClassDefinition(name = "Anole gateway: bus", description = "What of a bus the REST API and rosbridge show. Each entry is a "
        + "name or a regular expression that must match a whole name; what is not named here is not there. Names of the "
        + "platform, which begin with @, never are.")
@interface DoorConfig {
    @AttributeDefinition(name = "Bus", description = "Filter that selects the bus")
    String bus_target() default "(bus.name=main)";

    @AttributeDefinition(name = "Topics", description = "Topics that may be both read and written", required = false)
    String[] topics() default {};

    @AttributeDefinition(name = "Reads", description = "Topics that may be read", required = false)
    String[] reads() default {};

    @AttributeDefinition(name = "Writes", description = "Topics that may be written", required = false)
    String[] writes() default {};

    @AttributeDefinition(name = "Services", description = "Services that may be called", required = false)
    String[] services() default {};

    @AttributeDefinition(name = "Serves", description = "Services that clients of rosbridge may offer", required = false)
    String[] serves() default {};

    @AttributeDefinition(name = "Parameters", description = "Parameters that may be read and set", required = false)
    String[] params() default {};
}
