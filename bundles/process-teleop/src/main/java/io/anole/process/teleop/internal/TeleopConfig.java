package io.anole.process.teleop.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the teleop process. */
@ObjectClassDefinition(name = "Teleop", description = "Drives a robot from a web page or by POST")
@interface TeleopConfig {
    @AttributeDefinition(name = "Drive speed", description = "Of the commands forward and back, in m/s")
    double drive_speed() default 0.5;

    @AttributeDefinition(name = "Turn rate", description = "Of the commands left and right, in rad/s")
    double turn_rate() default 1;

    @AttributeDefinition(name = "Highest speed", description = "That may be asked for, in m/s")
    double max_speed() default 1;

    @AttributeDefinition(name = "Highest turn rate", description = "That may be asked for, in rad/s")
    double max_turn() default 2.5;

    @AttributeDefinition(name = "Oldest command", description = "In ms: one that was under way for longer moves nothing, if its "
            + "sender tells when it was given, as the page does; 50 to 60000")
    int late_ms() default 500;

    @AttributeDefinition(name = "Most viewers", description = "Pages that may be open at a time; 1 to 1000")
    int viewers_max() default 32;

    @AttributeDefinition(name = "Host names", description = "Under which the page may be used, besides those of this "
            + "machine itself (localhost, 127.0.0.1, [::1]); without port")
    String[] hosts() default {};
}
